package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The signals of one entity, one row per (slot, series): which series it is, how it is judged, and the bin that is being
 * filled. Columns only; {@link EntityBook} decides.
 */
final class SignalTable {
    /**
     * Signals, and definitions of series, per entity. A walk's record holds at most 4,096 points; a sane entity has far
     * fewer series than this, one whose attributes hold user ids has as many as there is room for.
     */
    static final int MOST = 50_000;

    private LongIntMap index = new LongIntMap();
    private Definitions definitions = new Definitions();
    private MetricShapes names = new MetricShapes();
    /** One policy object per metric, or per kind of its series that the table tells apart, not per series. */
    private final Map<String, MetricPolicy> policies = new HashMap<>();
    /** Rows by (slot, metric name), for {@link #metricRow}. */
    private final Map<String, Integer> metricIndex = new HashMap<>();

    private int rows;
    /** Rows whose series has not been defined yet. */
    private int undefined;

    long[] series = {};
    int[] slot = {};
    /** Row in {@link JudgedSignals}, -1 when the signal is not judged. */
    int[] judged = {};
    /** Row of (slot, metric) in the columns below, -1 while undefined. */
    int[] metric = {};
    /** Start of the bin being filled, ms; {@link Long#MIN_VALUE} before the first point. */
    long[] binStart = {};
    /** Width of the signal's bins, ms: 10 s or its export interval, whichever is larger. */
    int[] binMillis = {};

    double[] sum = {};
    /** Points (means), seconds (rates) or observations (histogram means) behind the sum. */
    double[] weight = {};
    /** Whether the bin being filled has been judged already. */
    boolean[] done = {};
    /** Learned treatment, null while undefined. Not written: it follows from the definition. */
    @Nullable
    MetricPolicy[] policy = {};
    /** Whether the series counts failed requests. Follows from the definition. */
    boolean[] error = {};

    private int metrics;
    /** Newest export time of the metric by the slot's present process, and the one before. */
    long[] metricLast = {};

    long[] metricBefore = {};
    int[] metricSlot = {};

    int find(int ofSlot, long ofSeries) {
        return index.get(key(ofSlot, ofSeries));
    }

    int add(int ofSlot, long ofSeries) {
        if (rows == series.length) {
            grow(Math.max(16, rows * 2));
        }
        int row = rows++;
        index.put(key(ofSlot, ofSeries), row);
        series[row] = ofSeries;
        slot[row] = ofSlot;
        judged[row] = -1;
        metric[row] = -1;
        binStart[row] = Long.MIN_VALUE;
        binMillis[row] = EntityBook.BIN_MILLIS;
        SeriesDefinition known = definitions.get(ofSeries);
        if (known != null) {
            apply(row, known);
        } else {
            undefined++;
        }
        return row;
    }

    int size() {
        return rows;
    }

    /**
     * Notes what a series is, also for its rows that came before their definition.
     *
     * @return true when it is new and its metric's name is already that of a metric of another unit or type
     */
    boolean define(SeriesDefinition definition) {
        if (definitions.size() >= MOST || !definitions.add(definition)) {
            return false;
        }
        for (int row = 0; undefined > 0 && row < rows; row++) {
            if (series[row] == definition.series()) {
                apply(row, definition);
                undefined--;
            }
        }
        return names.add(definition);
    }

    /** The names of the metrics defined so far. */
    MetricShapes names() {
        return names;
    }

    @Nullable
    SeriesDefinition definition(int row) {
        return definitions.get(series[row]);
    }

    /** Whether a signal is of requests that the slot's process served. */
    boolean serves(int ofSlot, int row) {
        MetricPolicy known = policy[row];
        return known != null && known.served() && slot[row] == ofSlot;
    }

    /** Whether the slot's process tells of the same requests by a newer name too. */
    boolean isToldByNewer(int ofSlot, MetricPolicy known) {
        Integer newer = known.newer().isEmpty() ? null : metricIndex.get(ofSlot + "|" + known.newer());
        return newer != null && metricLast[newer] != Long.MIN_VALUE;
    }

