package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads ExponentialHistogramDataPoint and lays its buckets over one fixed set of explicit bounds, 2^(k/4) for k =
 * {@value #LOWEST} .. {@value #HIGHEST} (1 µs to 17 minutes in seconds, 1 B to 1 GB in bytes; relative width 19 %). The
 * bounds never move, so that two points of a stream can be differenced although its scale and offset have changed
 * between them. Finer input is merged exactly; coarser input (scale below 2) is counted at its upper edge. Zeros and
 * negative values fall in the first bucket.
 */
final class ExponentialPoints {
    static final int LOWEST = -80;
    static final int HIGHEST = 120;
    static final int BOUNDS = HIGHEST - LOWEST + 1;

    /** Scale of the fixed bounds: base 2^(2^-2). */
    private static final int SCALE = 2;

    private static final int ATTRIBUTE = 1 << 3 | Cursor.LENGTH;
    private static final int START = 2 << 3 | Cursor.FIXED64;
    private static final int TIME = 3 << 3 | Cursor.FIXED64;
    private static final int COUNT = 4 << 3 | Cursor.FIXED64;
    private static final int SUM = 5 << 3 | Cursor.FIXED64;
    private static final int SCALE_FIELD = 6 << 3;
    private static final int ZERO_COUNT = 7 << 3 | Cursor.FIXED64;
    private static final int POSITIVE = 8 << 3 | Cursor.LENGTH;
    private static final int NEGATIVE = 9 << 3 | Cursor.LENGTH;
    private static final int EXEMPLAR = 11 << 3 | Cursor.LENGTH;
    private static final int FLAGS = 10 << 3;

    private static final int OFFSET = 1 << 3;
    private static final int COUNTS = 2 << 3 | Cursor.LENGTH;
    private static final int SINGLE_COUNT = 2 << 3;

    private final Cursor cursor;
    private final PointSink sink;
    private final long[] buckets = new long[BOUNDS + 1];
    private boolean countOutOfRange;
    private @Nullable EntityRows boundsIn;
    private int boundFrom;

    ExponentialPoints(Cursor cursor, PointSink sink) {
        this.cursor = cursor;
        this.sink = sink;
    }

    void beginRecord() {
        boundsIn = null;
    }

    void read(int end) {
        sink.beginPoint();
        long start = 0;
        long time = 0;
        long count = 0;
        double sum = 0;
        boolean hasSum = false;
        int scale = 0;
        long zeros = 0;
        int flags = 0;
        int positiveFrom = -1;
        int positiveTo = -1;
        int negativeFrom = -1;
        int negativeTo = -1;
        while (cursor.position < end) {
            int at = cursor.position;
            int tag = cursor.tag(end);
            switch (tag) {
                case ATTRIBUTE -> {
                    int length = cursor.length(end);
                    cursor.position += length;
                    sink.attributes.add(at, cursor.position);
                }
                case START -> start = cursor.fixed64(end);
                case TIME -> time = cursor.fixed64(end);
                case COUNT -> count = cursor.fixed64(end);
                case SUM -> {
                    sum = cursor.real(end);
                    hasSum = true;
                }
                case SCALE_FIELD -> scale = cursor.zigzag32(end);
                case ZERO_COUNT -> zeros = cursor.fixed64(end);
                case POSITIVE -> {
                    int length = once(positiveFrom, end);
                    positiveFrom = cursor.position;
                    positiveTo = positiveFrom + length;
                    cursor.position = positiveTo;
                }
                case NEGATIVE -> {
                    int length = once(negativeFrom, end);
                    negativeFrom = cursor.position;
                    negativeTo = negativeFrom + length;
                    cursor.position = negativeTo;
                }
                case EXEMPLAR -> sink.exemplars.pass(end);
                case FLAGS -> flags = (int) cursor.varint(end);
                default -> cursor.skip(tag, end);
            }
        }
        Arrays.fill(buckets, 0);
        countOutOfRange = zeros < 0;
        buckets[0] = zeros;
        layOut(positiveFrom, positiveTo, scale, false);
        layOut(negativeFrom, negativeTo, scale, true);
        for (long bucket : buckets) {
            countOutOfRange |= bucket < 0;
        }
        put(flags, start, time, hasSum, sum, count);
        cursor.position = end;
    }

    private int once(int alreadyFrom, int end) {
        if (alreadyFrom >= 0) {
            throw cursor.malformed(Reason.REPEATED_FIELD);
        }
        return cursor.length(end);
    }

    private void put(int flags, long start, long time, boolean hasSum, double sum, long count) {
        RowsBuffer buffer = sink.buffer;
        EntityRows rows = buffer.rows;
        int before = rows.size;
        int bucketFrom = rows.bucketsSize;
        int from = boundsIn == rows ? boundFrom : rows.boundsSize;
        Skip shape = countOutOfRange ? Skip.COUNT_OUT_OF_RANGE : null;
        sink.histogram(flags, start, time, hasSum, sum, count, shape, bucketFrom, buckets.length, from);
        if (rows.size == before) {
            return;
        }
        for (long bucket : buckets) {
            buffer.putBucket(bucket);
        }
        if (boundsIn == rows) {
            return;
        }
        for (int k = LOWEST; k <= HIGHEST; k++) {
            buffer.putBound(bound(k));
        }
        boundsIn = rows;
        boundFrom = from;
    }

    /** 2^(k/4), the same double on every machine: strictly rounded roots, exact powers of two. */
    static double bound(int k) {
        return StrictMath.pow(2, Math.floorMod(k, 4) / 4.0) * Math.scalb(1.0, Math.floorDiv(k, 4));
    }

    private void layOut(int from, int to, int scale, boolean negative) {
        if (from < 0) {
            return;
        }
        long index = offset(from, to);
        cursor.position = from;
        while (cursor.position < to) {
            int tag = cursor.tag(to);
            if (tag == COUNTS) {
                int length = cursor.length(to);
                int chunkEnd = cursor.position + length;
                while (cursor.position < chunkEnd) {
                    add(index++, scale, negative, cursor.varint(chunkEnd));
                }
            } else if (tag == SINGLE_COUNT) {
                add(index++, scale, negative, cursor.varint(to));
            } else {
                cursor.skip(tag, to);
            }
        }
    }

    private int offset(int from, int to) {
        int offset = 0;
        cursor.position = from;
        while (cursor.position < to) {
            int tag = cursor.tag(to);
            if (tag == OFFSET) {
                offset = cursor.zigzag32(to);
            } else {
                cursor.skip(tag, to);
            }
        }
        return offset;
    }

    private void add(long index, int scale, boolean negative, long count) {
        countOutOfRange |= count < 0;
        buckets[negative ? 0 : bucketOf(index, scale)] += count;
    }

    /**
     * Bucket among the fixed ones for bucket {@code index} at {@code scale}, which covers (2^(index·2^-scale),
     * 2^((index+1)·2^-scale)] (opentelemetry-specification, metrics/data-model.md, "Exponential Histogram").
     */
    static int bucketOf(long index, int scale) {
        long upper;
        if (scale >= SCALE) {
            upper = (index >> Math.min((long) scale - SCALE, 62)) + 1;
        } else {
            // 2^28 times an index of at most 34 bits stays inside a long; anything so coarse is at an end anyway.
            upper = (index + 1) << Math.min((long) SCALE - scale, 28);
        }
        return (int) Math.max(0, Math.min(BOUNDS, upper - LOWEST));
    }
}
