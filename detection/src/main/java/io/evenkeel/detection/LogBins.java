package io.evenkeel.detection;

import io.evenkeel.wire.otlp.LogRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Log records of one service per 10 s bin: {@code [warnings, errors]}. A bin is over when a record of the next but one
 * has come (exporters batch for some seconds), or when nothing has come for twelve; a bin between two that have records
 * counts none. Bins stay until their whole minute is judged and 80 s behind the newest, so that a minute can always be
 * summed from all of its bins.
 */
final class LogBins {
    static final int WARNINGS = 0;
    static final int ERRORS = 1;
    private static final int BIN = EntityBook.BIN_MILLIS;
    private static final int BINS = 8;
    private static final long QUIET_MILLIS = 12_000;

    private final TreeMap<Long, long[]> bins = new TreeMap<>();
    /** Start of the newest bin with a record; {@link Long#MIN_VALUE} before the first. */
    private long newest = Long.MIN_VALUE;
    /** Start of the next bin to be judged. */
    private long next = Long.MIN_VALUE;

    private long arrival;

    /**
     * Counts the records.
     *
     * @param items told what became of them
     * @return minutes (their start in ms) that were judged before and have grown by records that came late
     */
    SortedSet<Long> add(LogRows rows, long nowMillis, ItemCounts items) {
        SortedSet<Long> grown = new TreeSet<>();
        for (LogRows.Bin bin : rows.bins) {
            long start = bin.binStartMillis();
            ItemCounts.Fate fate = fate(start, nowMillis);
            items.count(fate, start, bin.items());
            if (fate != ItemCounts.Fate.ACCEPTED) {
                continue;
            }
            long[] counts = bins.computeIfAbsent(start, key -> new long[2]);
            counts[WARNINGS] += bin.warn();
            counts[ERRORS] += bin.error();
            newest = Math.max(newest, start);
            arrival = nowMillis;
            if (start < next) {
                grown.add(minute(start));
            }
        }
        skipSilence();
        forget();
        return grown;
    }

    private ItemCounts.Fate fate(long start, long nowMillis) {
        if (start > nowMillis + StreamLedger.FUTURE_MILLIS) {
            return ItemCounts.Fate.QUARANTINED;
        }
        boolean old = newest != Long.MIN_VALUE && start < newest - (long) BINS * BIN;
        return old ? ItemCounts.Fate.LATE : ItemCounts.Fate.ACCEPTED;
    }

    /** Start of the next bin that is over, {@link Long#MIN_VALUE} when there is none; it is then taken. */
    long takeOver(long nowMillis) {
        boolean over = newest != Long.MIN_VALUE
                && (next + 2L * BIN <= newest || next <= newest && nowMillis - arrival >= QUIET_MILLIS);
        if (!over) {
            return Long.MIN_VALUE;
        }
        long taken = next;
        next += BIN;
        skipSilence();
        return taken;
    }

    /** After a long silence judging goes on where records are. */
    private void skipSilence() {
        if (!bins.isEmpty() && next < newest - (long) BINS * BIN) {
            Long there = bins.ceilingKey(next);
            next = there == null ? newest : there;
        }
    }

    private void forget() {
        long kept = minute(Math.min(next, newest - (long) BINS * BIN));
        while (!bins.isEmpty() && bins.firstKey() < kept) {
            bins.pollFirstEntry();
        }
    }

    private static long minute(long time) {
        return Math.floorDiv(time, 60_000L) * 60_000L;
    }

    /** Start of the newest bin with a record; {@link Long#MIN_VALUE} before the first. */
    long newest() {
        return newest;
    }

    boolean isWaiting() {
        return newest != Long.MIN_VALUE && next <= newest;
    }

    long count(long start, int severity) {
        long[] counts = bins.get(start);
        return counts == null ? 0 : counts[severity];
    }

    LogBins copy() {
        LogBins copy = new LogBins();
        bins.forEach((start, counts) -> copy.bins.put(start, counts.clone()));
        copy.newest = newest;
        copy.next = next;
        copy.arrival = arrival;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(newest);
        out.writeLong(next);
        out.writeLong(arrival);
        out.writeInt(bins.size());
        for (Map.Entry<Long, long[]> bin : bins.entrySet()) {
            out.writeLong(bin.getKey());
            out.writeLong(bin.getValue()[WARNINGS]);
            out.writeLong(bin.getValue()[ERRORS]);
        }
    }

    static LogBins read(DataInput in) throws IOException {
        LogBins read = new LogBins();
        read.newest = in.readLong();
        read.next = in.readLong();
        read.arrival = in.readLong();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            read.bins.put(in.readLong(), new long[] {in.readLong(), in.readLong()});
        }
        return read;
    }
}
