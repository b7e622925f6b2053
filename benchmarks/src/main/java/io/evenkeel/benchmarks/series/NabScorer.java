package io.evenkeel.benchmarks.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The score of the Numenta Anomaly Benchmark (Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", ICMLA
 * 2015; numenta/NAB v1.1): 100 for a detector that tells of every window on its first point and of nothing else, 0 for one
 * that is silent, with the best threshold for the set. It pays for early alarms, and charges each false <em>point</em>.
 *
 * <p>Unbroken labelled runs are the windows. Exact: every score is tried as a threshold. Immutable; safe to share.
 */
public final class NabScorer {
    private static final double PROBATION = 0.15;
    private static final int LONGEST_PROBATION = 750;

    /** Windows passed by more than three widths do not soften a false alarm. */
    private static final double FAR = 3;

    private static final double STEEPNESS = 5;

    /** What a window found, a point outside of windows and a window missed weigh. */
    public enum Profile {
        STANDARD(1, 0.11, 1),
        LOW_FALSE_POSITIVES(1, 0.22, 1),
        LOW_FALSE_NEGATIVES(1, 0.11, 2);

        final double found;
        final double falseAlarm;
        final double missed;

        Profile(double found, double falseAlarm, double missed) {
            this.found = found;
            this.falseAlarm = falseAlarm;
            this.missed = missed;
        }
    }

    /**
     * The most that a detector reaches.
     *
     * @param theta the best threshold; a point is an alarm from this score on. Infinite: silence is best
     * @param score at most 100; 0 for silence
     */
    public record Best(double theta, double score) {}

    /** An alarm at one point: of which window, or -1; and what it is worth before it is weighed, -1 to 1. */
    private record Worth(int series, int point, int window, double worth) {}

    private final List<LabelledSeries> series;
    private final List<Worth> worths = new ArrayList<>();
    private int windows;

    /**
     * A scorer of all of NAB or a part of it.
     *
     * @param series what will be scored, in the order in which scores will be given
     */
    public NabScorer(List<LabelledSeries> series) {
        this.series = List.copyOf(series);
        for (int s = 0; s < series.size(); s++) {
            addWorths(s, series.get(s));
        }
    }

    /** Points of a series of so many that no alarm is looked at. */
    static int probation(int length) {
        return Math.min((int) (PROBATION * length), LONGEST_PROBATION);
    }

    private void addWorths(int s, LabelledSeries each) {
        int probation = probation(each.length());
        int last = 0;
        int[] passed = {-1, -1};
        List<int[]> runs = new ArrayList<>(SeriesTruth.runs(each));
        runs.add(new int[] {each.length(), each.length()});
        for (int[] run : runs) {
            for (int i = Math.max(last, probation); i < run[0]; i++) {
                worths.add(new Worth(s, i, -1, outside(i, passed)));
            }
            for (int i = run[0]; i <= run[1] && i < each.length(); i++) {
                double width = run[1] - run[0] + 1;
                worths.add(new Worth(s, i, windows, sigmoid(-(run[1] - i + 1) / width) / sigmoid(-1)));
            }
            windows += run[0] < each.length() ? 1 : 0;
            last = run[1] + 1;
            passed = run;
        }
    }

    /** Full blame before the first window; less shortly after one. */
    private static double outside(int point, int[] passed) {
        if (passed[0] < 0) {
            return -1;
        }
        // a window of one point would have no width: it softens as one of two points does
        double width = Math.max(1, passed[1] - passed[0]);
        return sigmoid((point - passed[1]) / width);
    }

    /** 1 well before 0, 0 there, -1 well after it. */
    static double sigmoid(double position) {
        return position > FAR ? -1 : 2 / (1 + Math.exp(STEEPNESS * position)) - 1;
    }

    /**
     * The best that any one threshold for all series reaches.
     *
     * @param scores scores[s][i] of point i of series s; higher is stranger
     */
    public Best best(List<double[]> scores, Profile profile) {
        List<Worth> strangestFirst = new ArrayList<>(worths);
        strangestFirst.sort(Comparator.comparingDouble((Worth worth) -> score(scores, worth))
                .reversed());
        double[] ofWindow = silent(profile);
        double raw = -profile.missed * windows;
        Best best = new Best(Double.POSITIVE_INFINITY, 0);
        for (int i = 0; i < strangestFirst.size(); i++) {
            Worth worth = strangestFirst.get(i);
            raw += gain(worth, ofWindow, profile);
            double theta = score(scores, worth);
            boolean isLastOfTheta = i + 1 == strangestFirst.size() || score(scores, strangestFirst.get(i + 1)) < theta;
            if (isLastOfTheta && normal(raw, profile) > best.score) {
                best = new Best(theta, normal(raw, profile));
            }
        }
        return best;
    }

    /** What a threshold that was fixed elsewhere reaches: at most 100, and below 0 when silence would be better. */
    public double at(double theta, List<double[]> scores, Profile profile) {
        double[] ofWindow = silent(profile);
        double raw = -profile.missed * windows;
        for (Worth worth : worths) {
            if (score(scores, worth) >= theta) {
                raw += gain(worth, ofWindow, profile);
            }
        }
        return normal(raw, profile);
    }

    private double[] silent(Profile profile) {
        double[] ofWindow = new double[windows];
        Arrays.fill(ofWindow, -profile.missed);
        return ofWindow;
    }

    private static double gain(Worth worth, double[] ofWindow, Profile profile) {
        if (worth.window < 0) {
            return worth.worth * profile.falseAlarm;
        }
        double gain = Math.max(0, worth.worth * profile.found - ofWindow[worth.window]);
        ofWindow[worth.window] += gain;
        return gain;
    }

    private double normal(double raw, Profile profile) {
        double silence = -profile.missed * windows;
        return 100 * (raw - silence) / (profile.found * windows - silence);
    }

    private static double score(List<double[]> scores, Worth worth) {
        return scores.get(worth.series)[worth.point];
    }

    /** Number of windows over all series. */
    public int windows() {
        return windows;
    }

    /** Number of series, in the order of the constructor's. */
    public int size() {
        return series.size();
    }
}
