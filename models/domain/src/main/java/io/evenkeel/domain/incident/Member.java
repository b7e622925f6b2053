package io.evenkeel.domain.incident;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A finding folded into an incident.
 *
 * @param findingId id of the finding
 * @param kind its kind
 * @param signal its signal
 * @param role its part in the incident
 * @param onset its onset
 * @param closedAt when it closed, null while open
 * @param ending how it ended, null while open
 * @param reason why it was placed here, such as {@code checkout calls payment; onset 4 s after it}
 */
public record Member(
        String findingId,
        FindingKind kind,
        SignalKey signal,
        MemberRole role,
        Instant onset,
        @Nullable Instant closedAt,
        @Nullable FindingEnding ending,
        String reason) {}
