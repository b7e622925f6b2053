package io.evenkeel.domain.remedy;

/** Life of one proposed repair. The legal moves between these states are a table in remediation. */
public enum ExecutionState {
    PROPOSED,
    /** Policy forbids it. */
    DENIED,
    /** Trust is observe: logged only. */
    SHADOWED,
    /** Trust is suggest: shown to people, never run. */
    SUGGESTED,
    AWAITING_APPROVAL,
    /** Will run by itself when the veto window has passed. */
    AWAITING_VETO,
    APPROVED,
    PRECHECK,
    /** Target, diff, policy or runbook changed since the approval: ask again. */
    STALE,
    RUNNING,
    VERIFYING,
    RECOVERED,
    NOT_RECOVERED,
    WORSENED,
    INCONCLUSIVE,
    COMPENSATING,
    COMPENSATED,
    COMPENSATION_FAILED,
    /** A person said no. */
    REJECTED,
    EXPIRED,
    CANCELLED,
    /** Stopped while running by the stop button; never resumed, only planned again. */
    HALTED,
    /** Recovered by itself before anything was done, or replaced by a newer plan. */
    SUPERSEDED,
    CLOSED
}
