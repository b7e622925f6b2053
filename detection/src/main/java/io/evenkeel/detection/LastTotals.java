package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What each stream of one entity said last, one row per stream that has given a total, and per gauge whose value is asked
 * for. Columns only; {@link StreamLedger} decides what a total adds.
 */
final class LastTotals {
    private int rows;
    /** Start of the total, ms; 0 while none has been said. */
    long[] start = {};
    /** Of a gauge NaN until it has said something. */
    double[] value = {};
    /** Observations of a histogram. */
    long[] count = {};
    /** Histogram buckets by the same rows. */
    final BucketTotals buckets;

    LastTotals() {
        this(new BucketTotals());
    }

    private LastTotals(BucketTotals buckets) {
        this.buckets = buckets;
    }

    /** From columns that were read. */
    LastTotals(long[] start, double[] value, long[] count, BucketTotals buckets) {
        this(buckets);
        this.rows = start.length;
        this.start = start;
        this.value = value;
        this.count = count;
    }

    int add() {
        if (rows == start.length) {
            int capacity = Math.max(4, rows * 2);
            start = Arrays.copyOf(start, capacity);
            value = Arrays.copyOf(value, capacity);
            count = Arrays.copyOf(count, capacity);
        }
        buckets.addRow();
        return rows++;
    }

    /** A new row with what is known in another table's. */
    int add(LastTotals other, int from) {
        int to = add();
        start[to] = other.start[from];
        value[to] = other.value[from];
        count[to] = other.count[from];
        buckets.take(other.buckets, from);
        return to;
    }

    LastTotals copy() {
        return new LastTotals(
                Arrays.copyOf(start, rows), Arrays.copyOf(value, rows), Arrays.copyOf(count, rows), buckets.copy());
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, start, rows);
        Columns.write(out, value, rows);
        Columns.write(out, count, rows);
        buckets.write(out);
    }

    static LastTotals read(DataInput in) throws IOException {
        return new LastTotals(
                Columns.readLongs(in), Columns.readDoubles(in), Columns.readLongs(in), BucketTotals.read(in));
    }
}
