package io.evenkeel.wire.otlp;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the points of one record as they are read: finds their series, counts the unusable ones by reason and writes
 * the rest as rows.
 */
final class PointSink {
    /** Type of points whose metric says no temporality. They are read, counted and left out. */
    static final byte REFUSED = -1;

    private static final int NANOS_PER_MILLI = 1_000_000;

    final AttributeRuns attributes = new AttributeRuns();
    final RowsBuffer buffer = new RowsBuffer();
    final PointExemplars exemplars;
    private final SeriesIndex index;
    private final WalkCounts counts;
    private long[] sentKeys = new long[64];
    private int sent;

    private ResourceIdentity resource = new ResourceIdentity("", "", 0, 0, Map.of());
    private long scopeKey;
    private byte type;
    private boolean named;
    private int nowSeconds;

    PointSink(SeriesIndex index, WalkCounts counts, PointExemplars exemplars) {
        this.exemplars = exemplars;
        this.index = index;
        this.counts = counts;
    }

    void beginRecord(int second) {
        nowSeconds = second;
        sent = 0;
    }

    void beginResource(ResourceIdentity source, int bytes) {
        resource = source;
        buffer.begin(source, bytes);
    }

    void beginScope(long scopeNameHash) {
        scopeKey = Mix.of(resource.hash(), scopeNameHash);
    }

    void beginMetric(byte[] bytes, int nameFrom, int nameTo, int unitFrom, int unitTo, byte pointType) {
        type = pointType;
        named = nameTo > nameFrom;
        index.enter(resource.entity(), bytes, nameFrom, nameTo, unitFrom, unitTo, pointType);
    }

    void beginPoint() {
        attributes.clear();
        exemplars.clear();
        buffer.room();
    }

    /** A number point, whose attributes have been added to {@link #attributes}. */
    void number(int flags, long startNanos, long timeNanos, boolean hasValue, double value) {
        Skip skip = whyNot(flags, timeNanos);
        if (skip == null && !hasValue) {
            skip = Skip.NO_VALUE;
        }
        if (skip == null && !Double.isFinite(value)) {
            skip = Skip.NOT_FINITE;
        }
        if (skip != null) {
            counts.skip(skip);
            return;
        }
        EntityRows rows = buffer.rows;
        int at = rows.size;
        rows.bucketFrom[at] = -1;
        rows.bucketCount[at] = 0;
        rows.boundFrom[at] = 0;
        write(startNanos, timeNanos, value, 0);
    }

    /**
     * A histogram point whose buckets and bounds stand at the end of the rows' arrays.
     *
     * @param shape null when buckets and bounds fit together
     * @param sum NaN when the exporter sent none
     */
    void histogram(
            int flags,
            long startNanos,
            long timeNanos,
            boolean hasSum,
            double sum,
            long count,
            @Nullable Skip shape,
            int bucketFrom,
            int bucketCount,
            int boundFrom) {
        Skip skip = whyNot(flags, timeNanos);
        if (skip == null && hasSum && !Double.isFinite(sum)) {
            skip = Skip.NOT_FINITE;
        }
        if (skip == null && count < 0) {
            skip = Skip.COUNT_OUT_OF_RANGE;
        }
        if (skip == null) {
            skip = shape;
        }
        if (skip != null) {
            counts.skip(skip);
            return;
        }
        EntityRows rows = buffer.rows;
        int at = rows.size;
        rows.bucketFrom[at] = bucketCount == 0 ? -1 : bucketFrom;
        rows.bucketCount[at] = bucketCount;
        rows.boundFrom[at] = boundFrom;
        write(startNanos, timeNanos, hasSum ? sum : Double.NaN, count);
    }

    void endResource() {
        buffer.end();
    }

    long points() {
        return buffer.points();
    }

    void release(Consumer<? super EntityRows> out) {
        buffer.release(out);
    }

    void discard() {
        buffer.discard();
        for (int i = 0; i < sent; i++) {
            index.unsend(sentKeys[i]);
        }
    }

    /** The series is looked up even for a point that is left out: that reads every byte of its attributes once. */
    private @Nullable Skip whyNot(int flags, long timeNanos) {
        boolean withinBounds = index.identify(attributes, nowSeconds);
        if (type == REFUSED) {
            return Skip.NO_TEMPORALITY;
        }
        if (!named) {
            return Skip.NO_NAME;
        }
        if (!withinBounds) {
            return Skip.ATTRIBUTES_BEYOND_BOUND;
        }
        if ((flags & 1) != 0) {
            return Skip.NO_RECORDED_VALUE;
        }
        return timeNanos == 0 ? Skip.NO_TIME : null;
    }

    private void write(long startNanos, long timeNanos, double value, long count) {
        EntityRows rows = buffer.rows;
        int at = rows.size;
        long series = index.series();
        rows.series[at] = series;
        rows.stream[at] = Mix.of(scopeKey, series);
        rows.type[at] = type;
        rows.startMillis[at] = millis(startNanos);
        rows.timeMillis[at] = millis(timeNanos);
        rows.value[at] = value;
        rows.count[at] = count;
        rows.size = at + 1;
        exemplars.attach(rows, at);
        if (index.definitionIsDue(nowSeconds)) {
            define();
        }
    }

    private void define() {
        buffer.define(index.define(attributes, nowSeconds));
        if (sent == sentKeys.length) {
            sentKeys = Arrays.copyOf(sentKeys, sent * 2);
        }
        sentKeys[sent++] = index.key();
    }

    /** Times are unsigned on the wire; beyond the year 2262 the sign bit is set. */
    private static long millis(long nanos) {
        return nanos >= 0 ? nanos / NANOS_PER_MILLI : Long.divideUnsigned(nanos, NANOS_PER_MILLI);
    }
}
