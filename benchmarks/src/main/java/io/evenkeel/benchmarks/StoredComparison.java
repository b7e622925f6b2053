package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.TopicRun.Outcome;
import io.evenkeel.detection.StoredSeries;
import io.evenkeel.detection.flink.StoredBooks;
import io.evenkeel.learning.baseline.BaselineBank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a stopped job's savepoint says of every series against what the generator wrote down, and what 200 of them have
 * learned against a scalar reference. For one thread.
 */
final class StoredComparison {
    /** Share of series that may have come to wider steps by their late points. */
    private static final double MOST_MEANS = 0.01;

    private static final int REFERENCE_SERIES = 200;
    private static final double REFERENCE_ERROR = 1e-3;
    /** Of the 200; a young series has no baseline yet, or steps of another width. */
    private static final int LEAST_COMPARED = 180;

    private final GoalResult result;
    private final Map<Integer, Reference> references = new HashMap<>();

    StoredComparison(GoalResult result, LoadPlan plan) {
        this.result = result;
        MetricLoad load = plan.load();
        SplittableRandom random = new SplittableRandom(plan.seed());
        while (references.size() < REFERENCE_SERIES) {
            int series = random.nextInt(plan.entities()) * MetricLoad.SERIES
                    + MetricLoad.SPARSE_TO
                    + random.nextInt(MetricLoad.SERIES - MetricLoad.SPARSE_TO);
            if (load.faultySeries(series / MetricLoad.SERIES) != series % MetricLoad.SERIES) {
                references.put(series, new Reference());
            }
        }
    }

    /** Takes the next point of a series, see {@link MetricLoad.Replay}; all of them before {@link #check}. */
    void point(int series, int generation, double value) {
        Reference reference = references.get(series);
        if (reference != null) {
            reference.learn(generation, value);
        }
    }

    void check(Outcome outcome) throws Exception {
        LoadTable table = LoadTable.read(outcome.table());
        Map<String, StoredSeries> stored = new HashMap<>();
        StoredBooks.read(
                outcome.savepoint(),
                book -> StoredSeries.of(book)
                        .forEach(series -> stored.put(
                                TopicToAlertBench.entity(series.service()) + "|"
                                        + TopicToAlertBench.name(series.attributes()),
                                series)));
        int missing = 0;
        int differing = 0;
        int miscounted = 0;
        int means = 0;
        for (int series = 0; series < table.names().length; series++) {
            int kind = series % MetricLoad.SERIES;
            StoredSeries known = stored.get(series / MetricLoad.SERIES + "|" + table.names()[series]);
            if (table.points()[series] == 0) {
                continue;
            }
            if (known == null) {
                missing++;
                continue;
            }
            boolean hasLastTime = known.lastTimeMillis() == table.lastTime()[series];
            boolean hasLastValue = Float.compare((float) known.lastValue(), (float) table.lastValue()[series]) == 0;
            // Three late points, one behind every punctual one, count as a slower exporter: its step is the mean of
            // two.
            boolean isMean = kind >= MetricLoad.SPARSE_TO && known.binMillis() > MetricLoad.TICK_MILLIS;
            means += !hasLastValue && isMean ? 1 : 0;
            differing += hasLastTime && (hasLastValue || isMean || isNoStepYet(table, series)) ? 0 : 1;
            if (kind < MetricLoad.SPARSE_TO && known.steps() != steps(table, series)) {
                miscounted++;
            }
        }
        result.figure("seriesCompared", table.names().length);
        result.figure("ofThemWithAMeanForLastValue", means);
        if (means > table.names().length * MOST_MEANS) {
            result.wrong("of " + means + " series the last value is a mean, of " + table.names().length);
        }
        if (missing + differing + miscounted > 0) {
            result.wrong("of " + table.names().length + " series " + missing + " are unknown to the job, " + differing
                    + " have another last point, " + miscounted + " another number of steps");
        }
        checkLearned(stored, table);
    }

    /**
     * Steps that a series has been judged on that is never late. A single point is no step yet: it may be the first of
     * several that share one. What a total had counted before the job first saw it is no increment of any step; a total
     * that begins before the job's eyes counts from its start.
     */
    private static int steps(LoadTable table, int series) {
        int points = table.points()[series];
        if (points < 2) {
            return 0;
        }
        return isTotal(series) && table.names()[series].endsWith(MetricLoad.FIRST_GENERATION) ? points - 1 : points;
    }

    /** The job knows the time of a gauge's single point, but judges, and so keeps, its value only when its step is over. */
    private static boolean isNoStepYet(LoadTable table, int series) {
        return table.points()[series] == 1 && !isTotal(series);
    }

    private static boolean isTotal(int series) {
        return series % MetricLoad.SERIES < MetricLoad.HISTOGRAMS_TO;
    }

    /** What 200 series have learned, against a plain average over the same values. */
    private void checkLearned(Map<String, StoredSeries> stored, LoadTable table) {
        double worst = 0;
        int wider = 0;
        int young = 0;
        int compared = 0;
        for (Map.Entry<Integer, Reference> entry : references.entrySet()) {
            int series = entry.getKey();
            StoredSeries known = stored.get(series / MetricLoad.SERIES + "|" + table.names()[series]);
            double expected = entry.getValue().level();
            // Where points came late three times in a row the exporter counts as slower, and a step is the mean of two.
            if (known == null || known.binMillis() != MetricLoad.TICK_MILLIS) {
                wider++;
            } else if (Double.isNaN(known.expected())) {
                young++;
            } else {
                compared++;
                worst = Math.max(worst, Math.abs(known.expected() - expected) / Math.abs(expected));
            }
        }
        result.figure("baselinesCompared", compared);
        result.figure("worstDifferenceFromReference", worst);
        result.figure("ofThemWithWiderSteps", wider);
        result.figure("ofThemWithoutBaseline", young);
        if (!(worst <= REFERENCE_ERROR)) {
            result.wrong("a baseline differs from the reference by " + worst);
        }
        if (compared < LEAST_COMPARED) {
            result.wrong("only " + compared + " of " + REFERENCE_SERIES + " baselines could be compared: " + wider
                    + " have wider steps or are unknown, " + young + " expect nothing");
        }
    }

    /**
     * An average whose memory grows to a hundred steps, over all but the newest six steps, which are not learned yet; only
     * the first nine are learned at once, as nothing can deviate before anything is expected.
     */
    private static final class Reference {
        private static final int LAG = 6;
        private static final int AT_ONCE = BaselineBank.FIRST_BAND_BINS;
        private final List<Double> waiting = new ArrayList<>();
        private int generation;
        /** Late points since the last punctual one: their steps are known to be empty only when the next one comes. */
        private int gaps;

        private double level;
        private int steps;

        void learn(int newGeneration, double value) {
            if (newGeneration != generation) {
                generation = newGeneration;
                steps = 0;
                gaps = 0;
                waiting.clear();
            }
            if (Double.isNaN(value)) {
                gaps++;
                return;
            }
            for (; gaps > 0; gaps--) {
                step(Double.NaN);
            }
            step(value);
        }

        private void step(double value) {
            waiting.add(value);
            if (steps < AT_ONCE || waiting.size() > LAG) {
                float x = waiting.remove(0).floatValue();
                if (Float.isNaN(x)) {
                    return;
                }
                level = steps == 0 ? x : level + Math.max(0.01f, 3f / (steps + 3f)) * (x - level);
                steps++;
            }
        }

        double level() {
            return level;
        }
    }
}
