package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SpanRows;

/**
 * Tells one batch of spans from another by its content: exact sums of its durations and ids of its exemplars. Not by its
 * call ends where there is more to go by: those are a sample whose share depends on the load of the moment, so that a
 * batch that comes twice may have others.
 */
final class SpanFingerprint {
    private SpanFingerprint() {}

    static long of(SpanRows rows) {
        long hash = rows.instance.hashCode();
        for (SpanRows.Red red : rows.reds) {
            hash = mix(hash, red.binStartMillis());
            hash = mix(hash, Double.doubleToLongBits(red.count()));
            hash = mix(hash, Double.doubleToLongBits(red.durationSumSeconds()));
            hash = mix(hash, red.peer().hashCode() * 31L + red.operation().hashCode());
            for (SpanRows.Sample sample : red.exemplars()) {
                hash = mix(hash, sample.span());
            }
        }
        if (rows.reds.isEmpty()) {
            for (SpanRows.Link link : rows.links) {
                hash = mix(hash, link.span());
            }
        }
        return hash == 0 ? 1 : hash;
    }

    /** Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators": the finalizer of SplitMix64. */
    private static long mix(long hash, long value) {
        long z = (hash ^ value) + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
