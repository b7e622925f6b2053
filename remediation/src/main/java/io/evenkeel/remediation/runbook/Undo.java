package io.evenkeel.remediation.runbook;

/**
 * How a step is taken back.
 *
 * @param kind how
 * @param text why nothing needs to be taken back, or why it cannot be; empty for {@link Kind#RESTORE}
 */
public record Undo(Kind kind, String text) {
    /** The three ways. */
    public enum Kind {
        /** The state noted before the effect is put back. */
        RESTORE,
        /** Nothing to do: what was taken comes back by itself. */
        SELF_RESTORING,
        /** Cannot be taken back: at least high risk, and never without people. */
        IRREVERSIBLE
    }
}
