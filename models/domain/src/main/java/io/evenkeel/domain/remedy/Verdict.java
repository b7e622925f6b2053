package io.evenkeel.domain.remedy;

/** What verification against the frozen band found. */
public enum Verdict {
    RECOVERED,
    NOT_RECOVERED,
    WORSENED,
    /** Too little data to say. Never counts as success. */
    INCONCLUSIVE
}
