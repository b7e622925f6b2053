package io.evenkeel.detection;

import io.evenkeel.detection.ServiceSignals.Step;
import io.evenkeel.detection.SpanCoverage.Known;

/**
 * Requests, errors and durations of one view of a service (itself, an operation, a call) in one step.
 *
 * @param start start of the step, ms
 * @param width width of the step, ms
 * @param count requests, by adjusted counts where they are sampled
 * @param ratePerSecond requests per second
 * @param sumSeconds sum of the durations
 * @param evidence how much one request is worth as evidence, 0..1, see {@link RedSum#evidence()}
 * @param known what of it stands for all requests
 */
record Red(
        long start,
        int width,
        double count,
        double errors,
        double ratePerSecond,
        double sumSeconds,
        DurationHistogram durations,
        double evidence,
        Known known) {

    /**
     * A bin of spans.
     *
     * @param usualEvidence of the service's spans, for a bin without any
     */
    static Red of(long start, RedSum sum, double usualEvidence, Known known) {
        int width = EntityBook.BIN_MILLIS;
        double evidence = sum.count > 0 ? sum.evidence() : usualEvidence;
        double rate = sum.count * 1000.0 / width;
        return new Red(start, width, sum.count, sum.errors, rate, sum.sumSeconds, sum.durations, evidence, known);
    }

    /** Requests in whole numbers. */
    long requests() {
        return Math.round(count);
    }

    /** Requests per second; NaN when the spans do not stand for all requests. */
    double rate() {
        return known.rate() ? ratePerSecond : Double.NaN;
    }

    /** Share of failed requests; NaN without a request or when the spans do not stand for all. */
    double errorRatio() {
        return count == 0 || !known.ratio() ? Double.NaN : errors / count;
    }

    /** 95th percentile of the durations, s; NaN without a request or when the spans do not stand for all. */
    double p95() {
        return known.durations() ? durations.quantile(0.95) : Double.NaN;
    }

    /**
     * The step of one of its signals. A sampled request stands for many and is evidence of one: a single failed span
     * out of ten, each for twenty requests, is not twenty failures of two hundred.
     *
     * @param on what the value stands on if all of it was seen: seconds, or requests
     */
    Step step(double value, double on) {
        double mean = count == 0 ? Double.NaN : sumSeconds / count;
        return new Step(start, width, value, on * evidence, requests(), mean, ratePerSecond, evidence);
    }
}
