package io.evenkeel.benchmarks.series;

/**
 * A level and a profile of the day, both learnt by exponential smoothing (Holt-Winters, additive, without trend), and how many
 * mean deviations a value is away from their sum. Slots of the day are as long as the first step, a minute at least.
 *
 * <p>Weights are the usual ones of textbooks; deviation, floor and silence are those of {@link EwmaZ}.
 */
final class HoltWinters implements SeriesDetector {
    private static final long DAY_SECONDS = 86_400;
    private static final long SHORTEST_SLOT_SECONDS = 60;
    private static final double LEVEL_WEIGHT = 0.2;
    private static final double PROFILE_WEIGHT = 0.1;
    private static final double SLOWEST = 0.01;
    private static final int SILENT = 20;
    private static final double PER_MEAN_DEVIATION = 1.2533;

    private long seen;
    private long firstTime;
    private long slotSeconds;
    private double level;
    private double deviation;
    /** profile[slot] is what the slot adds to the level; slot 0 begins at 00:00 UTC. Empty before the second point. */
    private double[] profile = {};

    @Override
    public double score(long epochSeconds, double value) {
        seen++;
        if (seen == 1) {
            firstTime = epochSeconds;
            level = value;
            return 0;
        }
        if (profile.length == 0) {
            slotSeconds = Math.min(DAY_SECONDS, Math.max(SHORTEST_SLOT_SECONDS, epochSeconds - firstTime));
            profile = new double[(int) (DAY_SECONDS / slotSeconds)];
        }
        int slot = (int) (Math.floorMod(epochSeconds, DAY_SECONDS) / slotSeconds) % profile.length;
        double error = value - level - profile[slot];
        double score = Math.abs(error) / (PER_MEAN_DEVIATION * deviation + 1e-9 + 0.001 * Math.abs(level));
        level += LEVEL_WEIGHT * error;
        profile[slot] += PROFILE_WEIGHT * (1 - LEVEL_WEIGHT) * error;
        deviation += Math.max(SLOWEST, 1.0 / seen) * (Math.abs(error) - deviation);
        return seen <= SILENT ? 0 : score;
    }
}
