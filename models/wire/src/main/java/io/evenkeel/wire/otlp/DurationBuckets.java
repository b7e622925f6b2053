package io.evenkeel.wire.otlp;

/** The logarithmic duration buckets of {@link SpanRows#DURATION_BUCKETS}, from the bits of a double. */
public final class DurationBuckets {
    private static final long ROOT_1 = mantissa(StrictMath.pow(2, 0.25));
    private static final long ROOT_2 = mantissa(StrictMath.pow(2, 0.5));
    private static final long ROOT_3 = mantissa(StrictMath.pow(2, 0.75));

    private DurationBuckets() {}

    /**
     * @param nanos duration, ns; below 1 µs counts in bucket 0, over 71 minutes in the last
     */
    public static int of(long nanos) {
        double micros = nanos / 1000.0;
        if (!(micros >= 1)) {
            return 0;
        }
        long bits = Double.doubleToRawLongBits(micros);
        int octave = Math.getExponent(micros);
        long mantissa = bits & 0xFFFFFFFFFFFFFL;
        int quarter = mantissa < ROOT_2 ? (mantissa < ROOT_1 ? 0 : 1) : (mantissa < ROOT_3 ? 2 : 3);
        return Math.min(SpanRows.DURATION_BUCKETS - 1, octave * 4 + quarter);
    }

    /** Upper edge of a bucket, s: the durations in it are shorter. */
    public static double upperSeconds(int bucket) {
        return Math.pow(2, (bucket + 1) / 4.0) * 1e-6;
    }

    private static long mantissa(double value) {
        return Double.doubleToRawLongBits(value) & 0xFFFFFFFFFFFFFL;
    }
}
