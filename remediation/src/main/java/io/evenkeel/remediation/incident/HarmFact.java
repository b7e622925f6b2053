package io.evenkeel.remediation.incident;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one finding that decides an incident's end stands now.
 *
 * @param findingId the finding
 * @param signal its signal
 * @param closedAt when it closed, null while open
 * @param ending how it ended, null while open
 * @param backSince since when its signal has been inside the frozen band, by the rollups; null while it is not, or when
 *     no data says so
 * @param outNow true when the latest windows are outside the frozen band
 */
public record HarmFact(
        String findingId,
        SignalKey signal,
        @Nullable Instant closedAt,
        @Nullable FindingEnding ending,
        @Nullable Instant backSince,
        boolean outNow) {}
