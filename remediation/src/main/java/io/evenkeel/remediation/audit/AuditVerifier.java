package io.evenkeel.remediation.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Walks the chain in order of seq and says where it was tampered with: an edited row no longer has its hash, a deleted
 * one leaves a gap, a moved one does not follow the row before it. Rows cut off at the end show only against a head
 * (seq and hash) that was noted elsewhere: give it to {@link #finish}.
 *
 * <p>For one thread; give it the rows one by one.
 */
public final class AuditVerifier {
    /** More faults than this say nothing new. */
    private static final int MAX_FAULTS = 100;

    private final List<Fault> faults = new ArrayList<>();
    private long count;
    private long lastSeq;
    private String lastHash = AuditEntry.GENESIS;

    /**
     * One place where the chain does not hold.
     *
     * @param seq the row
     * @param what what is wrong with it, for people
     */
    public record Fault(long seq, String what) {}

    /**
     * @param rows rows seen
     * @param headSeq last row's seq, 0 for an empty chain
     * @param headHash last row's hash; note it elsewhere to find a later cut
     * @param faults empty when the chain holds
     */
    public record Report(long rows, long headSeq, String headHash, List<Fault> faults) {
        public Report {
            faults = List.copyOf(faults);
        }

        public boolean holds() {
            return faults.isEmpty();
        }

        /** One line for people. */
        public String text() {
            if (holds()) {
                return "The audit chain holds: " + rows + " rows, head " + headSeq + " " + headHash;
            }
            return "The audit chain is BROKEN at row " + faults.get(0).seq() + ": "
                    + faults.get(0).what() + " (" + faults.size() + " faults in " + rows + " rows)";
        }
    }

    public void accept(AuditEntry entry) {
        count++;
        if (entry.seq() != lastSeq + 1) {
            fault(
                    entry.seq(),
                    entry.seq() <= lastSeq
                            ? "row " + entry.seq() + " comes after row " + lastSeq
                            : "rows " + (lastSeq + 1) + " to " + (entry.seq() - 1) + " are missing");
        }
        if (!entry.prevHash().equals(lastHash)) {
            fault(entry.seq(), "does not follow the row before it: that row was edited, deleted or moved");
        }
        if (!entry.hash().equals(entry.expectedHash())) {
            fault(entry.seq(), "was edited: its content does not have its hash");
        }
        lastSeq = entry.seq();
        lastHash = entry.hash();
    }

    public Report finish() {
        return new Report(count, lastSeq, lastHash, faults);
    }

    /** As {@link #finish()}, and the chain must still contain the head noted earlier at its place or beyond. */
    public Report finish(long notedSeq) {
        if (lastSeq < notedSeq) {
            fault(notedSeq, "rows " + (lastSeq + 1) + " to " + notedSeq + " were cut off the end");
        }
        return finish();
    }

    private void fault(long seq, String what) {
        if (faults.size() < MAX_FAULTS) {
            faults.add(new Fault(seq, what));
        }
    }
}
