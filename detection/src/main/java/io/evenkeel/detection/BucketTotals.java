package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.EntityRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The histogram buckets last seen of each stream, and what a point adds to them. Bucket i of one point is bucket i of the
 * next only where both have the same bounds, so a hash of the bounds is kept behind the counts; and no bucket of a total
 * ever falls, so where one did (coarser scale, other bounds, a writer of its own) what was added to each is unknown.
 */
final class BucketTotals {
    /**
     * Buckets beyond which only count and sum of a histogram are used: SDKs have 10 to 160 (specification, metrics/sdk.md,
     * "Histogram Aggregations"), and those of a total are kept as long as its stream.
     */
    static final int MOST_BUCKETS = 1_024;
    /**
     * Places for all streams of an entity, 16 MB: a hundred thousand histograms of ten buckets. Of what is beyond, count
     * and sum go on.
     */
    static final int MOST_PLACES = 1 << 21;

    private int rows;
    private int[] from = {};
    /** Counts and the hash of their bounds; 0 before the first. State of 0.1.0 has no hash and so one number less. */
    private int[] length = {};
    /** Places reserved at {@link #from}, at least as many as are used. */
    private int[] room = {};

    private long[] totals = {};
    private int used;

    /** Observations per bucket that the point last given adds; the first {@link #incrementLength} count. */
    long[] increment = {};
    /** 0 where the point has no buckets, or what it adds to each cannot be known. */
    int incrementLength;

    private double[] hashedBounds = {};
    private int hashedFrom;
    private int hashedCount = -1;
    private long boundsHash;

    void addRow() {
        if (rows == from.length) {
            int more = Math.max(4, rows * 2);
            from = Arrays.copyOf(from, more);
            length = Arrays.copyOf(length, more);
            room = Arrays.copyOf(room, more);
        }
        from[rows++] = -1;
    }

    /** Takes the first total of a stream, which says nothing about what it added. */
    void begin(int row, EntityRows in, int i) {
        incrementLength = 0;
        keep(row, in, i);
    }

    /** @param whole the total itself is what was added: the stream begins anew */
    void total(int row, EntityRows in, int i, boolean whole) {
        incrementLength = 0;
        int buckets = bucketsOf(in, i);
        boolean known = length[row] == buckets + 1 && buckets > 0 && totals[from[row] + buckets] == hash(in, i);
        if (whole) {
            delta(in, i);
        } else if (known) {
            room(buckets);
            int now = in.bucketFrom[i];
            int before = from[row];
            long signs = 0;
            for (int b = 0; b < buckets; b++) {
                long added = in.buckets[now + b] - totals[before + b];
                increment[b] = added;
                signs |= added;
            }
            incrementLength = signs < 0 ? 0 : buckets;
        }
        keep(row, in, i);
    }

    /** What a delta point holds is what it adds. */
    void delta(EntityRows in, int i) {
        int buckets = bucketsOf(in, i);
        room(buckets);
        System.arraycopy(in.buckets, Math.max(0, in.bucketFrom[i]), increment, 0, buckets);
        incrementLength = buckets;
    }

    private static int bucketsOf(EntityRows in, int i) {
        return in.bucketFrom[i] < 0 || in.bucketCount[i] > MOST_BUCKETS ? 0 : in.bucketCount[i];
    }

    private void keep(int row, EntityRows in, int i) {
        int buckets = bucketsOf(in, i);
        if (buckets == 0) {
            length[row] = 0;
            return;
        }
        if (room[row] < buckets + 1 && used + buckets + 1 > MOST_PLACES) {
            length[row] = 0;
            return;
        }
        reserve(row, buckets + 1);
        length[row] = buckets + 1;
        System.arraycopy(in.buckets, in.bucketFrom[i], totals, from[row], buckets);
        totals[from[row] + buckets] = hash(in, i);
    }

    /** Points of one metric share their bounds in a record, so this is nearly always the same stretch again. */
    private long hash(EntityRows in, int i) {
        int at = in.boundFrom[i];
        int bounds = in.bucketCount[i] - 1;
        if (hashedBounds != in.bounds || hashedFrom != at || hashedCount != bounds) {
            long hash = bounds;
            for (int b = at; b < at + bounds; b++) {
                hash = (hash ^ Double.doubleToLongBits(in.bounds[b])) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 32;
            }
            hashedBounds = in.bounds;
            hashedFrom = at;
            hashedCount = bounds;
            boundsHash = hash;
        }
        return boundsHash;
    }

    private void reserve(int row, int places) {
        if (room[row] >= places) {
            return;
        }
        if (used + places > totals.length) {
            totals = Arrays.copyOf(totals, Math.max(used + places, totals.length * 2));
        }
        from[row] = used;
        room[row] = places;
        used += places;
    }

    private void room(int buckets) {
        if (increment.length < buckets) {
            increment = new long[buckets];
        }
    }

    /** Gives the row last added what another table has of a stream. */
    void take(BucketTotals other, int otherRow) {
        int row = rows - 1;
        if (other.length[otherRow] > 0) {
            reserve(row, other.length[otherRow]);
            length[row] = other.length[otherRow];
            System.arraycopy(other.totals, other.from[otherRow], totals, from[row], length[row]);
        }
    }

    BucketTotals copy() {
        BucketTotals copy = new BucketTotals();
        copy.rows = rows;
        copy.from = Arrays.copyOf(from, rows);
        copy.length = Arrays.copyOf(length, rows);
        copy.room = Arrays.copyOf(room, rows);
        copy.totals = Arrays.copyOf(totals, used);
        copy.used = used;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, from, rows);
        Columns.write(out, length, rows);
        Columns.write(out, room, rows);
        Columns.write(out, totals, used);
    }

    static BucketTotals read(DataInput in) throws IOException {
        BucketTotals read = new BucketTotals();
        read.from = Columns.readInts(in);
        read.rows = read.from.length;
        read.length = Columns.readInts(in);
        read.room = Columns.readInts(in);
        read.totals = Columns.readLongs(in);
        read.used = read.totals.length;
        return read;
    }
}
