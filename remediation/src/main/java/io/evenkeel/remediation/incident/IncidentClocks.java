package io.evenkeel.remediation.incident;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one incident, each null while unknown. Defined once, so that pages, API and postmortem say the same.
 *
 * @param timeToDetect detected − onset
 * @param timeToAcknowledge acknowledged − first page sent; null also when nobody was paged
 * @param timeToMitigate harm back in its band − onset
 * @param timeToResolve resolved − onset
 */
public record IncidentClocks(
        Duration timeToDetect,
        @Nullable Duration timeToAcknowledge,
        @Nullable Duration timeToMitigate,
        @Nullable Duration timeToResolve) {

    public static IncidentClocks of(
            Instant onset,
            Instant detectedAt,
            @Nullable Instant firstPageAt,
            @Nullable Instant acknowledgedAt,
            @Nullable Instant mitigatedAt,
            @Nullable Instant resolvedAt) {
        return new IncidentClocks(
                Duration.between(onset, detectedAt),
                between(firstPageAt, acknowledgedAt),
                between(onset, mitigatedAt),
                between(onset, resolvedAt));
    }

    private static @Nullable Duration between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? null : Duration.between(from, to);
    }
}
