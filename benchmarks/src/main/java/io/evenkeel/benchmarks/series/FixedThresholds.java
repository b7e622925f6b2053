package io.evenkeel.benchmarks.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The best that alarms of the kind "above 90" or "below 5" could ever do: a threshold for each series, high or low, chosen
 * by somebody who knows all labels, so that most events are found with at most so many false pages over all series. An
 * oracle: an upper bound for people who set thresholds by hand, not a detector.
 *
 * <p>Exact: for each series the fewest false pages for each number of found events, then the best mix over series (the
 * knapsack's dynamic programme).
 */
public final class FixedThresholds {
    private static final int NEVER = Integer.MAX_VALUE / 2;

    private final List<LabelledSeries> series;
    private final OpsScorer scorer;
    /** options[s][f] = the threshold that finds f events of series s with fewest false pages. */
    private final List<Option[]> options = new ArrayList<>();

    /**
     * @param falsePages fewest that come with it; {@link #NEVER} when no threshold finds just so many
     * @param sign 1 for alarms above theta, -1 for alarms where -value is above it
     */
    private record Option(int falsePages, int sign, double theta) {
        private static final Option NONE = new Option(NEVER, 1, Double.POSITIVE_INFINITY);
        private static final Option SILENCE = new Option(0, 1, Double.POSITIVE_INFINITY);
    }

    /**
     * Works out what each threshold of each series finds and costs.
     *
     * @param series telemetry of services; a few dozens, as work grows with the square of events
     */
    public FixedThresholds(List<LabelledSeries> series) {
        this.series = List.copyOf(series);
        scorer = new OpsScorer(series);
        for (LabelledSeries each : series) {
            options.add(options(new SeriesTruth(each)));
        }
    }

    private static Option[] options(SeriesTruth truth) {
        Option[] options = new Option[truth.events().size() + 1];
        Arrays.fill(options, Option.NONE);
        options[0] = Option.SILENCE;
        for (int sign : new int[] {1, -1}) {
            double[] scores = values(truth.series(), sign);
            PageSweep.Steps sweep = PageSweep.of(truth, scores);
            double[] strangest = truth.strangest(scores);
            Arrays.sort(strangest);
            TreeSet<Double> thresholds = new TreeSet<>();
            Arrays.stream(sweep.thresholds()).forEach(thresholds::add);
            Arrays.stream(strangest).forEach(thresholds::add);
            for (double theta : thresholds) {
                int found = (int)
                        Arrays.stream(strangest).filter(score -> score >= theta).count();
                int falsePages = sweep.falsePagesAt(theta);
                if (falsePages < options[found].falsePages) {
                    options[found] = new Option(falsePages, sign, theta);
                }
            }
        }
        return options;
    }

    private static double[] values(LabelledSeries series, int sign) {
        double[] values = new double[series.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = sign * series.value(i);
        }
        return values;
    }

    /**
     * What the best thresholds do at so many false pages per series-day; {@link OpsOutcome#theta} says nothing there.
     *
     * @param budget false pages per series-day, over all series
     */
    public OpsOutcome within(double budget) {
        return atMost((int) Math.floor(budget * scorer.days()));
    }

    /** What the best thresholds do at so many false pages in all: as many as another detector made. */
    public OpsOutcome atMost(int falsePages) {
        int most = scorer.events();
        int[] fewest = new int[most + 1];
        Arrays.fill(fewest, NEVER);
        fewest[0] = 0;
        int[][] taken = new int[series.size()][];
        for (int s = 0; s < series.size(); s++) {
            taken[s] = take(fewest, options.get(s));
        }
        int found = most;
        while (fewest[found] > falsePages) {
            found--;
        }
        List<boolean[]> alarms = new ArrayList<>();
        for (int s = series.size() - 1; s >= 0; s--) {
            Option option = options.get(s)[taken[s][found]];
            found -= taken[s][found];
            alarms.add(0, alarms(series.get(s), option));
        }
        return scorer.alarms(alarms);
    }

    /** Adds a series to the table of fewest false pages by events found; how many of each come from this series. */
    private static int[] take(int[] fewest, Option[] options) {
        int[] taken = new int[fewest.length];
        int[] before = fewest.clone();
        for (int total = 0; total < fewest.length; total++) {
            for (int found = 1; found < options.length && found <= total; found++) {
                int falsePages = Math.min(NEVER, before[total - found] + options[found].falsePages);
                if (falsePages < fewest[total]) {
                    fewest[total] = falsePages;
                    taken[total] = found;
                }
            }
        }
        return taken;
    }

    private static boolean[] alarms(LabelledSeries series, Option option) {
        boolean[] alarms = new boolean[series.length()];
        for (int i = 0; i < alarms.length; i++) {
            alarms[i] = option.sign * series.value(i) >= option.theta;
        }
        return alarms;
    }
}
