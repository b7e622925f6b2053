package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which points of the last minute each stream has already given: what makes a point that lies in Kafka twice count once.
 * A point is known by its time and 11 bits hashed from its start time.
 *
 * <p>Most streams send every ten seconds or less often: they have {@value #FEW} places of 4 B, in which times are told
 * modulo 2^21 ms, 35 minutes. That is enough, as a gap of more than {@value #GAP_MILLIS} ms empties the row: what is
 * remembered then spans less than half of it. Streams that send faster, or late points between their others, have a
 * {@link Ring} for as long as they do.
 *
 * <p>{@code points[row * FEW + i]}; of a row with a ring the first is the ring's number.
 */
final class RecentPoints {
    static final int MOST_POINTS = 1024;
    /** A minute at 10 s, and the point in hand. */
    private static final int FEW = 7;
    /** Length of a row that has a ring. */
    private static final byte RING = -1;

    private static final int START_BITS = 11;
    private static final int TIME_BITS = Integer.SIZE - START_BITS;
    private static final int GAP_MILLIS = 120_000;

    private int rows;
    private int[] points = {};
    /** Place of the point remembered last, and how many are remembered. */
    private byte[] last = {};

    private byte[] length = {};
    /** Of the rows whose few places are not enough; null where a number is free. */
    private @Nullable Ring[] rings = {};

    private int freeRings;
    /** No number below it is free. */
    private int firstFree;

    /** Answer of {@link #add}. */
    enum Seen {
        NEW,
        DUPLICATE,
        /** Not remembered, but no later than a point that had to be forgotten: whether it is new cannot be known. */
        FORGOTTEN
    }

    /** The points of a stream that sends fast: time (ms) and hash of the start in one number. */
    private static final class Ring {
        private long[] points;
        private int length;
        private int next;
        /** Latest time of a point that could not be kept though it lay inside the horizon. */
        private long forgotten = Long.MIN_VALUE;

        Ring(int room) {
            points = new long[room];
        }

        static long point(long timeMillis, int start) {
            return timeMillis << START_BITS | start;
        }

        private static long time(long point) {
            return point >> START_BITS;
        }

        Seen search(long point) {
            for (int i = 0; i < length; i++) {
                if (points[i] == point) {
                    return Seen.DUPLICATE;
                }
            }
            return time(point) <= forgotten ? Seen.FORGOTTEN : Seen.NEW;
        }

        long last() {
            return length == 0 ? Long.MIN_VALUE : time(points[next == 0 ? points.length - 1 : next - 1]);
        }

        /** Points that are not before the horizon. */
        int since(long horizon) {
            int since = 0;
            for (int i = 0; i < length; i++) {
                since += time(points[i]) >= horizon ? 1 : 0;
            }
            return since;
        }

        void add(long point, long horizon) {
            boolean isFull = length == points.length;
            if (isFull && time(points[next]) >= horizon) {
                if (points.length < MOST_POINTS) {
                    widen();
                } else {
                    forgotten = Math.max(forgotten, time(points[next]));
                }
            }
            points[next] = point;
            next = next + 1 == points.length ? 0 : next + 1;
            length = Math.min(points.length, length + 1);
        }

        private void widen() {
            long[] wider = new long[Math.min(MOST_POINTS, points.length * 2)];
            int tail = points.length - next;
            System.arraycopy(points, next, wider, 0, tail);
            System.arraycopy(points, 0, wider, tail, next);
            next = points.length;
            points = wider;
        }

        Ring copy() {
            Ring copy = new Ring(0);
            copy.points = points.clone();
            copy.length = length;
            copy.next = next;
            copy.forgotten = forgotten;
            return copy;
        }

        void write(DataOutput out) throws IOException {
            Columns.write(out, points, points.length);
            out.writeInt(length);
            out.writeInt(next);
            out.writeLong(forgotten);
        }

        static Ring read(DataInput in) throws IOException {
            Ring ring = new Ring(0);
            ring.points = Columns.readLongs(in);
            ring.length = in.readInt();
            ring.next = in.readInt();
            ring.forgotten = in.readLong();
            return ring;
        }
    }

    void addRow() {
        if (rows == last.length) {
            int more = Math.max(16, rows * 2);
            points = Arrays.copyOf(points, more * FEW);
            last = Arrays.copyOf(last, more);
            length = Arrays.copyOf(length, more);
        }
        rows++;
    }

    /**
     * @param latest latest time of the stream before this point, ms, {@link Long#MIN_VALUE} before the first; a point after
     *     it, and after the one remembered last, needs no search
     * @param horizonMillis how far back points must be told apart, at most {@value #GAP_MILLIS}
     */
    Seen add(int row, long startMillis, long timeMillis, long latest, long horizonMillis) {
        int start = (int) ((startMillis * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - START_BITS));
        return addHashed(row, start, timeMillis, latest, horizonMillis);
    }

    private Seen addHashed(int row, int start, long timeMillis, long latest, long horizonMillis) {
        long horizon = Math.max(latest, timeMillis) - horizonMillis;
        if (length[row] == RING) {
            Ring ring = ring(row);
            Seen seen = add(ring, Ring.point(timeMillis, start), latest, horizon);
            // Once a round, and not by the clock of a writer who is far ahead: whoever sent a late point, or was fast
            // for a while, needs no ring for ever.
            boolean isOwn = timeMillis >= latest && timeMillis - latest <= horizonMillis;
            if (isOwn && ring.next == 0 && ring.forgotten < horizon && ring.since(horizon) <= FEW) {
                narrow(row, ring, horizon);
            }
            return seen;
        }
        int point = point(start, timeMillis);
        boolean far = latest != Long.MIN_VALUE && timeMillis - latest > GAP_MILLIS;
        if ((far || timeMillis <= latest || !isAfterLast(row, point)) && contains(row, point)) {
            return Seen.DUPLICATE;
        }
        if (far) {
            length[row] = 0;
        }
        int place = length[row] < FEW ? length[row]++ : oldPlace(row, point, (int) (timeMillis - horizon));
        if (place < 0) {
            Ring ring = widened(row, point, timeMillis);
            ring.add(Ring.point(timeMillis, start), horizon);
            keep(row, ring);
            return Seen.NEW;
        }
        points[row * FEW + place] = point;
        last[row] = (byte) place;
        return Seen.NEW;
    }

    /** A place whose point lies before the horizon, -1 when none does; mostly the one behind the last. */
    private int oldPlace(int row, int point, int sinceHorizon) {
        int place = last[row];
        for (int i = 0; i < FEW; i++) {
            place = place + 1 == FEW ? 0 : place + 1;
            if (after(point, points[row * FEW + place]) > sinceHorizon) {
                return place;
            }
        }
        return -1;
    }

    private static Seen add(Ring ring, long point, long latest, long horizon) {
        long time = Ring.time(point);
        if (time <= latest || time <= ring.last()) {
            Seen seen = ring.search(point);
            if (seen != Seen.NEW) {
                return seen;
            }
        }
        ring.add(point, horizon);
        return Seen.NEW;
    }

    private boolean contains(int row, int point) {
        for (int i = row * FEW, end = i + length[row]; i < end; i++) {
            if (points[i] == point) {
                return true;
            }
        }
        return false;
    }

    /** Compared with the point remembered last: that of a writer who is not followed is ahead of its stream. */
    private boolean isAfterLast(int row, int point) {
        return length[row] == 0 || after(points[row * FEW + last[row]], point) < 0;
    }

    /** By how many ms a point is later than another, both within a quarter of an hour. */
    private static int after(int point, int than) {
        return point - than << START_BITS >> START_BITS;
    }

    private Ring ring(int row) {
        return Objects.requireNonNull(rings[points[row * FEW]]);
    }

    /** Puts what a ring has since the horizon back into the row's few places. */
    private void narrow(int row, Ring ring, long horizon) {
        free(points[row * FEW]);
        int kept = 0;
        // The order in which they came: the last of them is the one remembered last.
        for (int i = 0; i < ring.length; i++) {
            long point = ring.points[i];
            if (Ring.time(point) >= horizon) {
                int start = (int) point & (1 << START_BITS) - 1;
                points[row * FEW + kept++] = point(start, Ring.time(point));
            }
        }
        length[row] = (byte) kept;
        last[row] = (byte) Math.max(0, kept - 1);
    }

    private static int point(int start, long timeMillis) {
        return start << TIME_BITS | (int) timeMillis & (1 << TIME_BITS) - 1;
    }

    private void free(int number) {
        rings[number] = null;
        freeRings++;
        firstFree = Math.min(firstFree, number);
    }

    private Ring widened(int row, int point, long timeMillis) {
        Ring ring = new Ring(2 * FEW);
        // As if they had come in the order of their times, which all but the late ones have.
        int place = last[row];
        for (int i = 0; i < FEW; i++) {
            place = place + 1 == FEW ? 0 : place + 1;
            int known = points[row * FEW + place];
            long kept = Ring.point(timeMillis + after(known, point), known >>> TIME_BITS);
            int at = i;
            while (at > 0 && ring.points[at - 1] > kept) {
                ring.points[at] = ring.points[at - 1];
                at--;
            }
            ring.points[at] = kept;
        }
        ring.length = FEW;
        ring.next = FEW;
        return ring;
    }

    private void keep(int row, Ring ring) {
        if (freeRings == 0) {
            freeRings = Math.max(4, rings.length);
            rings = Arrays.copyOf(rings, rings.length + freeRings);
        }
        int number = firstFree;
        while (rings[number] != null) {
            number++;
        }
        rings[number] = ring;
        firstFree = number + 1;
        freeRings--;
        points[row * FEW] = number;
        length[row] = RING;
    }

    /** Gives a fresh row what another table remembers of a stream. */
    void take(int row, RecentPoints other, int otherRow) {
        System.arraycopy(other.points, otherRow * FEW, points, row * FEW, FEW);
        last[row] = other.last[otherRow];
        length[row] = other.length[otherRow];
        if (length[row] == RING) {
            keep(row, other.ring(otherRow));
        }
    }

    RecentPoints copy() {
        RecentPoints copy = new RecentPoints();
        copy.rows = rows;
        copy.points = Arrays.copyOf(points, rows * FEW);
        copy.last = Arrays.copyOf(last, rows);
        copy.length = Arrays.copyOf(length, rows);
        copy.rings = new Ring[rings.length];
        for (int number = 0; number < rings.length; number++) {
            Ring ring = rings[number];
            copy.rings[number] = ring == null ? null : ring.copy();
        }
        copy.freeRings = freeRings;
        copy.firstFree = firstFree;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, points, rows * FEW);
        Columns.write(out, last, rows);
        Columns.write(out, length, rows);
        for (int row = 0; row < rows; row++) {
            if (length[row] == RING) {
                ring(row).write(out);
            }
        }
    }

    static RecentPoints read(DataInput in) throws IOException {
        RecentPoints read = new RecentPoints();
        read.points = Columns.readInts(in);
        read.last = Columns.readBytes(in);
        read.length = Columns.readBytes(in);
        read.rows = read.last.length;
        for (int row = 0; row < read.rows; row++) {
            if (read.length[row] == RING) {
                read.keep(row, Ring.read(in));
            }
        }
        return read;
    }

    /** Reads what 0.1.0 has written: a ring of numbers for every stream, 41 bits of time and 23 bits hashed from the start. */
    static RecentPoints readFirstLayout(DataInput in) throws IOException {
        int[] from = Columns.readInts(in);
        int[] capacity = Columns.readInts(in);
        int[] length = Columns.readInts(in);
        int[] next = Columns.readInts(in);
        long[] forgotten = Columns.readLongs(in);
        long[] points = Columns.readLongs(in);
        RecentPoints read = new RecentPoints();
        for (int row = 0; row < from.length; row++) {
            read.addRow();
            long latest = Long.MIN_VALUE;
            for (int i = length[row]; i > 0; i--) {
                long point = points[from[row] + Math.floorMod(next[row] - i, capacity[row])];
                long time = point & (1L << 41) - 1;
                read.addHashed(row, (int) (point >>> 53), time, latest, StreamLedger.LATE_MILLIS);
                latest = Math.max(latest, time);
            }
            if (read.length[row] == RING && forgotten[row] > 0) {
                Ring ring = read.ring(row);
                ring.forgotten = Math.max(ring.forgotten, forgotten[row]);
            }
        }
        return read;
    }
}
