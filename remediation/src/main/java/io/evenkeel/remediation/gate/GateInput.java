package io.evenkeel.remediation.gate;

import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.remediation.runbook.ApprovalRule;
import io.evenkeel.remediation.runbook.Facts;
import io.evenkeel.remediation.runbook.Grant;
import io.evenkeel.remediation.runbook.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the gate looks at.
 *
 * @param runbook name
 * @param environment of the incident
 * @param risk of the plan, as raised by the engine
 * @param irreversible some step cannot be taken back
 * @param confidence that the suspect is the cause, 0..1
 * @param calibrated enough labelled outcomes stand behind the confidence
 * @param unmet preconditions that do not hold, as text
 * @param facts what policy may ask about
 * @param grant the grant in force, null when there is none
 * @param runbookApproval what the runbook itself asks for, null when nothing
 * @param stops stops that cover this plan
 * @param limits of the runbook
 * @param history what it did lately
 * @param dataAge age of the newest telemetry of the environment, null when there is none at all
 * @param holdsLease this control plane is the one that may act
 * @param now time of the decision
 */
public record GateInput(
        String runbook,
        String environment,
        Risk risk,
        boolean irreversible,
        double confidence,
        boolean calibrated,
        List<String> unmet,
        Facts facts,
        @Nullable Grant grant,
        @Nullable ApprovalRule runbookApproval,
        List<Stop> stops,
        Limits limits,
        History history,
        @Nullable Duration dataAge,
        boolean holdsLease,
        Instant now) {
    public GateInput {
        unmet = List.copyOf(unmet);
        stops = List.copyOf(stops);
    }
}
