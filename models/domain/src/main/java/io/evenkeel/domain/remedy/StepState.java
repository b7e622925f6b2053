package io.evenkeel.domain.remedy;

/** Life of one step of an execution. */
public enum StepState {
    READY,
    /** Committed: target, before-snapshot and token are stored, the effect may now be tried. */
    INTENT,
    DISPATCHED,
    APPLIED,
    FAILED,
    /** Timed out or crashed in between; observed before anything else is done. */
    UNKNOWN,
    VERIFIED,
    UNDONE
}
