package io.evenkeel.testbed.past;

import java.util.random.RandomGenerator;

/**
 * What one replica has counted at one of its doors since its start, as {@code http.server.request.duration} tells it. The
 * shop at rest fails no request, and neither does its past. Owned by one thread.
 */
final class DoorCounts {
    /** Those that the semantic conventions advise for seconds, and the agent has ("http.server.request.duration"). */
    static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};

    private final Usage.Door door;
    private final OtlpBytes attributes;
    /** {@code buckets[i]}: up to {@code BOUNDS[i]}, the last one above them all. */
    private final long[] buckets = new long[BOUNDS.length + 1];

    private long count;
    private double sumSeconds;

    DoorCounts(Usage.Door door) {
        this.door = door;
        this.attributes = new OtlpBytes()
                .attribute(9, "http.request.method", door.method())
                .attribute(9, "http.response.status_code", "200")
                .attribute(9, "http.route", door.route())
                .attribute(9, "network.protocol.version", "1.1")
                .attribute(9, "url.scheme", "http");
    }

    /** @param slowness of the machine, 1 when nobody else is on it */
    void serve(long requests, double slowness, RandomGenerator random) {
        double median = door.medianSeconds() * slowness;
        double shift = random.nextGaussian();
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            double share = normal(Math.log(BOUNDS[i] / median) / door.sigma());
            double scatter = Math.sqrt(requests * share * (1 - share));
            long upTo = Math.max(below, Math.min(requests, Math.round(requests * share + scatter * shift)));
            buckets[i] += upTo - below;
            below = upTo;
        }
        buckets[BOUNDS.length] += requests - below;
        count += requests;
        sumSeconds += requests * median * Math.exp(door.sigma() * door.sigma() / 2);
    }

    /** {@code metrics.v1.HistogramDataPoint}. */
    OtlpBytes point(OtlpBytes to, long startNanos, long timeNanos) {
        return to.fixed64(2, startNanos)
                .fixed64(3, timeNanos)
                .fixed64(4, count)
                .decimal(5, sumSeconds)
                .packed(6, buckets)
                .packed(7, BOUNDS)
                .all(attributes);
    }

    /** Share of a normal variable below z, error below 1e-5 (Abramowitz and Stegun 1964, 26.2.16). */
    private static double normal(double z) {
        if (Math.abs(z) > 5) {
            return z > 0 ? 1 : 0;
        }
        double t = 1 / (1 + 0.33267 * Math.abs(z));
        double tail = Math.exp(-z * z / 2) * 0.3989422804 * t * (0.4361836 + t * (-0.1201676 + t * 0.9372980));
        return z > 0 ? 1 - tail : tail;
    }
}