    /** Metric and attributes of every signal whose series is defined. */
    Iterable<Map.Entry<String, String>> series() {
        return () -> IntStream.range(0, rows)
                .mapToObj(this::definition)
                .filter(Objects::nonNull)
                .map(definition -> Map.entry(definition.metric(), definition.attributes()))
                .iterator();
    }

    /** A new process sits in the slot: it has not exported anything yet. */
    void forgetExports(int ofSlot) {
        for (int m = 0; m < metrics; m++) {
            if (metricSlot[m] == ofSlot) {
                metricLast[m] = Long.MIN_VALUE;
                metricBefore[m] = Long.MIN_VALUE;
            }
        }
    }

    /** Latest export of the row's metric by its process before the given time; {@link Long#MIN_VALUE} if none. */
    long exportBefore(int row, long time) {
        int m = metric[row];
        if (m < 0) {
            return Long.MIN_VALUE;
        }
        return metricLast[m] < time ? metricLast[m] : metricBefore[m] < time ? metricBefore[m] : Long.MIN_VALUE;
    }

    void noteExport(int row, long time) {
        int m = metric[row];
        if (m >= 0 && time > metricLast[m]) {
            metricBefore[m] = metricLast[m];
            metricLast[m] = time;
        }
    }

    private void apply(int row, SeriesDefinition definition) {
        policy[row] = policyOf(definition);
        error[row] = MetricPolicy.isError(definition.attributes());
        metric[row] = metricRow(slot[row], definition.metric());
    }

    private MetricPolicy policyOf(SeriesDefinition definition) {
        String name = definition.metric()
                + '|'
                + definition.unit()
                + '|'
                + definition.type()
                + KnownSignals.shipped().variant(definition);
        return policies.computeIfAbsent(name, metric -> MetricPolicy.of(definition));
    }

    private int metricRow(int ofSlot, String name) {
        return metricIndex.computeIfAbsent(ofSlot + "|" + name, key -> {
            if (metrics == metricLast.length) {
                int capacity = Math.max(8, metrics * 2);
                metricLast = Arrays.copyOf(metricLast, capacity);
                metricBefore = Arrays.copyOf(metricBefore, capacity);
                metricSlot = Arrays.copyOf(metricSlot, capacity);
            }
            metricLast[metrics] = Long.MIN_VALUE;
            metricBefore[metrics] = Long.MIN_VALUE;
            metricSlot[metrics] = ofSlot;
            return metrics++;
        });
    }

    private static long key(int ofSlot, long ofSeries) {
        return ofSeries ^ (ofSlot + 1) * 0x9E3779B97F4A7C15L;
    }

    private void grow(int capacity) {
        series = Arrays.copyOf(series, capacity);
        slot = Arrays.copyOf(slot, capacity);
        judged = Arrays.copyOf(judged, capacity);
        metric = Arrays.copyOf(metric, capacity);
        binStart = Arrays.copyOf(binStart, capacity);
        binMillis = Arrays.copyOf(binMillis, capacity);
        sum = Arrays.copyOf(sum, capacity);
        weight = Arrays.copyOf(weight, capacity);
        done = Arrays.copyOf(done, capacity);
        policy = Arrays.copyOf(policy, capacity);
        error = Arrays.copyOf(error, capacity);
    }

    /**
     * This table with only the given rows; row i is then what {@code kept[i]} was. Definitions of series that no row has
     * any more go too. The rows in {@link #judged} are those of before.
     */
    SignalTable only(int[] kept) {
        SignalTable fewer = new SignalTable();
        for (int from : kept) {
            SeriesDefinition definition = definition(from);
            if (definition != null && fewer.definitions.add(definition)) {
                fewer.names.add(definition);
            }
            int row = fewer.add(slot[from], series[from]);
            fewer.judged[row] = judged[from];
            fewer.binStart[row] = binStart[from];
            fewer.binMillis[row] = binMillis[from];
            fewer.sum[row] = sum[from];
            fewer.weight[row] = weight[from];
            fewer.done[row] = done[from];
            if (metric[from] >= 0) {
                fewer.metricLast[fewer.metric[row]] = metricLast[metric[from]];
                fewer.metricBefore[fewer.metric[row]] = metricBefore[metric[from]];
            }
        }
        return fewer;
    }

