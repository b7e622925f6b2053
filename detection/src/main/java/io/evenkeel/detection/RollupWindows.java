package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Counts and sums per (signal, window) of the recent past, for rollup rows. A window is sent when its end has passed, or
 * when its source has gone quiet, and again with a higher revision whenever a late point or a recount after a restore
 * changes it. The counts are part of the checkpoint that also holds the source's offsets, so that in the end every
 * accepted point has been counted once.
 *
 * <p>{@code start[row * windows + window % windows]}.
 */
final class RollupWindows {
    private static final long NONE = Long.MIN_VALUE;

    private final int widthMillis;
    private final int windows;
    /** Revisions start at the job's epoch, so that rows of a restored job win over those of its predecessor. */
    private long epoch;

    private int rows;
    private long[] start = {};
    private int[] count = {};
    private double[] sum = {};
    private double[] weight = {};
    private long[] revision = {};
    private boolean[] dirty = {};
    private boolean[] listed = {};
    /** Place of the window that had the last point, per row: where the next is too, mostly. Not part of the state. */
    private int[] latest = {};

    private int[] dirtyRows = new int[16];
    private int dirtyCount;

    /** Takes a row that is due. */
    interface Sink {
        /**
         * @param row row given by {@link #add}
         * @param start start of the window, ms
         * @param count accepted points
         * @param sum sum of values or increments
         * @param weight what the sum stands on: values, seconds or observations
         */
        void due(int row, long start, int widthMillis, long count, double sum, double weight, long revision);
    }

    /** Says since when a row's window may be sent. */
    interface Clock {
        /** True when windows that end at or before this time are complete, or the source of the row is quiet. */
        boolean mayClose(int row, long windowEnd);
    }

    /**
     * @param windows windows kept per row; with the width they must reach back over the lateness bound and one more
     */
    RollupWindows(int widthMillis, int windows) {
        this.widthMillis = widthMillis;
        this.windows = windows;
    }

    void epoch(long jobEpoch) {
        epoch = jobEpoch;
    }

    int addRow() {
        if ((rows + 1) * windows > start.length) {
            grow(Math.max(8, rows * 2));
        }
        Arrays.fill(start, rows * windows, (rows + 1) * windows, NONE);
        latest[rows] = rows * windows;
        return rows++;
    }

    /** Adds a row with the content of one of another table of the same shape. */
    int take(RollupWindows other, int otherRow) {
        int row = addRow();
        int to = row * windows;
        int from = otherRow * windows;
        System.arraycopy(other.start, from, start, to, windows);
        System.arraycopy(other.count, from, count, to, windows);
        System.arraycopy(other.sum, from, sum, to, windows);
        System.arraycopy(other.weight, from, weight, to, windows);
        System.arraycopy(other.revision, from, revision, to, windows);
        for (int window = 0; window < windows; window++) {
            if (other.dirty[from + window]) {
                touch(row, to + window);
            }
        }
        return row;
    }

    int size() {
        return rows;
    }

    /** Counts one accepted point; a value that is NaN counts but adds nothing. */
    void add(int row, long time, double value, double on, Sink sink) {
        int place = latest[row];
        // Negative while the window is none, by overflow.
        long into = time - start[place];
        if (into < 0 || into >= widthMillis) {
            place = place(row, Math.floorDiv(time, widthMillis), sink);
            if (place < 0) {
                return;
            }
            latest[row] = place;
        }
        count[place]++;
        if (!Double.isNaN(value)) {
            sum[place] += value;
            weight[place] += on;
        }
        touch(row, place);
    }

    /** Replaces what a window holds: for windows whose content is counted elsewhere, such as requests of a service. */
    void put(int row, long time, long total, double newSum, double newWeight, Sink sink) {
        int place = place(row, Math.floorDiv(time, widthMillis), sink);
        if (place < 0
                || count[place] == total
                        && Double.compare(sum[place], newSum) == 0
                        && Double.compare(weight[place], newWeight) == 0) {
            return;
        }
        count[place] = (int) total;
        sum[place] = newSum;
        weight[place] = newWeight;
        touch(row, place);
    }

    private int place(int row, long window, Sink sink) {
        int place = row * windows + (int) Math.floorMod(window, (long) windows);
        long begin = window * widthMillis;
        if (start[place] == begin) {
            return place;
        }
        if (start[place] > begin) {
            return -1;
        }
        if (dirty[place]) {
            send(row, place, sink);
        }
        start[place] = begin;
        count[place] = 0;
        sum[place] = 0;
        weight[place] = 0;
        revision[place] = 0;
        return place;
    }

