package io.evenkeel.console.incident;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A finding folded into an incident.
 *
 * @param findingId its id
 * @param kind why it was noted
 * @param signal what deviated
 * @param role part it plays
 * @param onset when
 * @param reason why it was put here
 * @param finding the finding itself; null when only its membership has arrived so far
 */
public record MemberRow(
        String findingId,
        FindingKind kind,
        SignalKey signal,
        MemberRole role,
        Instant onset,
        String reason,
        @Nullable Finding finding) {}
