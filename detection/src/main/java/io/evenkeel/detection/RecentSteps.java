package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest steps of many signals, row by row: their values and weights, which of them deviated, and how many are not yet
 * learned. Columns only; {@link JudgedSignals} decides.
 *
 * <p>{@code values[row * ring + (head + 1 + i) % ring]}, i = 0 oldest; NaN is a step without data. What the ring has no
 * room for goes into the row's course, where it has one.
 */
final class RecentSteps {
    /** Steps that can be marked as deviating, see {@link #mark}. */
    private static final int MARKED = 8;

    private final int ring;
    private final boolean weighted;
    private int rows;
    private float[] values = {};
    private float[] weights = {};
    /** Start of the newest step in units of 10 s; {@link Integer#MIN_VALUE} before the first. */
    private int[] newest = {};

    private byte[] head = {};
    /** Newest steps not yet learned. */
    private byte[] pending = {};
    /** Bits 0..7 deviating steps, newest in bit 0; bits 8..15 extreme ones. */
    private char[] flags = {};

    private StepCourses courses = new StepCourses();

    /**
     * @param ring steps remembered per signal, 8 to 127
     * @param weighted whether weights are remembered too; a weighted ring is all that is remembered
     */
    RecentSteps(int ring, boolean weighted) {
        this.ring = ring;
        this.weighted = weighted;
    }

    /** From columns that were read. */
    RecentSteps(
            int ring,
            float[] values,
            float @Nullable [] weights,
            int[] newest,
            byte[] head,
            byte[] pending,
            char[] flags) {
        this(ring, weights != null);
        this.rows = newest.length;
        this.values = values;
        this.weights = weights == null ? new float[0] : weights;
        this.newest = newest;
        this.head = head;
        this.pending = pending;
        this.flags = flags;
    }

    int add() {
        if (rows == newest.length) {
            int capacity = Math.max(8, rows * 2);
            values = Arrays.copyOf(values, capacity * ring);
            weights = weighted ? Arrays.copyOf(weights, capacity * ring) : weights;
            newest = Arrays.copyOf(newest, capacity);
            head = Arrays.copyOf(head, capacity);
            pending = Arrays.copyOf(pending, capacity);
            flags = Arrays.copyOf(flags, capacity);
        }
        Arrays.fill(values, rows * ring, (rows + 1) * ring, Float.NaN);
        newest[rows] = Integer.MIN_VALUE;
        return rows++;
    }

    /** From now on a row's steps are remembered for longer than the ring; nothing where the ring is weighted. */
    void follow(int row) {
        if (!weighted && !courses.has(row)) {
            courses.begin(row);
        }
    }

    /** Remembers a step from before those in the ring, of a row that is followed; the oldest first. */
    void remember(int row, float value) {
        courses.add(row, value);
    }

    void leave(int row) {
        courses.end(row);
    }

    int size() {
        return rows;
    }

    int ring() {
        return ring;
    }

    boolean isWeighted() {
        return weighted;
    }

    /** Start of the newest step, ms, to 10 s; {@link Long#MIN_VALUE} before the first. */
    long lastBin(int row) {
        return newest[row] == Integer.MIN_VALUE ? Long.MIN_VALUE : (long) newest[row] * EntityBook.BIN_MILLIS;
    }

    /** Value {@code back} steps before the newest, NaN where there was none. */
    float valueAt(int row, int back) {
        if (back < ring) {
            return values[place(row, back)];
        }
        return courses.at(row, back - ring);
    }

    /** 1 where no weights are remembered. */
    float weightAt(int row, int back) {
        return weighted ? weights[place(row, back)] : 1;
    }

    /** Mean of the newest so many steps that have data; NaN when none has. */
    double mean(int row, int newestSteps) {
        double sum = 0;
        int steps = 0;
        for (int back = 0; back < newestSteps; back++) {
            float seen = valueAt(row, back);
            if (!Float.isNaN(seen)) {
                sum += seen;
                steps++;
            }
        }
        return sum / steps;
    }

    /** Steps that {@link #valueAt} can tell of. */
    int remembered(int row) {
        return ring + courses.size(row);
    }

    /** Steps from the newest to one that begins then, at least 1. */
    long stepsTo(int row, long binStart, int binMillis) {
        boolean isNext = lastBin(row) == Long.MIN_VALUE || binStart - lastBin(row) == binMillis;
        return isNext ? 1 : Math.max(1, (binStart - lastBin(row)) / binMillis);
    }

