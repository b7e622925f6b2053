package io.evenkeel.wire.otlp;

import java.util.Arrays;

/** The spans of one Resource under way, one by one beside the sums they went into; the arrays are used again. */
final class SpanColumns {
    private int[] id = new int[256];
    private int[] sum = new int[256];
    private byte[] bucket = new byte[256];
    private long[] nanos = new long[256];
    private double[] weight = new double[256];
    private boolean weighted;
    private int size;

    /**
     * @param sumIndex index of the sum of its operation or peer
     */
    void add(SpanReader span, boolean serves, int sumIndex, int durationBucket, boolean failed, long durationNanos) {
        if (size == id.length) {
            grow();
        }
        id[size] = SpanRows.idOf(span.traceHigh, span.traceLow, span.spanId, serves);
        sum[size] = sumIndex;
        bucket[size] = (byte) (failed ? durationBucket | SpanRows.FAILED : durationBucket);
        nanos[size] = durationNanos;
        weight[size++] = span.adjustedCount;
        weighted |= span.adjustedCount != 1;
    }

    /** Hands them to the rows; these columns are then empty. */
    void drain(SpanRows rows) {
        rows.spans = size;
        rows.spanId = Arrays.copyOf(id, size);
        rows.spanSum = Arrays.copyOf(sum, size);
        rows.spanBucket = Arrays.copyOf(bucket, size);
        rows.spanNanos = Arrays.copyOf(nanos, size);
        rows.spanWeight = weighted ? Arrays.copyOf(weight, size) : new double[0];
        clear();
    }

    void clear() {
        size = 0;
        weighted = false;
    }

    private void grow() {
        id = Arrays.copyOf(id, 2 * size);
        sum = Arrays.copyOf(sum, 2 * size);
        bucket = Arrays.copyOf(bucket, 2 * size);
        nanos = Arrays.copyOf(nanos, 2 * size);
        weight = Arrays.copyOf(weight, 2 * size);
    }
}
