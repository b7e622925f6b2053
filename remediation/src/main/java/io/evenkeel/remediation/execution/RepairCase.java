package io.evenkeel.remediation.execution;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a planner knows about one incident at one moment, all of it from the database.
 *
 * @param number shown as INC-number
 * @param environment its environment
 * @param state as remediation keeps it
 * @param severity harm to users
 * @param pages may wake a person
 * @param title what is broken
 * @param onset earliest plausible begin
 * @param suspect the first suspect, null while nothing is known
 * @param change latest change of the suspect's service that the incident names, null when there is none
 * @param harm what users feel, null when nothing yet
 * @param findings folded in, as far as their rows have arrived
 * @param expectedFindings how many the incident names; more than {@code findings} while rows are still on their way
 * @param levels recent level and band before the onset of the signals that matter, by signal id
 * @param dataAge age of the environment's newest telemetry, null when there is none
 * @param now time on the database's clock
 */
public record RepairCase(
        long number,
        String environment,
        IncidentState state,
        Severity severity,
        boolean pages,
        String title,
        Instant onset,
        @Nullable Suspect suspect,
        @Nullable Change change,
        @Nullable Harm harm,
        List<Original> findings,
        int expectedFindings,
        Map<String, Level> levels,
        @Nullable Duration dataAge,
        Instant now) {
    public RepairCase {
        findings = List.copyOf(findings);
        levels = Map.copyOf(levels);
    }

    /** A finding of the incident. */
    public record Original(
            String id,
            FindingKind kind,
            SignalKey signal,
            MemberRole role,
            Direction direction,
            @Nullable FrozenBand band,
            boolean open,
            @Nullable FindingEnding ending) {}

    /**
     * @param signal the signal
     * @param recent level over the last half minute, NaN when there is none
     * @param lower band right before the onset, NaN when nothing was learned
     * @param expected band right before the onset
     * @param upper band right before the onset
     */
    public record Level(SignalKey signal, double recent, double lower, double expected, double upper) {}

    /** Signals whose level and band this case should bring. */
    public List<SignalKey> neededLevels() {
        return Watch.needed(this);
    }

    /** The same case with its levels read. */
    public RepairCase withLevels(Map<String, Level> read) {
        return new RepairCase(
                number,
                environment,
                state,
                severity,
                pages,
                title,
                onset,
                suspect,
                change,
                harm,
                findings,
                expectedFindings,
                read,
                dataAge,
                now);
    }

    /**
     * Who is suspected of what, as one text: another one makes an unapproved plan obsolete. Empty without a suspect.
     * Confidence is left out, because it moves with every finding.
     */
    public String suspectKey() {
        Suspect first = suspect;
        if (first == null) {
            return "";
        }
        return first.service().id()
                + ' '
                + (first.instance() == null ? "-" : first.instance())
                + ' '
                + first.cause().word();
    }

    /**
     * Findings that must close before a repair counts as recovered: those users feel; without such, those that point at
     * the cause.
     */
    public List<Original> alarms() {
        List<Original> harmful =
                findings.stream().filter(f -> f.role() == MemberRole.HARM).toList();
        return harmful.isEmpty()
                ? findings.stream().filter(f -> f.role() == MemberRole.CAUSE).toList()
                : harmful;
    }

    /** True unless the incident has left OPEN, or every alarm has closed. What is not known yet counts as broken. */
    public boolean isStillBroken() {
        if (state != IncidentState.OPEN) {
            return false;
        }
        List<Original> alarms = alarms();
        boolean allHere = findings.size() >= expectedFindings;
        return alarms.isEmpty() || !allHere || alarms.stream().anyMatch(Original::open);
    }
}
