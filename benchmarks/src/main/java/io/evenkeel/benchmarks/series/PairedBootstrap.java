package io.evenkeel.benchmarks.series;

import java.util.Arrays;
import java.util.Random;

/**
 * How sure a recall is, or a difference of two, when other series of the same kind might have been recorded: series are
 * drawn with repetition, the threshold is fixed anew on each draw, and both detectors see the same draws.
 */
public final class PairedBootstrap {
    private static final int DRAWS = 1000;
    private static final double LOW = 0.05;

    private PairedBootstrap() {}

    /**
     * The middle 90 % of the draws.
     *
     * @param low 5 % of draws are below
     * @param high 5 % of draws are above
     */
    public record Interval(double low, double high) {}

    /**
     * Recall of one detector.
     *
     * @param budget false pages per series-day
     */
    public static Interval recall(OpsCurve curve, double budget, long seed) {
        Random random = new Random(seed);
        double[] recalls = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            recalls[i] = curve.recall(budget, draw(curve.size(), random));
        }
        return interval(recalls);
    }

    /**
     * Recall of one detector less that of another.
     *
     * @param budget false pages per series-day, of each
     */
    public static Interval difference(OpsCurve one, OpsCurve other, double budget, long seed) {
        if (one.size() != other.size()) {
            throw new IllegalArgumentException(
                    "curves of " + one.size() + " and " + other.size() + " series cannot be paired");
        }
        Random random = new Random(seed);
        double[] differences = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            int[] times = draw(one.size(), random);
            differences[i] = one.recall(budget, times) - other.recall(budget, times);
        }
        return interval(differences);
    }

    private static int[] draw(int series, Random random) {
        int[] times = new int[series];
        for (int i = 0; i < series; i++) {
            times[random.nextInt(series)]++;
        }
        return times;
    }

    private static Interval interval(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new Interval(Double.NaN, Double.NaN);
        }
        int low = (int) (LOW * sorted.length);
        return new Interval(sorted[low], sorted[sorted.length - 1 - low]);
    }
}
