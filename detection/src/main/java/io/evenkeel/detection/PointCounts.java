package io.evenkeel.detection;

/**
 * What became of the metric points that an entity was given. Law: received = accepted + duplicates + late + quarantined +
 * refused.
 * Accepted points are counted in rollups where their metric is catalogued; {@code judgedSteps} counts steps, not points.
 */
public final class PointCounts {
    public long received;
    public long accepted;
    public long duplicates;
    /** More than a minute behind the clock of their process. */
    public long late;
    /** More than five minutes in the future. */
    public long quarantined;
    /** Of signals beyond the bound of their entity. */
    public long refused;
    /** Accepted totals that began anew, see {@link StreamLedger#RESET}. */
    public long resets;
    /** Accepted points of seconds of which another writer had told, see {@link StreamLedger#OVERLAP}. */
    public long overlaps;
    /** Accepted deltas behind seconds of which nobody told, see {@link StreamLedger#GAP}. */
    public long gaps;
    /** Series whose metric's name came with another unit or type before. */
    public long nameConflicts;
    /** Newest time of a point that was accepted, ms; 0 before the first. */
    public long newest;
    /** Steps (bins of signals) given a verdict. */
    public long judgedSteps;

    void count(StreamLedger.Outcome outcome) {
        received++;
        switch (outcome) {
            case FIRST, NEXT, OLD -> accepted++;
            case DUPLICATE -> duplicates++;
            case LATE -> late++;
            case FUTURE -> quarantined++;
            case REFUSED -> refused++;
        }
    }

    /** @param marks of an accepted point, see {@link StreamLedger#marks} */
    void mark(int marks) {
        resets += (marks & StreamLedger.RESET) != 0 ? 1 : 0;
        overlaps += (marks & StreamLedger.OVERLAP) != 0 ? 1 : 0;
        gaps += (marks & StreamLedger.GAP) != 0 ? 1 : 0;
    }
}
