package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads HistogramDataPoint (explicit bounds) and SummaryDataPoint (count and sum only). */
final class HistogramPoints {
    private static final int START = 2 << 3 | Cursor.FIXED64;
    private static final int TIME = 3 << 3 | Cursor.FIXED64;
    private static final int COUNT = 4 << 3 | Cursor.FIXED64;
    private static final int SUM = 5 << 3 | Cursor.FIXED64;
    private static final int BUCKETS = 6 << 3 | Cursor.LENGTH;
    private static final int BUCKET = 6 << 3 | Cursor.FIXED64;
    private static final int BOUNDS = 7 << 3 | Cursor.LENGTH;
    private static final int BOUND = 7 << 3 | Cursor.FIXED64;
    private static final int ATTRIBUTE = 9 << 3 | Cursor.LENGTH;
    private static final int EXEMPLAR = 8 << 3 | Cursor.LENGTH;
    private static final int FLAGS = 10 << 3;
    private static final int SUMMARY_ATTRIBUTE = 7 << 3 | Cursor.LENGTH;
    private static final int SUMMARY_FLAGS = 8 << 3;

    private final Cursor cursor;
    private final PointSink sink;

    /** Exported bytes of the bounds last accepted, and where their numbers stand in the rows. */
    private @Nullable EntityRows knownIn;

    private int knownBytesFrom;
    private int knownBytesTo;
    private int knownBoundFrom;
    /** All bucket counts of the point under way or-ed together: negative when one of them is. */
    private long signs;

    HistogramPoints(Cursor cursor, PointSink sink) {
        this.cursor = cursor;
        this.sink = sink;
    }

    /** Forgets shared bounds: their bytes belong to the record before. */
    void beginRecord() {
        knownIn = null;
    }

    void read(int end) {
        sink.beginPoint();
        signs = 0;
        EntityRows rows = sink.buffer.rows;
        int bucketFrom = rows.bucketsSize;
        int boundFrom = rows.boundsSize;
        int bytesFrom = -1;
        int bytesTo = -1;
        long start = 0;
        long time = 0;
        long count = 0;
        double sum = 0;
        boolean hasSum = false;
        int flags = 0;
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
                case BUCKETS -> readBuckets(end);
                case BUCKET -> readBucket(end);
                case BOUNDS -> {
                    int length = cursor.length(end);
                    if (bytesFrom < 0 && rows.boundsSize == boundFrom && length > 0) {
                        bytesFrom = cursor.position;
                        bytesTo = bytesFrom + length;
                        cursor.position = bytesTo;
                    } else {
                        bytesFrom = spill(bytesFrom, bytesTo);
                        readBounds(cursor.position + length);
                    }
                }
                case BOUND -> {
                    bytesFrom = spill(bytesFrom, bytesTo);
                    sink.buffer.putBound(cursor.real(end));
                }
                case EXEMPLAR -> sink.exemplars.pass(end);
                case FLAGS -> flags = (int) cursor.varint(end);
                default -> cursor.skip(tag, end);
            }
        }
        boolean boundsKnown = bytesFrom >= 0 && isKnown(rows, bytesFrom, bytesTo);
        if (bytesFrom >= 0 && !boundsKnown) {
            cursor.position = bytesFrom;
            readBounds(bytesTo);
        }
        int firstBound = boundsKnown ? knownBoundFrom : boundFrom;
        int bounds = boundsKnown ? (bytesTo - bytesFrom) / Double.BYTES : rows.boundsSize - boundFrom;
        int buckets = rows.bucketsSize - bucketFrom;
        int before = rows.size;
        sink.histogram(
                flags,
                start,
                time,
                hasSum,
                sum,
                count,
                shape(buckets, firstBound, bounds, boundsKnown),
                bucketFrom,
                buckets,
                buckets == 0 ? 0 : firstBound);
        if (rows.size == before) {
            rows.bucketsSize = bucketFrom;
            rows.boundsSize = boundFrom;
        } else if (bytesFrom >= 0 && !boundsKnown) {
            knownIn = rows;
            knownBytesFrom = bytesFrom;
            knownBytesTo = bytesTo;
            knownBoundFrom = firstBound;
        }
        cursor.position = end;
    }

    /** A summary: its quantiles cannot be merged, so only count and sum are kept. */
    void readSummary(int end) {
        sink.beginPoint();
        long start = 0;
        long time = 0;
        long count = 0;
        double sum = 0;
        int flags = 0;
        while (cursor.position < end) {
            int at = cursor.position;
            int tag = cursor.tag(end);
            switch (tag) {
                case SUMMARY_ATTRIBUTE -> {
                    int length = cursor.length(end);
                    cursor.position += length;
                    sink.attributes.add(at, cursor.position);
                }
                case START -> start = cursor.fixed64(end);
                case TIME -> time = cursor.fixed64(end);
                case COUNT -> count = cursor.fixed64(end);
                case SUM -> sum = cursor.real(end);
                case SUMMARY_FLAGS -> flags = (int) cursor.varint(end);
                default -> cursor.skip(tag, end);
            }
        }
        sink.histogram(flags, start, time, true, sum, count, null, 0, 0, 0);
    }

    private void readBuckets(int end) {
        int length = cursor.length(end);
        if (length % Long.BYTES != 0) {
            throw cursor.malformed(Reason.TRUNCATED);
        }
        signs |= sink.buffer.putBuckets(cursor.bytes, cursor.position, length / Long.BYTES);
        cursor.position += length;
    }

    private void readBucket(int end) {
        long count = cursor.fixed64(end);
        signs |= count;
        sink.buffer.putBucket(count);
    }

    private void readBounds(int chunkEnd) {
        while (cursor.position < chunkEnd) {
            sink.buffer.putBound(cursor.real(chunkEnd));
        }
    }

    /** Bounds came in more than one piece: the piece held back is read before the next. Legal, never seen. */
    private int spill(int bytesFrom, int bytesTo) {
        if (bytesFrom >= 0) {
            int resume = cursor.position;
            cursor.position = bytesFrom;
            readBounds(bytesTo);
            cursor.position = resume;
        }
        return -1;
    }

    private boolean isKnown(EntityRows rows, int from, int to) {
        return knownIn == rows && Arrays.equals(cursor.bytes, knownBytesFrom, knownBytesTo, cursor.bytes, from, to);
    }

    private @Nullable Skip shape(int buckets, int boundFrom, int bounds, boolean boundsKnown) {
        if (buckets == 0 && bounds == 0) {
            return null;
        }
        if (buckets != bounds + 1 || !(boundsKnown || ascend(boundFrom, bounds))) {
            return Skip.BUCKET_MISMATCH;
        }
        return signs < 0 ? Skip.COUNT_OUT_OF_RANGE : null;
    }

    private boolean ascend(int from, int bounds) {
        if (bounds > 0 && Double.isNaN(sink.buffer.bound(from))) {
            return false;
        }
        for (int bound = from + 1; bound < from + bounds; bound++) {
            if (!(sink.buffer.bound(bound - 1) < sink.buffer.bound(bound))) {
                return false;
            }
        }
        return true;
    }
}
