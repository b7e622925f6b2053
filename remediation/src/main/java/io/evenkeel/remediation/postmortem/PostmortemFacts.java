package io.evenkeel.remediation.postmortem;

import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.remediation.incident.IncidentClocks;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a postmortem draft may stand on: stored rows, read once. What is null or empty here is "unknown" there.
 *
 * @param number incident number
 * @param environment its environment
 * @param title what was broken, in users' words
 * @param severity SEV1, SEV2 or SEV3
 * @param state its state
 * @param onset estimated start of the harm
 * @param onsetFrom earliest plausible start
 * @param onsetTo latest plausible start
 * @param detectedAt when the incident was opened
 * @param firstPageAt when the first page was sent, null when nobody was paged
 * @param acknowledgedAt null when nobody acknowledged
 * @param mitigatedAt when users were served again, null while unknown
 * @param resolvedAt null before
 * @param resolvedByPerson true when a person ended it
 * @param harm figures of the harm, null when users felt nothing
 * @param worst worst value of the harmed signal between onset and mitigation, NaN when unknown
 * @param suspects most likely first
 * @param changes changes shortly before the onset
 * @param findings findings folded in, by onset
 * @param lines the timeline, by time
 * @param repairs executions, by time
 * @param reopens number of the incident that this one is the return of, null when it is none
 */
public record PostmortemFacts(
        long number,
        String environment,
        String title,
        String severity,
        String state,
        Instant onset,
        Instant onsetFrom,
        Instant onsetTo,
        Instant detectedAt,
        @Nullable Instant firstPageAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant mitigatedAt,
        @Nullable Instant resolvedAt,
        boolean resolvedByPerson,
        @Nullable Harm harm,
        double worst,
        List<Suspect> suspects,
        List<Change> changes,
        List<Noted> findings,
        List<Line> lines,
        List<Repair> repairs,
        @Nullable Long reopens) {
    public PostmortemFacts {
        suspects = List.copyOf(suspects);
        changes = List.copyOf(changes);
        findings = List.copyOf(findings);
        lines = List.copyOf(lines);
        repairs = List.copyOf(repairs);
    }

    /**
     * A finding of the incident.
     *
     * @param openedAt when it was first noted, null when its row is missing
     */
    public record Noted(
            String id,
            SignalKey signal,
            MemberRole role,
            Instant onset,
            @Nullable Instant openedAt) {}

    /**
     * A line of the timeline.
     *
     * @param role role of the actor, empty for Evenkeel itself
     */
    public record Line(
            long id,
            Instant at,
            String kind,
            String text,
            String actor,
            String role,
            @Nullable String finding,
            @Nullable String execution) {}

    /**
     * An execution of a runbook.
     *
     * @param title what it would do, such as {@code Roll back payment to 4.11.3}
     * @param gate what the gate decided, such as {@code ASK}
     * @param gateReasons why
     * @param decisions what people decided, as {@code approve by an approver}
     * @param verdict what verification found, null when it was not verified
     * @param verdictText its sentence, empty when there is none
     * @param steps each as {@code rollback: APPLIED}
     */
    public record Repair(
            String id,
            String runbook,
            String title,
            String state,
            String risk,
            String gate,
            List<String> gateReasons,
            List<Decision> decisions,
            Instant requestedAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String verdict,
            String verdictText,
            List<String> steps) {
        public Repair {
            gateReasons = List.copyOf(gateReasons);
            decisions = List.copyOf(decisions);
            steps = List.copyOf(steps);
        }
    }

    /** A person's decision about a repair, by role. */
    public record Decision(String decision, String role, String reason, Instant at) {}

    public IncidentClocks clocks() {
        return IncidentClocks.of(onset, detectedAt, firstPageAt, acknowledgedAt, mitigatedAt, resolvedAt);
    }
}
