package io.evenkeel.domain.finding;

/** How a closed finding ended. */
public enum FindingEnding {
    /** The signal is back inside the band frozen before the onset: the only ending that counts as recovery. */
    RETURNED,
    /** The signal stayed where it went and the baseline re-learned it. Never a recovery. */
    ACCEPTED_AS_NEW_LEVEL,
    /** A restored job did not find it again, or a later finding of the same signal replaced it. */
    SUPERSEDED
}
