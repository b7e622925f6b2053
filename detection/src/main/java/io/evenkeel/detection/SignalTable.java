package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToLongFunction;
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

    private final IntToLongFunction keyOf = this::key;
    private SeriesNames known = new SeriesNames();

    /** Needed while signals are added, and made again for that: most entities gain none for hours. */
    private @Nullable RowIndex index;
    /** Signals and definitions that have come, now and when {@link #rest} was last called; not part of the state. */
    private int come;

    private int comeBefore;

    private int rows;
    /** Rows whose series has not been defined yet. */
    private int undefined;

    /** Row in {@link #known}. */
    private int[] series = {};

    /** Of the slot; the roster has fewer than 65,536. */
    char[] slot = {};
    /** Row in {@link JudgedSignals} and 1, 0 when the signal is not judged: there are fewer than 65,536. */
    private char[] judged = {};
    /** Row of (slot, metric) in {@link MetricExports} and 1, 0 while undefined. */
    private char[] metric = {};
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

    private MetricExports exports = new MetricExports();

    SignalTable() {}

    /** From columns that were read. */
    SignalTable(
            SeriesNames known,
            int[] series,
            char[] slot,
            char[] judged,
            char[] metric,
            int[] bin,
            byte[] width,
            double[] sum,
            float[] weight,
            byte[] doneBytes,
            MetricExports exports) {
        this.known = known;
        this.rows = series.length;
        this.series = series;
        this.slot = slot;
        this.judged = judged;
        this.metric = metric;
        this.bin = bin;
        this.width = width;
        this.sum = sum;
        this.weight = weight;
        this.exports = exports;
        done = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            done[row] = doneBytes[row] != 0;
        }
        follow();
    }

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

    /** Row in {@link JudgedSignals}, -1 when the signal is not judged. */
    int judged(int row) {
        return judged[row] - 1;
    }

    /** From now on the signal is judged in that row. */
    void judge(int row, int judgedRow) {
        judged[row] = (char) (judgedRow + 1);
    }

    /** Row of (slot, metric) in the exports, -1 while the series is undefined. */
    int metric(int row) {
        return metric[row] - 1;
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
        come++;
        int row = rows++;
        series[row] = known.findOrAdd(ofSeries);
        slot[row] = (char) ofSlot;
        growing.add(keyOf);
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
        come++;
        boolean conflicts = known.define(of, definition);
        for (int row = 0; undefined > 0 && row < rows; row++) {
            if (series[row] == of) {
                apply(row, definition);
                undefined--;
            }
        }
        return conflicts;
    }

    /** The metric's name, with what tells it apart where several have the same. */
    String nameOf(SeriesDefinition definition) {
        return known.metricNameOf(definition);
    }

    /** What is different about metrics of one name, in words. */
    String conflict(SeriesDefinition definition) {
        return known.conflict(definition);
    }

    /** Signal of a row of {@link JudgedSignals}. */
    int ofJudgedRow(int row) {
        int signal = 0;
        while (judged(signal) != row) {
            signal++;
        }
        return signal;
    }

    /** Signal per row of {@link JudgedSignals}. */
    int[] ofJudged(int judgedRows) {
        int[] signals = new int[judgedRows];
        for (int row = 0; row < rows; row++) {
            if (judged(row) >= 0) {
                signals[judged(row)] = row;
            }
        }
        return signals;
    }

    int metrics() {
        return exports.size();
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
        return !told.newer().isEmpty() && indexedExports().isExported(ofSlot, told.newer());
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
        exports.forget(ofSlot);
    }

    /** Latest export of the row's metric by its process before the given time; {@link Long#MIN_VALUE} if none. */
    long exportBefore(int row, long time) {
        int of = metric(row);
        return of < 0 ? Long.MIN_VALUE : exports.before(of, time);
    }

    void noteExport(int row, long time) {
        if (metric(row) >= 0) {
            exports.note(metric(row), time);
        }
    }

    private void apply(int row, SeriesDefinition definition) {
        policy[row] = MetricPolicy.of(definition);
        error[row] = MetricPolicy.isError(definition.attributes());
        metric[row] = (char) (indexedExports().findOrAdd(slot[row], definition.metric()) + 1);
    }

    private MetricExports indexedExports() {
        if (!exports.isIndexed()) {
            @Nullable String[] names = new String[exports.size()];
            for (int row = 0; row < rows; row++) {
                int of = metric(row);
                if (of >= 0 && names[of] == null) {
                    names[of] = known.metric(series[row]);
                }
            }
            exports.index(names);
        }
        return exports;
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
            fewer.take(row, this, from);
            if (metric(from) >= 0) {
                fewer.exports.take(fewer.metric(row), exports, metric(from));
            }
        }
        return fewer;
    }

    /** Where a signal is judged, and its bin. */
    private void take(int row, SignalTable other, int from) {
        judged[row] = other.judged[from];
        bin[row] = other.bin[from];
        width[row] = other.width[from];
        sum[row] = other.sum[from];
        weight[row] = other.weight[from];
        done[row] = other.done[from];
    }

    /** This table in another order; row i is then what {@code order[i]} was. */
    SignalTable inOrder(int[] order) {
        SignalTable ordered = new SignalTable();
        ordered.known = known;
        ordered.undefined = undefined;
        ordered.exports = exports;
        ordered.rows = rows;
        ordered.grow(rows);
        for (int row = 0; row < rows; row++) {
            int from = order[row];
            ordered.series[row] = series[from];
            ordered.slot[row] = slot[from];
            ordered.metric[row] = metric[from];
            ordered.take(row, this, from);
            ordered.policy[row] = policy[from];
            ordered.error[row] = error[from];
        }
        return ordered;
    }

    /** Called now and then: lets go of what is only needed while signals come, when none has come for a while. */
    void rest() {
        if (come == comeBefore) {
            index = null;
            known.rest();
            exports.rest();
        }
        comeBefore = come;
    }

    SignalTable copy() {
        SignalTable copy = new SignalTable();
        copy.known = known.copy();
        copy.rows = rows;
        copy.undefined = undefined;
        copy.series = Arrays.copyOf(series, rows);
        copy.slot = Arrays.copyOf(slot, rows);
        copy.judged = Arrays.copyOf(judged, rows);
        copy.metric = Arrays.copyOf(metric, rows);
        copy.bin = Arrays.copyOf(bin, rows);
        copy.width = Arrays.copyOf(width, rows);
        copy.sum = Arrays.copyOf(sum, rows);
        copy.weight = Arrays.copyOf(weight, rows);
        copy.done = Arrays.copyOf(done, rows);
        copy.policy = Arrays.copyOf(policy, rows);
        copy.error = Arrays.copyOf(error, rows);
        copy.exports = exports.copy();
        return copy;
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
        exports.write(out);
    }

    static SignalTable read(DataInput in) throws IOException {
        return new SignalTable(
                SeriesNames.read(in),
                Columns.readInts(in),
                Columns.readChars(in),
                Columns.readChars(in),
                Columns.readChars(in),
                Columns.readInts(in),
                Columns.readBytes(in),
                Columns.readDoubles(in),
                Columns.readFloats(in),
                Columns.readBytes(in),
                MetricExports.read(in));
    }

    /** Works out what follows from what was read. */
    private void follow() {
        policy = new MetricPolicy[rows];
        error = new boolean[rows];
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
