package io.evenkeel.benchmarks.series;

/**
 * How many deviations a value is away from what is usual in its hour of the week. A slot learns by at most three deviations
 * a point, so that one outage does not become usual; until a slot has two values the whole series speaks for it.
 */
final class HourOfWeek implements SeriesDetector {
    private static final int SLOTS = 168;
    private static final double SLOWEST = 0.01;
    private static final int SILENT = 20;
    private static final double MOST_DEVIATIONS = 3;
    private static final double PER_MEAN_DEVIATION = 1.2533;
    private static final int ENOUGH = 2;

    private final double floor;
    private final long[] counts = new long[SLOTS];
    /** centres[slot], slot 0 = Thursday 00:00 UTC, where epoch time begins. */
    private final double[] centres = new double[SLOTS];
    /** Mean absolute deviations from the centres. */
    private final double[] deviations = new double[SLOTS];

    private long seen;
    private double mean;
    private double deviation;

    /**
     * @param floor share of the whole series' deviation that is added to each slot's, 0 for none: a slot that has seen
     *     the same value twice takes anything else for an outage
     */
    HourOfWeek(double floor) {
        this.floor = floor;
    }

    @Override
    public double score(long epochSeconds, double value) {
        seen++;
        int slot = (int) Math.floorMod(epochSeconds / 3600, (long) SLOTS);
        boolean isKnown = counts[slot] >= ENOUGH;
        double centre = isKnown ? centres[slot] : mean;
        double width = isKnown ? deviations[slot] : deviation;
        double least = floor * PER_MEAN_DEVIATION * deviation;
        double score =
                Math.abs(value - centre) / (PER_MEAN_DEVIATION * width + least + 1e-9 + 0.001 * Math.abs(centre));
        learn(slot, value, least);
        double weight = Math.max(SLOWEST, 1.0 / seen);
        double error = value - mean;
        mean += weight * error;
        deviation += weight * (Math.abs(error) - deviation);
        return seen <= SILENT ? 0 : score;
    }

    private void learn(int slot, double value, double least) {
        counts[slot]++;
        if (counts[slot] == 1) {
            centres[slot] = value;
            deviations[slot] = deviation;
            return;
        }
        double most = MOST_DEVIATIONS * (PER_MEAN_DEVIATION * deviations[slot] + least) + 1e-9;
        double error = Math.max(-most, Math.min(most, value - centres[slot]));
        double weight = Math.max(SLOWEST, 1.0 / counts[slot]);
        centres[slot] += weight * error;
        deviations[slot] += weight * (Math.abs(error) - deviations[slot]);
    }
}
