package io.evenkeel.remediation.runner;

import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.remediation.execution.Executors;
import io.evenkeel.remediation.execution.Planner;
import io.evenkeel.remediation.execution.RepairCase;
import io.evenkeel.remediation.gate.Gate;
import io.evenkeel.remediation.gate.GateDecision;
import io.evenkeel.remediation.gate.GateInput;
import io.evenkeel.remediation.gate.Stop;
import io.evenkeel.remediation.postgres.PostgresLimits;
import io.evenkeel.remediation.runbook.ApprovalRule;
import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Facts;
import io.evenkeel.remediation.runbook.Runbook;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Gathers what the gate looks at and asks it. */
final class Gatekeeper {
    private final StopSwitch stops;
    private final PostgresLimits limits;
    private final BooleanSupplier holdsLease;

    Gatekeeper(StopSwitch stops, PostgresLimits limits, BooleanSupplier holdsLease) {
        this.stops = stops;
        this.limits = limits;
        this.holdsLease = holdsLease;
    }

    GateDecision decide(Runbook runbook, Planner.Draft draft, RepairCase given, Configuration configuration) {
        Suspect suspect = given.suspect();
        return Gate.decide(
                new GateInput(
                        runbook.name(),
                        given.environment(),
                        runbook.risk(),
                        runbook.isIrreversible(),
                        suspect == null ? 0 : suspect.confidence(),
                        suspect != null && suspect.calibrated(),
                        draft.unmet(),
                        draft.facts(),
                        configuration
                                .grant(runbook.name(), given.environment(), given.now())
                                .orElse(null),
                        approval(runbook, draft.facts(), configuration),
                        stopping(runbook, given.environment()),
                        runbook.limits(),
                        limits.history(
                                runbook.name(),
                                given.environment(),
                                draft.plan().lockKey()),
                        given.dataAge(),
                        holdsLease.getAsBoolean(),
                        given.now()),
                configuration.policy());
    }

    List<Stop> stopping(Runbook runbook, String environment) {
        return stops.covering(
                environment,
                runbook.name(),
                runbook.steps().stream().map(step -> Executors.name(step.use())).toList());
    }

    /** The runbook's own wish for an approval; a condition that cannot be answered counts as met. */
    private static @Nullable ApprovalRule approval(Runbook runbook, Facts facts, Configuration configuration) {
        ApprovalRule rule = runbook.approval();
        Expression when = runbook.approvalWhen();
        if (rule == null) {
            return null;
        }
        if (when != null) {
            Expression.Answer answer = when.ask(facts);
            if (!answer.held() && answer.error() == null) {
                return null;
            }
        }
        List<String> people = runbook.approvalGroup().isEmpty()
                ? List.of()
                : configuration.policy().groups().getOrDefault(runbook.approvalGroup(), List.of());
        return new ApprovalRule(rule.quorum(), rule.roles(), people, rule.expires());
    }
}
