package io.evenkeel.wire.otlp;

import java.util.Arrays;

/**
 * What a walk has done since it was made. Items are points, spans or log records. Two laws hold: records = decoded +
 * undecodable; items = accepted + the sum over {@link Skip}. Items of an undecodable record are not counted: nobody knows
 * how many there were. Written by the walk's thread; other threads may read slightly old figures.
 */
public final class WalkCounts {
    private final long[] undecodable = new long[Undecodable.Reason.values().length];
    private final long[] skipped = new long[Skip.values().length];
    /** Skips of the record under way; forgotten when it turns out to be undecodable. */
    private final long[] pending = new long[Skip.values().length];

    private long decoded;
    private long items;
    private long accepted;

    WalkCounts() {}

    /** Kafka records that were OTLP. */
    public long decoded() {
        return decoded;
    }

    /** Kafka records that were refused for a reason. */
    public long undecodable(Undecodable.Reason reason) {
        return undecodable[reason.ordinal()];
    }

    public long undecodable() {
        return sum(undecodable);
    }

    /** Points, spans or log records in decoded records. */
    public long items() {
        return items;
    }

    /** Those that are in the rows given out. */
    public long accepted() {
        return accepted;
    }

    public long skipped(Skip reason) {
        return skipped[reason.ordinal()];
    }

    public long skipped() {
        return sum(skipped);
    }

    void skip(Skip reason) {
        pending[reason.ordinal()]++;
    }

    void commit(long acceptedItems) {
        decoded++;
        accepted += acceptedItems;
        items += acceptedItems;
        for (int reason = 0; reason < pending.length; reason++) {
            skipped[reason] += pending[reason];
            items += pending[reason];
            pending[reason] = 0;
        }
    }

    void refuse(Undecodable.Reason reason) {
        undecodable[reason.ordinal()]++;
        forget();
    }

    /** The record under way is read once more. */
    void forget() {
        Arrays.fill(pending, 0);
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
