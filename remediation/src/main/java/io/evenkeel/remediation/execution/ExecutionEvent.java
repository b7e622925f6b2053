package io.evenkeel.remediation.execution;

/** What can happen to an execution. Each state answers each event: with a move, or by refusing it. */
public enum ExecutionEvent {
    GATE_REFUSED,
    GATE_OBSERVES,
    GATE_SUGGESTS,
    GATE_ASKS,
    GATE_WAITS_FOR_VETO,
    GATE_RUNS,
    /** Enough people said yes to the current digest. */
    APPROVED,
    /** A person said no, or objected inside the veto window. */
    REJECTED,
    CANCELLED,
    /** The stop button covers it. */
    STOPPED,
    /** The question stayed open too long. */
    EXPIRED,
    VETO_PASSED,
    CHECK_STARTED,
    /** Target, diff, preconditions, policy or runbook are not what was planned. */
    CHANGED,
    /** It is no longer broken. */
    RECOVERED_MEANWHILE,
    /** Another plan took its place, because the suspect changed. */
    REPLACED,
    INCIDENT_ENDED,
    CHECKS_PASSED,
    STEP_APPLIED,
    NEXT_STEP,
    STEP_FAILED,
    /** It could not be found out whether the effect happened. */
    EFFECT_UNKNOWN,
    JUDGED_RECOVERED,
    JUDGED_NOT_RECOVERED,
    JUDGED_WORSENED,
    JUDGED_INCONCLUSIVE,
    UNDO_STARTED,
    UNDO_DONE,
    UNDO_FAILED
}
