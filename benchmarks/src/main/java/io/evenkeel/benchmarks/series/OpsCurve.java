package io.evenkeel.benchmarks.series;

import io.evenkeel.benchmarks.series.OpsOutcome.OfSeries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Events found and false pages of one detector at every threshold, under the rules of {@link OpsScorer}. Immutable. */
public final class OpsCurve {
    /** False pages per series-day beyond which no lower threshold is looked at: a rate never comes back from there. */
    private static final double GIVE_UP = 2;

    private final List<SeriesTruth> truths;
    private final List<double[]> scores;
    private final List<PageSweep.Steps> steps = new ArrayList<>();
    /** By falling threshold. */
    private final List<Change> changes = new ArrayList<>();

    /** From this threshold on, one series has so many more false pages and found events. */
    private record Change(double theta, int series, int falsePages, int found) {}

    /**
     * @param theta the lowest threshold within the budget that is the score of a point or event; infinite when there is none
     * @param recall share of events found with it, of those of the drawn series
     */
    private record Fit(double theta, double recall) {}

    OpsCurve(List<SeriesTruth> truths, List<double[]> scores) {
        this.truths = truths;
        this.scores = List.copyOf(scores);
        for (int s = 0; s < truths.size(); s++) {
            addChanges(s);
        }
        changes.sort(Comparator.comparingDouble(Change::theta).reversed());
    }

    private void addChanges(int s) {
        SeriesTruth truth = truths.get(s);
        double[] score = scores.get(s);
        if (score.length != truth.series().length()) {
            throw new IllegalArgumentException(
                    score.length + " scores for the points of " + truth.series().name());
        }
        for (double each : score) {
            if (Double.isNaN(each)) {
                throw new IllegalArgumentException(
                        "a score of " + truth.series().name() + " is no number");
            }
        }
        PageSweep.Steps sweep = PageSweep.of(truth, score);
        steps.add(sweep);
        int before = 0;
        for (int i = 0; i < sweep.thresholds().length; i++) {
            changes.add(new Change(sweep.thresholds()[i], s, sweep.falsePages()[i] - before, 0));
            before = sweep.falsePages()[i];
        }
        for (double strangest : truth.strangest(score)) {
            changes.add(new Change(strangest, s, 0, 1));
        }
    }

    /**
     * The lowest threshold with at most so many false pages per series-day over some series; infinite when none is.
     *
     * @param budget false pages per series-day, above 0
     * @param chosen which series it is fixed on
     */
    public double theta(double budget, Predicate<LabelledSeries> chosen) {
        return fit(budget, weights(chosen)).theta;
    }

    /** The same over all series. */
    public double theta(double budget) {
        return theta(budget, every -> true);
    }

    /** What a threshold does to all series. */
    public OpsOutcome at(double theta) {
        return at(theta, every -> true);
    }

    /** What a threshold does to some series. */
    public OpsOutcome at(double theta, Predicate<LabelledSeries> chosen) {
        List<OfSeries> outcomes = new ArrayList<>();
        for (int s = 0; s < truths.size(); s++) {
            if (chosen.test(truths.get(s).series())) {
                outcomes.add(outcome(s, theta));
            }
        }
        return new OpsOutcome(theta, outcomes);
    }

    /** What the lowest threshold within a budget of false pages per series-day does, fixed on these very series. */
    public OpsOutcome within(double budget) {
        return at(theta(budget));
    }

    /**
     * What a threshold that was fixed on all other domains does to each domain, by its name.
     *
     * @param budget false pages per series-day, on the other domains
     */
    public Map<String, OpsOutcome> leaveOneDomainOut(double budget) {
        Map<String, OpsOutcome> outcomes = new LinkedHashMap<>();
        truths.stream()
                .map(truth -> truth.series().domain())
                .distinct()
                .sorted()
                .forEach(domain -> outcomes.put(
                        domain,
                        at(
                                theta(budget, series -> !series.domain().equals(domain)),
                                series -> series.domain().equals(domain))));
        return outcomes;
    }

    /** The same, all domains together; {@link OpsOutcome#theta} says nothing there. */
    OpsOutcome elsewhere(double budget) {
        return new OpsOutcome(
                Double.NaN,
                leaveOneDomainOut(budget).values().stream()
                        .flatMap(outcome -> outcome.series().stream())
                        .toList());
    }

    /**
     * Recall at a budget when series are drawn with repetition and the threshold is fixed on the draw.
     *
     * @param times how often each series was drawn, in the scorer's order
     * @return 0 to 1; NaN for a draw without events
     */
    double recall(double budget, int[] times) {
        return fit(budget, times).recall;
    }

    int size() {
        return truths.size();
    }

    private OfSeries outcome(int s, double theta) {
        SeriesTruth truth = truths.get(s);
        LabelledSeries series = truth.series();
        double[] score = scores.get(s);
        List<Double> delays = new ArrayList<>();
        for (SeriesTruth.Event event : truth.events()) {
            for (int i = event.from(); i <= event.lastDetecting(); i++) {
                if (score[i] >= theta) {
                    delays.add((series.epochSecond(i) - series.epochSecond(event.from())) / series.stepSeconds());
                    break;
                }
            }
        }
        return new OfSeries(
                series.name(),
                series.domain(),
                truth.events().size(),
                delays,
                steps.get(s).falsePagesAt(theta),
                truth.days());
    }

    private int[] weights(Predicate<LabelledSeries> chosen) {
        return truths.stream()
                .mapToInt(truth -> chosen.test(truth.series()) ? 1 : 0)
                .toArray();
    }

    private Fit fit(double budget, int[] times) {
        double days = 0;
        int events = 0;
        for (int s = 0; s < times.length; s++) {
            days += times[s] * truths.get(s).days();
            events += times[s] * truths.get(s).events().size();
        }
        double theta = Double.POSITIVE_INFINITY;
        int foundWithin = 0;
        long falsePages = 0;
        int found = 0;
        for (int i = 0; i < changes.size() && falsePages <= GIVE_UP * days; i++) {
            Change change = changes.get(i);
            falsePages += (long) times[change.series] * change.falsePages;
            found += times[change.series] * change.found;
            boolean isLastOfTheta = i + 1 == changes.size() || changes.get(i + 1).theta < change.theta;
            if (isLastOfTheta && falsePages <= budget * days) {
                theta = change.theta;
                foundWithin = found;
            }
        }
        return new Fit(theta, (double) foundWithin / events);
    }
}
