package io.evenkeel.remediation.gate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a runbook did lately, counted from the database.
 *
 * @param runsInDay runs of the runbook in the environment that began in the last 24 h
 * @param lastEnd end of the latest run with the same lock key, null when there was none
 * @param failedInDay runs of the last 24 h with the same lock key that did not end in RECOVERED; INCONCLUSIVE counts
 */
public record History(int runsInDay, @Nullable Instant lastEnd, int failedInDay) {
    public static final History NONE = new History(0, null, 0);
}
