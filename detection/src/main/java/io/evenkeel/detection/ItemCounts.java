package io.evenkeel.detection;

/**
 * What became of the spans, or of the log records, that services were given. Law: received = accepted + duplicates + late +
 * quarantined + refused. Items, not requests they stand for: a sampled span is one.
 */
public final class ItemCounts {
    public long received;
    public long accepted;
    /** Spans that had come before; log records have nothing to be known by. */
    public long duplicates;
    /** Of bins that are no longer kept. */
    public long late;
    /** More than five minutes in the future. */
    public long quarantined;
    /** Calls to peers beyond the bound of their service. */
    public long refused;

    /** Newest start of a bin of which items were accepted, ms; 0 before the first. */
    public long newest;

    /** What a bin is to those who keep some. */
    enum Fate {
        ACCEPTED,
        LATE,
        QUARANTINED
    }

    void count(Fate fate, long bin, long items) {
        received += items;
        newest = fate == Fate.ACCEPTED ? Math.max(newest, bin) : newest;
        switch (fate) {
            case ACCEPTED -> accepted += items;
            case LATE -> late += items;
            case QUARANTINED -> quarantined += items;
        }
    }

    /** For items that were counted as accepted there is no room after all. */
    void refuse(long items) {
        accepted -= items;
        refused += items;
    }

    void countDuplicates(long items) {
        received += items;
        duplicates += items;
    }
}
