package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When the processes of one entity exported each of their metrics, one row per (slot, metric): a total that appears after
 * its metric was exported has begun since. Columns only; {@link SignalTable} knows whose rows they are.
 */
final class MetricExports {
    /** Rows by (slot, metric name); made when it is needed, see {@link #index}. */
    private @Nullable Map<String, Integer> index;

    private int rows;
    /** Newest export time of the metric by the slot's present process, and the one before. */
    private long[] last = {};

    private long[] before = {};
    private int[] slot = {};

    int size() {
        return rows;
    }

    boolean isIndexed() {
        return index != null;
    }

    /** @param names {@code names[row]} is the metric's name, null where no signal is of it any more */
    void index(@Nullable String[] names) {
        Map<String, Integer> made = new HashMap<>();
        for (int row = 0; row < rows; row++) {
            if (names[row] != null) {
                made.put(key(slot[row], names[row]), row);
            }
        }
        index = made;
    }

    private static String key(int ofSlot, String name) {
        return ofSlot + "|" + name;
    }

    /** Row of a metric of a slot, a new one when it has none; to be indexed before. */
    int findOrAdd(int ofSlot, String name) {
        return indexed().computeIfAbsent(key(ofSlot, name), key -> add(ofSlot));
    }

    /** Lets go of the index. */
    void rest() {
        index = null;
    }

    private Map<String, Integer> indexed() {
        Map<String, Integer> made = index;
        if (made == null) {
            throw new IllegalStateException("rows of metrics are looked up by name, but have no index yet");
        }
        return made;
    }

    private int add(int ofSlot) {
        if (rows == last.length) {
            int capacity = Math.max(8, rows * 2);
            last = Arrays.copyOf(last, capacity);
            before = Arrays.copyOf(before, capacity);
            slot = Arrays.copyOf(slot, capacity);
        }
        last[rows] = Long.MIN_VALUE;
        before[rows] = Long.MIN_VALUE;
        slot[rows] = ofSlot;
        return rows++;
    }

    /** Whether the slot's present process has exported a metric; to be indexed before. */
    boolean isExported(int ofSlot, String name) {
        Integer row = indexed().get(key(ofSlot, name));
        return row != null && last[row] != Long.MIN_VALUE;
    }

    /** A new process sits in the slot: it has not exported anything yet. */
    void forget(int ofSlot) {
        for (int row = 0; row < rows; row++) {
            if (slot[row] == ofSlot) {
                last[row] = Long.MIN_VALUE;
                before[row] = Long.MIN_VALUE;
            }
        }
    }

    /** Latest export before the given time; {@link Long#MIN_VALUE} if none. */
    long before(int row, long time) {
        return last[row] < time ? last[row] : before[row] < time ? before[row] : Long.MIN_VALUE;
    }

    void note(int row, long time) {
        if (time > last[row]) {
            before[row] = last[row];
            last[row] = time;
        }
    }

    void take(int row, MetricExports other, int from) {
        last[row] = other.last[from];
        before[row] = other.before[from];
    }

    MetricExports copy() {
        MetricExports copy = new MetricExports();
        copy.rows = rows;
        copy.last = Arrays.copyOf(last, rows);
        copy.before = Arrays.copyOf(before, rows);
        copy.slot = Arrays.copyOf(slot, rows);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, last, rows);
        Columns.write(out, before, rows);
        Columns.write(out, slot, rows);
    }

    static MetricExports read(DataInput in) throws IOException {
        MetricExports exports = new MetricExports();
        exports.last = Columns.readLongs(in);
        exports.before = Columns.readLongs(in);
        exports.slot = Columns.readInts(in);
        exports.rows = exports.last.length;
        return exports;
    }
}
