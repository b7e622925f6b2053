package io.evenkeel.domain.incident;

/** What part a finding plays in its incident. */
public enum MemberRole {
    /** Users feel it. */
    HARM,
    /** Points at the cause. */
    CAUSE,
    /** Explained by a callee. */
    SYMPTOM,
    /** Another view of a fact that is already there. */
    EVIDENCE,
    /**
     * Went wrong at the same time below the same users' service, but the first suspect does not explain it: another fault,
     * or a machine that was busy as a whole.
     */
    ALSO_SEEN
}
