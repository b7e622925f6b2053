package io.evenkeel.wire.otlp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Rows of the record under way. Nothing is given out before the whole record has proved readable, so that a record is
 * either in the rows or in the dead-letter topic, never half in each.
 */
final class RowsBuffer {
    /** Points per {@link EntityRows}: more bring no further gain per point, and one huge entity must not stall others. */
    static final int MAX_POINTS = 4096;

    private static final int FIRST_POINTS = 64;
    /** A point of a frugal exporter, B. */
    private static final int FRUGAL_BYTES = 160;

    private static final int FIRST_BUCKETS = 2048;
    /** Bucket counts per {@link EntityRows}, one point more or less: bounds what a record of wide histograms unfolds to. */
    private static final int MAX_BUCKETS = 65_536;

    private final List<EntityRows> complete = new ArrayList<>();
    private final List<SeriesDefinition> definitions = new ArrayList<>();
    private ResourceIdentity resource = new ResourceIdentity("", "", 0, 0, Map.of());
    private int expectedPoints = FIRST_POINTS;
    /** Of the resource under way, and what a point took in the one before. */
    private int bytes;

    private int bytesPerPoint = FRUGAL_BYTES;
    /** Bucket counts and bounds of {@link #rows} until they are complete; used again, so that they grow only once. */
    private long[] buckets = new long[FIRST_BUCKETS];

    private double[] bounds = new double[FIRST_POINTS];
    /** Rows of the current resource; the sizes of their buckets and bounds may include a point not accepted yet. */
    EntityRows rows = new EntityRows();

    private long accepted;

    void begin(ResourceIdentity source, int resourceBytes) {
        resource = source;
        // Columns thrice too long cost more to clear than growing once; one resource is much like the next.
        bytes = resourceBytes;
        int likely = resourceBytes / bytesPerPoint;
        expectedPoints = Math.max(FIRST_POINTS, Math.min(MAX_POINTS, likely + likely / 8));
        rows = fresh();
    }

    void end() {
        if (rows.size > 0) {
            rows.buckets = Arrays.copyOf(buckets, rows.bucketsSize);
            rows.bounds = Arrays.copyOf(bounds, rows.boundsSize);
            rows.definitions = List.copyOf(definitions);
            complete.add(rows);
            bytesPerPoint = Math.max(FRUGAL_BYTES, bytes / rows.size);
            accepted += rows.size;
        }
        definitions.clear();
        rows = new EntityRows();
    }

    /** Makes room for one more point. The index of the point is then {@code rows.size}. */
    void room() {
        if (rows.size == MAX_POINTS || rows.bucketsSize > MAX_BUCKETS) {
            end();
            rows = fresh();
        } else if (rows.size == rows.stream.length) {
            widen(Math.min(MAX_POINTS, rows.size * 2));
        }
    }

    void define(SeriesDefinition definition) {
        definitions.add(definition);
    }

    void putBucket(long count) {
        roomForBuckets(1);
        buckets[rows.bucketsSize++] = count;
    }

    /** Appends packed counts from exported bytes that the caller has checked; answers all of them or-ed together. */
    long putBuckets(byte[] bytes, int from, int number) {
        roomForBuckets(number);
        long[] into = buckets;
        int size = rows.bucketsSize;
        long signs = 0;
        for (int i = 0; i < number; i++) {
            long count = Cursor.longAt(bytes, from + i * Long.BYTES);
            into[size + i] = count;
            signs |= count;
        }
        rows.bucketsSize = size + number;
        return signs;
    }

    void putBound(double bound) {
        if (rows.boundsSize == bounds.length) {
            bounds = Arrays.copyOf(bounds, rows.boundsSize * 2);
        }
        bounds[rows.boundsSize++] = bound;
    }

    double bound(int at) {
        return bounds[at];
    }

    private void roomForBuckets(int more) {
        if (rows.bucketsSize + more > buckets.length) {
            buckets = Arrays.copyOf(buckets, Math.max(rows.bucketsSize + more, buckets.length * 2));
        }
    }

    /** Points in the complete rows of the record under way. */
    long points() {
        return accepted;
    }

    void release(Consumer<? super EntityRows> out) {
        // A consumer that throws must not find the same rows again with the next record.
        List<EntityRows> released = List.copyOf(complete);
        complete.clear();
        accepted = 0;
        released.forEach(out);
    }

    void discard() {
        complete.clear();
        definitions.clear();
        rows = new EntityRows();
        accepted = 0;
    }

    private EntityRows fresh() {
        EntityRows fresh = new EntityRows();
        fresh.service = resource.service();
        fresh.owner = resource.owner();
        fresh.resource = resource.hash();
        fresh.facts = resource.facts();
        fresh.stream = new long[expectedPoints];
        fresh.series = new long[expectedPoints];
        fresh.type = new byte[expectedPoints];
        fresh.startMillis = new long[expectedPoints];
        fresh.timeMillis = new long[expectedPoints];
        fresh.value = new double[expectedPoints];
        fresh.count = new long[expectedPoints];
        fresh.bucketFrom = new int[expectedPoints];
        fresh.bucketCount = new int[expectedPoints];
        fresh.boundFrom = new int[expectedPoints];
        return fresh;
    }

    private void widen(int capacity) {
        rows.stream = Arrays.copyOf(rows.stream, capacity);
        rows.series = Arrays.copyOf(rows.series, capacity);
        rows.type = Arrays.copyOf(rows.type, capacity);
        rows.startMillis = Arrays.copyOf(rows.startMillis, capacity);
        rows.timeMillis = Arrays.copyOf(rows.timeMillis, capacity);
        rows.value = Arrays.copyOf(rows.value, capacity);
        rows.count = Arrays.copyOf(rows.count, capacity);
        rows.bucketFrom = Arrays.copyOf(rows.bucketFrom, capacity);
        rows.bucketCount = Arrays.copyOf(rows.bucketCount, capacity);
        rows.boundFrom = Arrays.copyOf(rows.boundFrom, capacity);
    }
}