    /**
     * Makes room for a new newest step and for those without data before it.
     *
     * @param steps as {@link #stepsTo} tells
     */
    void advance(int row, long binStart, long steps) {
        int pushed = (int) Math.min(ring, steps);
        for (int i = 0; i < pushed; i++) {
            push(row);
        }
        int shifted = (flags[row] & 0xFF) << steps & 0xFF | ((flags[row] >>> 8) << steps & 0xFF) << 8;
        flags[row] = (char) (steps > MARKED ? 0 : shifted);
        newest[row] = (int) Math.floorDiv(binStart, (long) EntityBook.BIN_MILLIS);
    }

    private void push(int row) {
        head[row] = (byte) (head[row] + 1 == ring ? 0 : head[row] + 1);
        int place = row * ring + head[row];
        if (courses.has(row)) {
            courses.add(row, values[place]);
        }
        values[place] = Float.NaN;
        pending[row] = (byte) Math.min(ring, pending[row] + 1);
    }

    void put(int row, int back, double value, double weight) {
        int place = place(row, back);
        values[place] = (float) value;
        if (weighted) {
            weights[place] = (float) weight;
        }
    }

    private int place(int row, int back) {
        int at = head[row] - back;
        return row * ring + (at < 0 ? at + ring : at);
    }

    /** Newest steps not yet learned. */
    int pending(int row) {
        return pending[row];
    }

    /** The oldest of the pending steps has been learned. */
    void learned(int row) {
        pending[row]--;
    }

    /** What is pending will not be learned. */
    void passOver(int row) {
        pending[row] = 0;
    }

    boolean isMarkable(long back) {
        return back < MARKED;
    }

    /** @param verdict as {@link JudgeRule#verdict} gives it: 0 as usual, 1 deviating, 2 extreme */
    void mark(int row, int back, int verdict) {
        int bits = (1 | 1 << MARKED) << back;
        int marks = ((verdict > 0 ? 1 : 0) | (verdict > 1 ? 1 << MARKED : 0)) << back;
        flags[row] = (char) (flags[row] & ~bits | marks);
    }

    /** Which of the newest eight steps deviated, the newest in bit 0. */
    int deviating(int row) {
        return flags[row] & 0xFF;
    }

    /** Which of the newest eight steps were extreme, the newest in bit 0. */
    int extreme(int row) {
        return flags[row] >>> MARKED;
    }

    void clearMarks(int row) {
        flags[row] = 0;
    }

    /** Gives a row everything that is known of a row of another table with rings as long. */
    void take(int row, RecentSteps other, int from) {
        System.arraycopy(other.values, from * ring, values, row * ring, ring);
        if (weighted) {
            System.arraycopy(other.weights, from * ring, weights, row * ring, ring);
        }
        newest[row] = other.newest[from];
        head[row] = other.head[from];
        pending[row] = other.pending[from];
        flags[row] = other.flags[from];
        courses.take(row, other.courses, from);
    }

    RecentSteps copy() {
        RecentSteps copy = new RecentSteps(
                ring,
                Arrays.copyOf(values, rows * ring),
                weighted ? Arrays.copyOf(weights, rows * ring) : null,
                Arrays.copyOf(newest, rows),
                Arrays.copyOf(head, rows),
                Arrays.copyOf(pending, rows),
                Arrays.copyOf(flags, rows));
        copy.courses = courses.copy();
        return copy;
    }

    /** Writes all but the courses. */
    void write(DataOutput out) throws IOException {
        out.writeInt(ring);
        out.writeBoolean(weighted);
        Columns.write(out, values, rows * ring);
        Columns.write(out, weights, weighted ? rows * ring : 0);
        Columns.write(out, newest, rows);
        Columns.write(out, head, rows);
        Columns.write(out, pending, rows);
        Columns.write(out, flags, rows);
    }

    void writeCourses(DataOutput out) throws IOException {
        courses.write(out);
    }

    /** Reads all but the courses, which {@link #readCourses} adds. */
    static RecentSteps read(DataInput in) throws IOException {
        int ring = in.readInt();
        boolean weighted = in.readBoolean();
        float[] values = Columns.readFloats(in);
        float[] weights = Columns.readFloats(in);
        int[] newest = Columns.readInts(in);
        byte[] head = Columns.readBytes(in);
        byte[] pending = Columns.readBytes(in);
        char[] flags = Columns.readChars(in);
        return new RecentSteps(ring, values, weighted ? weights : null, newest, head, pending, flags);
    }

    void readCourses(DataInput in) throws IOException {
        courses = StepCourses.read(in);
    }
}
