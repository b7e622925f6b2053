package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which points of the last minute each stream has already given: what makes a point that lies in Kafka twice count once.
 * A point is known by 41 bits of time (ms, good until 2039) and 23 bits hashed from its start time.
 *
 * <p>One ring per stream in one array, {@code points[from[row] + i]}. A ring starts with 8 places (a minute at 10 s is 6
 * points) and doubles, up to {@value #MOST_POINTS}, only for streams that send faster: 64 B for most.
 */
final class RecentPoints {
    static final int MOST_POINTS = 1024;
    private static final int FIRST_POINTS = 8;
    private static final int TIME_BITS = 41;
    private static final long TIME_MASK = (1L << TIME_BITS) - 1;

    private int rows;
    private int[] from = {};
    private int[] capacity = {};
    private int[] length = {};
    private int[] next = {};
    /** Latest time, ms, of a point that a full ring could not keep though it lay inside the horizon; 0 = none. */
    private long[] forgotten = {};

    private long[] points = {};
    private int used;

    /** Answer of {@link #add}. */
    enum Seen {
        NEW,
        DUPLICATE,
        /** Not remembered, but no later than a point that had to be forgotten: whether it is new cannot be known. */
        FORGOTTEN
    }

    int addRow() {
        if (rows == from.length) {
            int more = Math.max(16, rows * 2);
            from = Arrays.copyOf(from, more);
            capacity = Arrays.copyOf(capacity, more);
            length = Arrays.copyOf(length, more);
            next = Arrays.copyOf(next, more);
            forgotten = Arrays.copyOf(forgotten, more);
        }
        from[rows] = reserve(FIRST_POINTS);
        capacity[rows] = FIRST_POINTS;
        return rows++;
    }

    /**
     * @param latest latest time of the stream before this point, ms; a point after it, and after the one remembered last,
     *     needs no search
     * @param horizonMillis how far back points must be told apart
     */
    Seen add(int row, long startMillis, long timeMillis, long latest, long horizonMillis) {
        long point = (hash(startMillis) << TIME_BITS) | (timeMillis & TIME_MASK);
        if (timeMillis <= latest || (timeMillis & TIME_MASK) <= last(row)) {
            Seen seen = search(row, point, timeMillis);
            if (seen != Seen.NEW) {
                return seen;
            }
        }
        if (length[row] == capacity[row] && mustRemember(row, Math.max(latest, timeMillis) - horizonMillis)) {
            if (capacity[row] < MOST_POINTS) {
                widen(row);
            } else {
                forgotten[row] = Math.max(forgotten[row], points[from[row] + next[row]] & TIME_MASK);
            }
        }
        points[from[row] + next[row]] = point;
        next[row] = next[row] + 1 == capacity[row] ? 0 : next[row] + 1;
        length[row] = Math.min(capacity[row], length[row] + 1);
        return Seen.NEW;
    }

    /** Gives a fresh row what another table remembers of a stream. */
    void take(int row, RecentPoints other, int otherRow) {
        if (other.capacity[otherRow] > capacity[row]) {
            from[row] = reserve(other.capacity[otherRow]);
            capacity[row] = other.capacity[otherRow];
        }
        System.arraycopy(other.points, other.from[otherRow], points, from[row], other.capacity[otherRow]);
        length[row] = other.length[otherRow];
        next[row] = other.next[otherRow];
        forgotten[row] = other.forgotten[otherRow];
    }

    private Seen search(int row, long point, long timeMillis) {
        for (int i = from[row], end = from[row] + length[row]; i < end; i++) {
            if (points[i] == point) {
                return Seen.DUPLICATE;
            }
        }
        return (timeMillis & TIME_MASK) <= forgotten[row] ? Seen.FORGOTTEN : Seen.NEW;
    }

    /** Time of the point remembered last: that of a writer who is not followed is ahead of its stream. */
    private long last(int row) {
        int place = next[row] == 0 ? capacity[row] - 1 : next[row] - 1;
        return points[from[row] + place] & TIME_MASK;
    }

    /** True when the place that would be overwritten still lies inside the horizon. */
    private boolean mustRemember(int row, long horizon) {
        return (points[from[row] + next[row]] & TIME_MASK) >= (horizon & TIME_MASK);
    }

    private void widen(int row) {
        int wider = capacity[row] * 2;
        int place = reserve(wider);
        int tail = capacity[row] - next[row];
        System.arraycopy(points, from[row] + next[row], points, place, tail);
        System.arraycopy(points, from[row], points, place + tail, next[row]);
        next[row] = capacity[row];
        from[row] = place;
        capacity[row] = wider;
    }

    private int reserve(int places) {
        if (used + places > points.length) {
            points = Arrays.copyOf(points, Math.max(used + places, Math.max(64, points.length * 2)));
        }
        int place = used;
        used += places;
        return place;
    }

    private static long hash(long startMillis) {
        return (startMillis * 0x9E3779B97F4A7C15L) >>> TIME_BITS;
    }

    RecentPoints copy() {
        RecentPoints copy = new RecentPoints();
        copy.rows = rows;
        copy.from = Arrays.copyOf(from, rows);
        copy.capacity = Arrays.copyOf(capacity, rows);
        copy.length = Arrays.copyOf(length, rows);
        copy.next = Arrays.copyOf(next, rows);
        copy.forgotten = Arrays.copyOf(forgotten, rows);
        copy.points = Arrays.copyOf(points, used);
        copy.used = used;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, from, rows);
        Columns.write(out, capacity, rows);
        Columns.write(out, length, rows);
        Columns.write(out, next, rows);
        Columns.write(out, forgotten, rows);
        Columns.write(out, points, used);
    }

    static RecentPoints read(DataInput in) throws IOException {
        RecentPoints read = new RecentPoints();
        read.from = Columns.readInts(in);
        read.capacity = Columns.readInts(in);
        read.length = Columns.readInts(in);
        read.next = Columns.readInts(in);
        read.forgotten = Columns.readLongs(in);
        read.points = Columns.readLongs(in);
        read.rows = read.from.length;
        read.used = read.points.length;
        return read;
    }
}
