package io.evenkeel.domain.remedy;

/** What the gate decided about a plan. */
public enum GateOutcome {
    RUN,
    RUN_AFTER_VETO,
    ASK,
    SUGGEST,
    OBSERVE,
    REFUSE
}
