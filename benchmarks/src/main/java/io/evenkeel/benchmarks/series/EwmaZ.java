package io.evenkeel.benchmarks.series;

/**
 * How many mean deviations a value is away from an exponentially weighted mean: the plain rival in twenty lines, and the
 * strongest cheap one on operations telemetry. Mean and deviation are plain means at first, and forget by 1 % a point
 * after the hundredth.
 */
final class EwmaZ implements SeriesDetector {
    private static final double SLOWEST = 0.01;
    /** Points before the first score: a mean of fewer says nothing. */
    private static final int SILENT = 20;
    /** Standard deviation ÷ mean absolute deviation of a normal distribution, √(π/2). */
    private static final double PER_MEAN_DEVIATION = 1.2533;

    private long seen;
    private double mean;
    private double deviation;

    @Override
    public double score(long epochSeconds, double value) {
        seen++;
        double weight = Math.max(SLOWEST, 1.0 / seen);
        double error = value - mean;
        double score = Math.abs(error) / (PER_MEAN_DEVIATION * deviation + 1e-9 + 0.001 * Math.abs(mean));
        mean += weight * error;
        deviation += weight * (Math.abs(error) - deviation);
        return seen <= SILENT ? 0 : score;
    }
}
