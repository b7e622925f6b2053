package io.evenkeel.wire.otlp;

import java.util.List;
import java.util.Map;

/**
 * The metric points of one Resource of one OTLP request, column by column: what crosses the exchange between source and
 * keyed state. About 100 points a record make keyed state and judgement cheaper than bare single records. Arrays may be
 * longer than {@link #size}; only the first {@code size} elements count. Mutable for speed; owned by one thread at a
 * time.
 */
public final class EntityRows {
    /** {@code ServiceKey.id()}. */
    public String service = "";
    /** Pod owner, else {@code host.name}, else empty. With {@link #service} it is the Flink key. */
    public String owner = "";
    /** Hash of all resource attributes, instance id and pid included: tells streams of different processes apart. */
    public long resource;
    /** Facts that are not identity: service.instance.id, service.version, host.name, process.pid where present. */
    public Map<String, String> facts = Map.of();

    public int size;
    /** Stream id per point: hash of resource, scope, metric and point attributes. Differences and duplicates go by it. */
    public long[] stream = EMPTY_LONGS;
    /** Series id per point, see {@link SeriesDefinition#series()}. What is learned goes by it. */
    public long[] series = EMPTY_LONGS;
    /** {@link PointType} per point. */
    public byte[] type = EMPTY_BYTES;
    /** start_time_unix_nano / 10^6, 0 when absent. */
    public long[] startMillis = EMPTY_LONGS;
    /** time_unix_nano / 10^6. */
    public long[] timeMillis = EMPTY_LONGS;
    /** Number value, finite; for histograms the sum, NaN where the exporter sent none (legal: sums of negative values). */
    public double[] value = EMPTY_DOUBLES;
    /** Histogram count; 0 for numbers. */
    public long[] count = EMPTY_LONGS;
    /** Per point: index of its first bucket count in {@link #buckets}, -1 when it has none. */
    public int[] bucketFrom = EMPTY_INTS;
    /** Per point: number of bucket counts (bounds + 1). */
    public int[] bucketCount = EMPTY_INTS;
    /** Per point: index of its first bound in {@link #bounds}. */
    public int[] boundFrom = EMPTY_INTS;
    /** Flattened bucket counts. */
    public long[] buckets = EMPTY_LONGS;

    public int bucketsSize;
    /** Flattened explicit bounds, ascending, {@code bucketCount - 1} per point; points with equal bounds may share a stretch. */
    public double[] bounds = EMPTY_DOUBLES;

    public int boundsSize;
    /** Requests that show a point's value, of points that carry one with a trace; at most one a point, and bounded. */
    public int exemplars;
    /** Per exemplar: its point. */
    public int[] exemplarPoint = EMPTY_INTS;
    /** Per exemplar: when it was measured, ms; 0 when absent. */
    public long[] exemplarMillis = EMPTY_LONGS;
    /** Per exemplar: what was measured, in the metric's unit. */
    public double[] exemplarValue = EMPTY_DOUBLES;
    /** Per exemplar: upper half of the trace id. */
    public long[] exemplarTraceHigh = EMPTY_LONGS;
    /** Per exemplar: lower half of the trace id. */
    public long[] exemplarTraceLow = EMPTY_LONGS;
    /** Per exemplar: span id, 0 when absent. */
    public long[] exemplarSpan = EMPTY_LONGS;
    /** Definitions of series that this source has not lately sent. */
    public List<SeriesDefinition> definitions = List.of();

    private static final long[] EMPTY_LONGS = {};
    private static final int[] EMPTY_INTS = {};
    private static final double[] EMPTY_DOUBLES = {};
    private static final byte[] EMPTY_BYTES = {};
}
