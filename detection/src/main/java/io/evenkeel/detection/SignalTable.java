package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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

    private final IntToLongFunction keyOf = this::key;
    private SeriesNames known = new SeriesNames();

    // Needed while signals are added, and made again for that: most entities gain none between two checkpoints.
    private @Nullable RowIndex index;
    private @Nullable MetricShapes shapes;
    /** Rows by (slot, metric name), for {@link #metricRow}. */
    private @Nullable Map<String, Integer> metricIndex;

    /** Whether a metric's name has come with two units or types. */
    private boolean conflicting;

    private int rows;
    /** Rows whose series has not been defined yet. */
    private int undefined;

    /** Row in {@link #known}. */
    private int[] series = {};

    /** Of the slot; the roster has fewer than 65,536. */
    char[] slot = {};
    /** Row in {@link JudgedSignals}, -1 when the signal is not judged. */
    int[] judged = {};
    /** Row of (slot, metric) in the columns below, -1 while undefined. */
    int[] metric = {};
    /** Start of the bin being filled, in units of 10 s; {@link Integer#MIN_VALUE} before the first point. */
    private int[] bin = {};
    /** Width of the signal's bins, in units of 10 s: one, or its export interval if that is longer. */
    private byte[] width = {};

    double[] sum = {};
    /** Points (means), seconds (rates) or observations (histogram means) behind the sum. */
    float[] weight = {};
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

    /** Row of a signal, -1 when it has not been seen. */
    int find(int ofSlot, long ofSeries) {
        return index().find(key(ofSlot, ofSeries), keyOf);
    }

    private RowIndex index() {
        RowIndex made = index;
        if (made == null) {
            made = RowIndex.of(rows, keyOf);
            index = made;
        }
        return made;
    }

    /** Row of the same series of another slot, -1 when there is none. */
    int sibling(int row, int ofSlot) {
        return find(ofSlot, known.id(series[row]));
    }

    /** Start of the bin being filled, ms; {@link Long#MIN_VALUE} before the first point. */
    long binStart(int row) {
        return bin[row] == Integer.MIN_VALUE ? Long.MIN_VALUE : (long) bin[row] * EntityBook.BIN_MILLIS;
    }

    /** Width of the signal's bins, ms. */
    int binMillis(int row) {
        return width[row] * EntityBook.BIN_MILLIS;
    }

    /** Opens a bin; both are multiples of {@link EntityBook#BIN_MILLIS}. */
    void begin(int row, long startMillis, int widthMillis) {
        bin[row] = (int) (startMillis / EntityBook.BIN_MILLIS);
        width[row] = (byte) (widthMillis / EntityBook.BIN_MILLIS);
        sum[row] = 0;
        weight[row] = 0;
        done[row] = false;
    }

    int add(int ofSlot, long ofSeries) {
        if (rows == series.length) {
            grow(Math.max(16, rows * 2));
        }
        RowIndex growing = index();
        int row = rows++;
        series[row] = known.findOrAdd(ofSeries);
        slot[row] = (char) ofSlot;
        growing.add(keyOf);
        judged[row] = -1;
        metric[row] = -1;
        bin[row] = Integer.MIN_VALUE;
        width[row] = 1;
        SeriesDefinition definition = definition(row);
        if (definition != null) {
            apply(row, definition);
        } else {
            undefined++;
        }
        return row;
    }

    int size() {
        return rows;
    }

    /** Whether there is room for no other signal, or for the definition of none: what is silent has to go. */
    boolean isFull() {
        return rows >= MOST || known.defined() >= MOST;
    }

    /**
     * Notes what a series is, also for its rows that came before their definition.
     *
     * @return true when it is new and its metric's name is already that of a metric of another unit or type
     */
    boolean define(SeriesDefinition definition) {
        if (known.defined() >= MOST) {
            return false;
        }
        int of = known.findOrAdd(definition.series());
        if (known.isDefined(of)) {
            return false;
        }
        MetricShapes defined = shapes();
        known.define(of, definition);
        for (int row = 0; undefined > 0 && row < rows; row++) {
            if (series[row] == of) {
                apply(row, definition);
                undefined--;
            }
        }
        boolean conflicts = defined.add(definition.metric(), definition.unit(), definition.type());
        conflicting |= conflicts;
        return conflicts;
    }

    private MetricShapes shapes() {
        MetricShapes made = shapes;
        if (made == null) {
            MetricShapes all = new MetricShapes();
            known.eachMetric(all::add);
            shapes = all;
            made = all;
        }
        return made;
    }

    /** The metric's name, with what tells it apart where several have the same. */
    String nameOf(SeriesDefinition definition) {
        return conflicting ? shapes().nameOf(definition) : definition.metric();
    }

    /** What is different about metrics of one name, in words. */
    String conflict(SeriesDefinition definition) {
        return shapes().conflict(definition);
    }

    /** Signal of a row of {@link JudgedSignals}. */
    int ofJudgedRow(int row) {
        int signal = 0;
        while (judged[signal] != row) {
            signal++;
        }
        return signal;
    }

    /** Signal per row of {@link JudgedSignals}. */
    int[] ofJudged(int judgedRows) {
        int[] signals = new int[judgedRows];
        for (int row = 0; row < rows; row++) {
            if (judged[row] >= 0) {
                signals[judged[row]] = row;
            }
        }
        return signals;
    }

    int metrics() {
        return metrics;
    }

    @Nullable
    SeriesDefinition definition(int row) {
        return known.definition(series[row]);
    }

    /** Whether a signal is of requests that the slot's process served. */
    boolean serves(int ofSlot, int row) {
        MetricPolicy told = policy[row];
        return told != null && told.served() && slot[row] == ofSlot;
    }

    /** Whether the slot's process tells of the same requests by a newer name too. */
    boolean isToldByNewer(int ofSlot, MetricPolicy told) {
        Integer newer = told.newer().isEmpty() ? null : metricIndex().get(ofSlot + "|" + told.newer());
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
        policy[row] = MetricPolicy.of(definition);
        error[row] = MetricPolicy.isError(definition.attributes());
        metric[row] = metricRow(slot[row], definition.metric());
    }

    private Map<String, Integer> metricIndex() {
        Map<String, Integer> made = metricIndex;
        if (made == null) {
            made = new HashMap<>();
            boolean[] isKnown = new boolean[metrics];
            for (int row = 0; row < rows; row++) {
                int of = metric[row];
                if (of >= 0 && !isKnown[of]) {
                    isKnown[of] = true;
                    made.put((int) slot[row] + "|" + known.metric(series[row]), of);
                }
            }
            metricIndex = made;
        }
        return made;
    }

    private int metricRow(int ofSlot, String name) {
        return metricIndex().computeIfAbsent(ofSlot + "|" + name, key -> {
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

    private long key(int row) {
        return key(slot[row], known.id(series[row]));
    }

    private static long key(int ofSlot, long ofSeries) {
        return ofSeries ^ (ofSlot + 1) * 0x9E3779B97F4A7C15L;
    }

    private void grow(int capacity) {
        series = Arrays.copyOf(series, capacity);
        slot = Arrays.copyOf(slot, capacity);
        judged = Arrays.copyOf(judged, capacity);
        metric = Arrays.copyOf(metric, capacity);
        bin = Arrays.copyOf(bin, capacity);
        width = Arrays.copyOf(width, capacity);
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
            if (definition != null) {
                fewer.define(definition);
            }
            int row = fewer.add(slot[from], known.id(series[from]));
            fewer.judged[row] = judged[from];
            fewer.bin[row] = bin[from];
            fewer.width[row] = width[from];
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
        copy.known = known.copy();
        copy.conflicting = conflicting;
        copy.grow(rows);
        copy.rows = rows;
        copy.undefined = undefined;
        copyInto(copy);
        copy.metrics = metrics;
        copy.metricLast = Arrays.copyOf(metricLast, metrics);
        copy.metricBefore = Arrays.copyOf(metricBefore, metrics);
        copy.metricSlot = Arrays.copyOf(metricSlot, metrics);
        return copy;
    }

    private void copyInto(SignalTable copy) {
        System.arraycopy(series, 0, copy.series, 0, rows);
        System.arraycopy(slot, 0, copy.slot, 0, rows);
        System.arraycopy(judged, 0, copy.judged, 0, rows);
        System.arraycopy(metric, 0, copy.metric, 0, rows);
        System.arraycopy(bin, 0, copy.bin, 0, rows);
        System.arraycopy(width, 0, copy.width, 0, rows);
        System.arraycopy(sum, 0, copy.sum, 0, rows);
        System.arraycopy(weight, 0, copy.weight, 0, rows);
        System.arraycopy(done, 0, copy.done, 0, rows);
        System.arraycopy(policy, 0, copy.policy, 0, rows);
        System.arraycopy(error, 0, copy.error, 0, rows);
    }

    void write(DataOutput out) throws IOException {
        known.write(out);
        Columns.write(out, series, rows);
        Columns.write(out, slot, rows);
        Columns.write(out, judged, rows);
        Columns.write(out, metric, rows);
        Columns.write(out, bin, rows);
        Columns.write(out, width, rows);
        Columns.write(out, sum, rows);
        Columns.write(out, weight, rows);
        byte[] doneBytes = new byte[rows];
        for (int row = 0; row < rows; row++) {
            doneBytes[row] = (byte) (done[row] ? 1 : 0);
        }
        Columns.write(out, doneBytes, rows);
        Columns.write(out, metricLast, metrics);
        Columns.write(out, metricBefore, metrics);
        Columns.write(out, metricSlot, metrics);
    }

    static SignalTable read(DataInput in) throws IOException {
        SignalTable table = new SignalTable();
        table.known = SeriesNames.read(in);
        table.series = Columns.readInts(in);
        table.rows = table.series.length;
        table.slot = Columns.readChars(in);
        table.judged = Columns.readInts(in);
        table.metric = Columns.readInts(in);
        table.bin = Columns.readInts(in);
        table.width = Columns.readBytes(in);
        table.sum = Columns.readDoubles(in);
        table.weight = Columns.readFloats(in);
        table.readDone(in);
        table.readMetrics(in);
        return table;
    }

    /**
     * Reads what 0.1.0 has written: definitions as series (8 B), type (1 B), lengths of metric, unit and attributes (2 B
     * each) and their UTF-8; series by their ids; bins in ms.
     */
    static SignalTable readFirstLayout(DataInput in) throws IOException {
        SignalTable table = new SignalTable();
        ByteBuffer definitions = ByteBuffer.wrap(Columns.readBytes(in));
        while (definitions.hasRemaining()) {
            long id = definitions.getLong();
            byte type = definitions.get();
            byte[][] texts = new byte[3][];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = new byte[Short.toUnsignedInt(definitions.getShort())];
            }
            for (byte[] text : texts) {
                definitions.get(text);
            }
            String metric = new String(texts[0], StandardCharsets.UTF_8);
            String unit = new String(texts[1], StandardCharsets.UTF_8);
            String attributes = new String(texts[2], StandardCharsets.UTF_8);
            table.known.define(table.known.findOrAdd(id), new SeriesDefinition(id, metric, unit, type, attributes));
        }
        table.series = LongStream.of(Columns.readLongs(in))
                .mapToInt(table.known::findOrAdd)
                .toArray();
        table.rows = table.series.length;
        int[] slots = Columns.readInts(in);
        table.judged = Columns.readInts(in);
        table.metric = Columns.readInts(in);
        long[] starts = Columns.readLongs(in);
        int[] widths = Columns.readInts(in);
        table.sum = Columns.readDoubles(in);
        double[] weights = Columns.readDoubles(in);
        table.grow(table.rows);
        for (int row = 0; row < table.rows; row++) {
            table.slot[row] = (char) slots[row];
            table.bin[row] =
                    starts[row] == Long.MIN_VALUE ? Integer.MIN_VALUE : (int) (starts[row] / EntityBook.BIN_MILLIS);
            table.width[row] = (byte) (widths[row] / EntityBook.BIN_MILLIS);
            table.weight[row] = (float) weights[row];
        }
        table.readDone(in);
        for (int left = in.readInt(); left > 0; left--) {
            in.readUTF();
            in.readInt();
        }
        table.readMetrics(in);
        return table;
    }

    private void readDone(DataInput in) throws IOException {
        byte[] doneBytes = Columns.readBytes(in);
        done = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            done[row] = doneBytes[row] != 0;
        }
    }

    private void readMetrics(DataInput in) throws IOException {
        metricLast = Columns.readLongs(in);
        metricBefore = Columns.readLongs(in);
        metricSlot = Columns.readInts(in);
        metrics = metricLast.length;
        follow();
    }

    /** Works out what follows from what was read. */
    private void follow() {
        policy = new MetricPolicy[rows];
        error = new boolean[rows];
        MetricShapes all = new MetricShapes();
        known.eachMetric((metricName, unit, type) -> conflicting |= all.add(metricName, unit, type));
        for (int row = 0; row < rows; row++) {
            SeriesDefinition definition = definition(row);
            if (definition != null) {
                policy[row] = MetricPolicy.of(definition);
                error[row] = MetricPolicy.isError(definition.attributes());
            } else {
                undefined++;
            }
        }
    }
}
