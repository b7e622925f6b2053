package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Counts of durations per bucket, mergeable. A percentile is read by linear interpolation inside its bucket; the last,
 * open bucket answers with its lower bound, which understates.
 *
 * @param bounds upper bounds, s, ascending; bucket i holds (bounds[i-1], bounds[i]], the first starts at 0
 * @param counts one more than bounds
 */
record DurationHistogram(double[] bounds, long[] counts) {
    static final DurationHistogram EMPTY = new DurationHistogram(new double[0], new long[1]);

    /** Upper bounds of {@link SpanRows}' buckets: 2^((i+1)/4) µs. */
    private static final double[] SPAN_BOUNDS = new double[SpanRows.DURATION_BUCKETS - 1];

    static {
        for (int i = 0; i < SPAN_BOUNDS.length; i++) {
            SPAN_BOUNDS[i] = Math.pow(2, (i + 1) / 4.0) * 1e-6;
        }
    }

    static DurationHistogram ofSpans() {
        return new DurationHistogram(SPAN_BOUNDS, new long[SpanRows.DURATION_BUCKETS]);
    }

    /** Adds sparse pairs (bucket, count) of {@link SpanRows.Red#durations()}. Only for histograms of {@link #ofSpans()}. */
    void addSparse(int[] pairs) {
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            counts[Math.max(0, Math.min(counts.length - 1, pairs[i]))] += pairs[i + 1];
        }
    }

    /** This with the other's counts added; other bounds are laid over this one's by the middle of each bucket. */
    DurationHistogram plus(DurationHistogram other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        long[] sum = counts.clone();
        boolean same = Arrays.equals(bounds, other.bounds);
        for (int i = 0; i < other.counts.length; i++) {
            sum[same ? i : bucketOf(other.middle(i))] += other.counts[i];
        }
        return new DurationHistogram(bounds, sum);
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /** Duration, s, below which the given share (0..1) of requests stayed; NaN without requests. */
    double quantile(double share) {
        long total = total();
        if (total == 0 || isEmpty()) {
            return Double.NaN;
        }
        double rank = share * total;
        double below = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && below + counts[i] >= rank) {
                double lower = i == 0 ? 0 : bounds[i - 1];
                if (i == bounds.length) {
                    return lower;
                }
                return lower + (bounds[i] - lower) * Math.max(0, (rank - below) / counts[i]);
            }
            below += counts[i];
        }
        return bounds[bounds.length - 1];
    }

    /** Requests that took longer than so many seconds, by the lower bounds of the buckets. */
    long above(double seconds) {
        long above = 0;
        for (int i = 1; i < counts.length; i++) {
            above += bounds[i - 1] >= seconds ? counts[i] : 0;
        }
        return above;
    }

    private double middle(int bucket) {
        double lower = bucket == 0 ? 0 : bounds[bucket - 1];
        return bucket == bounds.length ? lower * 1.01 : (lower + bounds[bucket]) / 2;
    }

    private int bucketOf(double seconds) {
        int place = Arrays.binarySearch(bounds, seconds);
        return place >= 0 ? place : -place - 1;
    }

    private static final byte NO_BOUNDS = 0;
    private static final byte BOUNDS_OF_SPANS = 1;
    private static final byte OWN_BOUNDS = 2;

    /** Bounds only where they are not those of spans, counts only where they are not 0: 10 B to 200 B for most. */
    void write(DataOutput out) throws IOException {
        if (isEmpty()) {
            out.writeByte(NO_BOUNDS);
            return;
        }
        boolean ofSpans = Arrays.equals(bounds, SPAN_BOUNDS);
        out.writeByte(ofSpans ? BOUNDS_OF_SPANS : OWN_BOUNDS);
        if (!ofSpans) {
            Columns.write(out, bounds, bounds.length);
        }
        int filled = 0;
        for (long count : counts) {
            filled += count == 0 ? 0 : 1;
        }
        out.writeInt(filled);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                out.writeInt(i);
                out.writeLong(counts[i]);
            }
        }
    }

    static DurationHistogram read(DataInput in) throws IOException {
        byte kind = in.readByte();
        if (kind == NO_BOUNDS) {
            return EMPTY;
        }
        double[] bounds = kind == BOUNDS_OF_SPANS ? SPAN_BOUNDS : Columns.readDoubles(in);
        long[] counts = new long[bounds.length + 1];
        int filled = in.readInt();
        for (int i = 0; i < filled; i++) {
            int bucket = in.readInt();
            counts[bucket] = in.readLong();
        }
        return new DurationHistogram(bounds, counts);
    }
}
