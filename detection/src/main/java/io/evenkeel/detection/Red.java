package io.evenkeel.detection;

import io.evenkeel.detection.ServiceSignals.Step;

/**
 * Requests, errors and durations of one view of a service (itself, an operation, a call) in one step.
 *
 * @param start start of the step, ms
 * @param width width of the step, ms
 * @param sumSeconds sum of the durations
 */
record Red(
        long start,
        int width,
        long count,
        long errors,
        double ratePerSecond,
        double sumSeconds,
        DurationHistogram durations) {

    /** A bin of spans. */
    static Red of(long start, RedSum sum) {
        int width = EntityBook.BIN_MILLIS;
        return new Red(start, width, sum.count, sum.errors, sum.count * 1000.0 / width, sum.sumSeconds, sum.durations);
    }

    /** Share of failed requests; NaN without a request. */
    double errorRatio() {
        return count == 0 ? Double.NaN : (double) errors / count;
    }

    /** 95th percentile of the durations, s. */
    double p95() {
        return durations.quantile(0.95);
    }

    /** The step of one of its signals. */
    Step step(double value, double weight) {
        double mean = count == 0 ? Double.NaN : sumSeconds / count;
        return new Step(start, width, value, weight, count, mean, ratePerSecond);
    }
}