    SignalTable copy() {
        SignalTable copy = new SignalTable();
        copy.definitions = definitions.copy();
        copy.names = names.copy();
        copy.policies.putAll(policies);
        copy.index = index.copy();
        copy.grow(rows);
        copy.rows = rows;
        copy.undefined = undefined;
        copyInto(copy);
        copy.metricIndex.putAll(metricIndex);
        copy.metrics = metrics;
        copy.metricLast = metricLast.clone();
        copy.metricBefore = metricBefore.clone();
        copy.metricSlot = metricSlot.clone();
        return copy;
    }

    private void copyInto(SignalTable copy) {
        System.arraycopy(series, 0, copy.series, 0, rows);
        System.arraycopy(slot, 0, copy.slot, 0, rows);
        System.arraycopy(judged, 0, copy.judged, 0, rows);
        System.arraycopy(metric, 0, copy.metric, 0, rows);
        System.arraycopy(binStart, 0, copy.binStart, 0, rows);
        System.arraycopy(binMillis, 0, copy.binMillis, 0, rows);
        System.arraycopy(sum, 0, copy.sum, 0, rows);
        System.arraycopy(weight, 0, copy.weight, 0, rows);
        System.arraycopy(done, 0, copy.done, 0, rows);
        System.arraycopy(policy, 0, copy.policy, 0, rows);
        System.arraycopy(error, 0, copy.error, 0, rows);
    }

    void write(DataOutput out) throws IOException {
        definitions.write(out);
        Columns.write(out, series, rows);
        Columns.write(out, slot, rows);
        Columns.write(out, judged, rows);
        Columns.write(out, metric, rows);
        Columns.write(out, binStart, rows);
        Columns.write(out, binMillis, rows);
        Columns.write(out, sum, rows);
        Columns.write(out, weight, rows);
        byte[] doneBytes = new byte[rows];
        for (int row = 0; row < rows; row++) {
            doneBytes[row] = (byte) (done[row] ? 1 : 0);
        }
        Columns.write(out, doneBytes, rows);
        out.writeInt(metricIndex.size());
        for (Map.Entry<String, Integer> entry : metricIndex.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue());
        }
        Columns.write(out, metricLast, metrics);
        Columns.write(out, metricBefore, metrics);
        Columns.write(out, metricSlot, metrics);
    }

    static SignalTable read(DataInput in) throws IOException {
        SignalTable table = new SignalTable();
        table.definitions = Definitions.read(in);
        table.definitions.forEach(table.names::add);
        table.series = Columns.readLongs(in);
        table.rows = table.series.length;
        table.slot = Columns.readInts(in);
        table.judged = Columns.readInts(in);
        table.metric = Columns.readInts(in);
        table.binStart = Columns.readLongs(in);
        table.binMillis = Columns.readInts(in);
        table.sum = Columns.readDoubles(in);
        table.weight = Columns.readDoubles(in);
        byte[] doneBytes = Columns.readBytes(in);
        table.done = new boolean[table.rows];
        table.policy = new MetricPolicy[table.rows];
        table.error = new boolean[table.rows];
        for (int row = 0; row < table.rows; row++) {
            table.done[row] = doneBytes[row] != 0;
            table.index.put(key(table.slot[row], table.series[row]), row);
            SeriesDefinition definition = table.definitions.get(table.series[row]);
            if (definition != null) {
                table.policy[row] = table.policyOf(definition);
                table.error[row] = MetricPolicy.isError(definition.attributes());
            } else {
                table.undefined++;
            }
        }
        int metricRows = in.readInt();
        for (int i = 0; i < metricRows; i++) {
            table.metricIndex.put(in.readUTF(), in.readInt());
        }
        table.metricLast = Columns.readLongs(in);
        table.metricBefore = Columns.readLongs(in);
        table.metricSlot = Columns.readInts(in);
        table.metrics = table.metricLast.length;
        return table;
    }
}