    private void touch(int row, int place) {
        dirty[place] = true;
        if (!listed[row]) {
            listed[row] = true;
            if (dirtyCount == dirtyRows.length) {
                dirtyRows = Arrays.copyOf(dirtyRows, dirtyCount * 2);
            }
            dirtyRows[dirtyCount++] = row;
        }
    }

    boolean hasDirty() {
        return dirtyCount > 0;
    }

    /** Sends every changed window that may close. */
    void flush(Clock clock, Sink sink) {
        int kept = 0;
        for (int i = 0; i < dirtyCount; i++) {
            int row = dirtyRows[i];
            boolean open = false;
            for (int place = row * windows; place < (row + 1) * windows; place++) {
                if (dirty[place]) {
                    if (clock.mayClose(row, start[place] + widthMillis)) {
                        send(row, place, sink);
                    } else {
                        open = true;
                    }
                }
            }
            listed[row] = open;
            if (open) {
                dirtyRows[kept++] = row;
            }
        }
        dirtyCount = kept;
    }

    private void send(int row, int place, Sink sink) {
        dirty[place] = false;
        revision[place] = Math.max(revision[place] + 1, epoch);
        sink.due(row, start[place], widthMillis, count[place], sum[place], weight[place], revision[place]);
    }

    private void grow(int capacity) {
        start = Arrays.copyOf(start, capacity * windows);
        count = Arrays.copyOf(count, capacity * windows);
        sum = Arrays.copyOf(sum, capacity * windows);
        weight = Arrays.copyOf(weight, capacity * windows);
        revision = Arrays.copyOf(revision, capacity * windows);
        dirty = Arrays.copyOf(dirty, capacity * windows);
        listed = Arrays.copyOf(listed, capacity);
        latest = Arrays.copyOf(latest, capacity);
    }

    RollupWindows copy() {
        RollupWindows copy = new RollupWindows(widthMillis, windows);
        copy.epoch = epoch;
        copy.rows = rows;
        copy.start = Arrays.copyOf(start, rows * windows);
        copy.count = Arrays.copyOf(count, rows * windows);
        copy.sum = Arrays.copyOf(sum, rows * windows);
        copy.weight = Arrays.copyOf(weight, rows * windows);
        copy.revision = Arrays.copyOf(revision, rows * windows);
        copy.dirty = Arrays.copyOf(dirty, rows * windows);
        copy.listed = Arrays.copyOf(listed, rows);
        copy.latest = Arrays.copyOf(latest, rows);
        copy.dirtyRows = Arrays.copyOf(dirtyRows, Math.max(16, dirtyCount));
        copy.dirtyCount = dirtyCount;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        int places = rows * windows;
        out.writeInt(rows);
        Columns.write(out, start, places);
        Columns.write(out, count, places);
        Columns.write(out, sum, places);
        Columns.write(out, weight, places);
        Columns.write(out, revision, places);
        byte[] flags = new byte[places];
        for (int place = 0; place < places; place++) {
            flags[place] = (byte) (dirty[place] ? 1 : 0);
        }
        Columns.write(out, flags, places);
        Columns.write(out, dirtyRows, dirtyCount);
    }

    static RollupWindows read(DataInput in, int widthMillis, int windows) throws IOException {
        RollupWindows read = new RollupWindows(widthMillis, windows);
        read.rows = in.readInt();
        read.start = Columns.readLongs(in);
        read.count = Columns.readInts(in);
        read.sum = Columns.readDoubles(in);
        read.weight = Columns.readDoubles(in);
        read.revision = Columns.readLongs(in);
        byte[] flags = Columns.readBytes(in);
        read.dirty = new boolean[read.start.length];
        for (int place = 0; place < read.dirty.length; place++) {
            read.dirty[place] = flags[place] != 0;
        }
        int[] listedRows = Columns.readInts(in);
        read.listed = new boolean[read.rows];
        read.latest = new int[read.rows];
        for (int row = 0; row < read.rows; row++) {
            read.latest[row] = row * windows;
        }
        for (int row : listedRows) {
            read.listed[row] = true;
        }
        read.dirtyRows = Arrays.copyOf(listedRows, Math.max(16, listedRows.length));
        read.dirtyCount = listedRows.length;
        return read;
    }
}
