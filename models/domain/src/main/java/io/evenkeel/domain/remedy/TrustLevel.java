package io.evenkeel.domain.remedy;

/** How far a runbook may go by itself in an environment, least first. */
public enum TrustLevel {
    /** Log what would be done. */
    OBSERVE,
    /** Show the runbook to people. */
    SUGGEST,
    /** Ask, and run once approved. */
    APPROVE,
    /** Run unless somebody objects inside the veto window. */
    AUTO_AFTER_VETO,
    /** Run at once and tell. */
    AUTO
}
