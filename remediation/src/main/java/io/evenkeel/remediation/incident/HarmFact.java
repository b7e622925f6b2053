package io.evenkeel.remediation.incident;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Duration;
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
 * @param lastData end of the newest window of any signal of its service; null when the service has none, as where the
 *     finding is about telemetry itself
 */
public record HarmFact(
        String findingId,
        SignalKey signal,
        @Nullable Instant closedAt,
        @Nullable FindingEnding ending,
        @Nullable Instant backSince,
        boolean outNow,
        @Nullable Instant lastData) {
    /**
     * A service that exports each minute is seen up to two and a half minutes late: its interval, the wait for its
     * replicas (at most as long), and the register of signals, which is half a minute behind.
     */
    static final Duration SILENT_AFTER = Duration.ofMinutes(3);

    /** True while the service sends nothing, so that nobody can say whether it is well. */
    boolean isUnseen(Instant now) {
        return lastData != null && lastData.plus(SILENT_AFTER).isBefore(now);
    }
}
