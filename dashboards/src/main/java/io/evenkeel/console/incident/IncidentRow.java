package io.evenkeel.console.incident;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code console_incident}: what remediation keeps about an incident.
 *
 * @param number shown as {@code INC-<number>}
 * @param environment where
 * @param state life of the incident
 * @param severity harm to users
 * @param pages true when it may wake a person
 * @param title what is broken, in users' words; from telemetry, so hostile
 * @param onset best estimate of the begin
 * @param onsetFrom earliest plausible
 * @param onsetTo latest plausible
 * @param detectedAt when the job opened it
 * @param acknowledgedBy who said "I have it", null when nobody
 * @param acknowledgedAt when
 * @param mitigatedAt when the harmed signal was back in its frozen band, null before
 * @param resolvedAt when it ended, null before
 * @param resolvedBy who ended it, null when nobody in person
 * @param mergedInto number of the incident that lives on, null unless merged
 * @param reopens number of the earlier incident that came back, null for a new one
 * @param cause most likely cause
 * @param causeService service that is most likely the cause, null while unknown
 * @param confidence probability of that cause, NaN when there is none
 * @param calibrated true when the probability stands on enough outcomes
 * @param harm figures behind the title, null when users feel nothing
 * @param suspects most likely first
 * @param changes on the suspects shortly before the onset
 * @param edges calls between the services involved
 * @param needsPerson why a person must look, null when nobody must
 * @param memberCount findings folded in, ≥ 0
 * @param openMemberCount of them still open, ≥ 0
 * @param waitingApprovals repairs that wait for a yes, ≥ 0
 * @param hasPostmortem true when a draft is there
 */
public record IncidentRow(
        long number,
        String environment,
        IncidentState state,
        Severity severity,
        boolean pages,
        String title,
        Instant onset,
        Instant onsetFrom,
        Instant onsetTo,
        Instant detectedAt,
        @Nullable String acknowledgedBy,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant mitigatedAt,
        @Nullable Instant resolvedAt,
        @Nullable String resolvedBy,
        @Nullable Long mergedInto,
        @Nullable Long reopens,
        CauseKind cause,
        @Nullable ServiceKey causeService,
        double confidence,
        boolean calibrated,
        @Nullable Harm harm,
        List<Suspect> suspects,
        List<Change> changes,
        List<CallEdge> edges,
        @Nullable String needsPerson,
        int memberCount,
        int openMemberCount,
        int waitingApprovals,
        boolean hasPostmortem) {
    public boolean isOpen() {
        return state == IncidentState.OPEN || state == IncidentState.MITIGATED;
    }

    /** Style of its badge: how bad while it is open, green only for what ended well, neutral for the rest. */
    public String look() {
        return switch (state) {
            case OPEN, MITIGATED ->
                switch (severity) {
                    case SEV1 -> "s1";
                    case SEV2 -> "s2";
                    case SEV3 -> "s3";
                };
            case RESOLVED -> "ok";
            case SUPERSEDED, MERGED -> "s3";
        };
    }

    /** The moment up to which its story is still moving: now for an open one, else its end. */
    public Instant storyEnd(Instant now) {
        if (isOpen()) {
            return now;
        }
        return resolvedAt != null ? resolvedAt : now;
    }
}
