package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.TrustLevel;
import java.time.Duration;
import java.time.Instant;

/**
 * An admin's word, in a reviewed file, on how far a runbook may go by itself in an environment. Never above the risk cap.
 *
 * @param runbook runbook name
 * @param environment for example {@code demo}
 * @param level how far
 * @param until end of validity
 * @param by who gave it
 * @param reason why
 * @param acceptsUncalibrated a confidence without enough labelled outcomes may pass the automatic threshold
 * @param minConfidence automatic threshold in place of the policy's, 0..1; NaN: the policy's
 * @param vetoWindow how long people may object at level {@code auto-after-veto}
 * @param file file it stands in
 * @param line line in it
 */
public record Grant(
        String runbook,
        String environment,
        TrustLevel level,
        Instant until,
        String by,
        String reason,
        boolean acceptsUncalibrated,
        double minConfidence,
        Duration vetoWindow,
        String file,
        int line) {}
