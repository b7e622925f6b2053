package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Requests, errors and durations of one slot in its recent 10 s bins, from server duration histograms. Keeps eight bins,
 * so that points up to a minute late still correct theirs.
 */
final class RedBins {
    static final int BINS = 8;
    private static final long NONE = Long.MIN_VALUE;
    private static final Bin[] NO_BINS = {};

    /** One bin; mutable. */
    static final class Bin {
        long start = NONE;
        long count;
        long errors;
        double sumSeconds;
        /** Seconds covered by the increments, over all export times in the bin. */
        double coveredSeconds;

        /** Export time last counted into the seconds covered, and its seconds: of its series the longest counts. */
        private long coveredTime = NONE;

        private double coveredLast;
        double[] bounds = {};
        long[] buckets = {};
        /** Changed since it was last sent on. */
        boolean dirty;

        /** A series that has just begun covers less than its metric's export; one export counts once. */
        private void cover(long time, double seconds) {
            if (time > coveredTime) {
                coveredTime = time;
                coveredLast = 0;
            }
            if (time == coveredTime && seconds > coveredLast) {
                coveredSeconds += seconds - coveredLast;
                coveredLast = seconds;
            }
        }
    }

    /** Empty until the first request: most entities serve none that a metric tells of. */
    private Bin[] bins = NO_BINS;
    /** Newest bin that had a point; {@link Long#MIN_VALUE} before the first. */
    long newest = NONE;

    private static Bin[] newBins() {
        Bin[] bins = new Bin[BINS];
        Arrays.setAll(bins, i -> new Bin());
        return bins;
    }

    boolean isUsed() {
        return newest != NONE;
    }

    Bin[] bins() {
        return bins;
    }

    /** The bin of that start, cleared when it held an older one. Null when it is older than what is kept. */
    Bin at(long start) {
        if (bins.length == 0) {
            bins = newBins();
        }
        Bin bin = bins[(int) Math.floorMod(start / EntityBook.BIN_MILLIS, (long) BINS)];
        if (bin.start != start) {
            if (bin.start > start) {
                // A bin nobody asks for any more: count into a throw-away.
                return new Bin();
            }
            bin.start = start;
            bin.count = 0;
            bin.errors = 0;
            bin.sumSeconds = 0;
            bin.coveredSeconds = 0;
            bin.coveredTime = NONE;
            bin.coveredLast = 0;
            bin.buckets = new long[0];
            bin.bounds = new double[0];
            bin.dirty = false;
        }
        newest = Math.max(newest, start);
        return bin;
    }

    /**
     * Adds the increment of one histogram point.
     *
     * @param unit seconds per unit of the histogram, such as 0.001; NaN where it is no unit of time
     */
    void add(
            long time,
            boolean error,
            double unit,
            StreamLedger ledger,
            double[] boundsOf,
            int boundFrom,
            int boundCount) {
        Bin bin = at(Math.floorDiv(time, EntityBook.BIN_MILLIS) * EntityBook.BIN_MILLIS);
        bin.dirty = true;
        bin.cover(time, ledger.coveredSeconds);
        bin.count += ledger.countIncrement;
        bin.errors += error ? ledger.countIncrement : 0;
        double seconds = ledger.increment * unit;
        if (!Double.isNaN(seconds)) {
            bin.sumSeconds += seconds;
        }
        if (ledger.buckets.incrementLength == 0 || ledger.countIncrement == 0 || Double.isNaN(unit)) {
            return;
        }
        if (hasBounds(bin, unit, boundsOf, boundFrom, boundCount)) {
            for (int i = 0; i < bin.buckets.length; i++) {
                bin.buckets[i] += ledger.buckets.increment[i];
            }
            return;
        }
        double[] bounds = new double[boundCount];
        for (int i = 0; i < boundCount; i++) {
            bounds[i] = boundsOf[boundFrom + i] * unit;
        }
        long[] buckets = Arrays.copyOf(ledger.buckets.increment, ledger.buckets.incrementLength);
        DurationHistogram merged =
                new DurationHistogram(bin.bounds, bin.buckets).plus(new DurationHistogram(bounds, buckets));
        bin.bounds = merged.bounds();
        bin.buckets = merged.counts();
    }

    /** True when the buckets of a point can be added one by one, as nearly always. */
    private static boolean hasBounds(Bin bin, double unit, double[] boundsOf, int boundFrom, int boundCount) {
        if (bin.bounds.length != boundCount || boundCount == 0) {
            return false;
        }
        for (int i = 0; i < boundCount; i++) {
            if (bin.bounds[i] != boundsOf[boundFrom + i] * unit) {
                return false;
            }
        }
        return true;
    }

    void copyInto(RedBins copy) {
        copy.newest = newest;
        copy.bins = bins.length == 0 ? bins : newBins();
        for (int i = 0; i < bins.length; i++) {
            Bin from = bins[i];
            Bin to = copy.bins[i];
            to.start = from.start;
            to.count = from.count;
            to.errors = from.errors;
            to.sumSeconds = from.sumSeconds;
            to.coveredSeconds = from.coveredSeconds;
            to.coveredTime = from.coveredTime;
            to.coveredLast = from.coveredLast;
            to.bounds = from.bounds;
            to.buckets = from.buckets.clone();
            to.dirty = from.dirty;
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(newest);
        if (!isUsed()) {
            return;
        }
        for (Bin bin : bins) {
            out.writeLong(bin.start);
            out.writeLong(bin.count);
            out.writeLong(bin.errors);
            out.writeDouble(bin.sumSeconds);
            out.writeDouble(bin.coveredSeconds);
            out.writeLong(bin.coveredTime);
            out.writeDouble(bin.coveredLast);
            Columns.write(out, bin.bounds, bin.bounds.length);
            Columns.write(out, bin.buckets, bin.buckets.length);
            out.writeBoolean(bin.dirty);
        }
    }

    void read(DataInput in) throws IOException {
        newest = in.readLong();
        if (!isUsed()) {
            return;
        }
        bins = newBins();
        for (Bin bin : bins) {
            bin.start = in.readLong();
            bin.count = in.readLong();
            bin.errors = in.readLong();
            bin.sumSeconds = in.readDouble();
            bin.coveredSeconds = in.readDouble();
            bin.coveredTime = in.readLong();
            bin.coveredLast = in.readDouble();
            bin.bounds = Columns.readDoubles(in);
            bin.buckets = Columns.readLongs(in);
            bin.dirty = in.readBoolean();
        }
    }
}
