package io.evenkeel.detection;

/**
 * What became of the spans, or of the log records, that services were given. Law: received = accepted + duplicates + late
 * + quarantined + refused. Written by the thread of the books; others may read slightly old figures.
 */
public final class ItemCounts {
    public long received;
    public long accepted;
    /** Spans that had come before; log records have nothing to be known by. */
    public long duplicates;
    /** Of bins that are not kept any more. */
    public long late;
    /** More than five minutes in the future. */
    public long quarantined;
    /** Calls to peers beyond the bound of their service. */
    public long refused;
}
