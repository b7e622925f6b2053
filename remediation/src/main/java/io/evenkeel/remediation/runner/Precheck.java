package io.evenkeel.remediation.runner;

import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.execution.Planner;
import io.evenkeel.remediation.execution.RepairCase;
import io.evenkeel.remediation.execution.UnplannableException;
import io.evenkeel.remediation.execution.Verification;
import io.evenkeel.remediation.gate.Gate;
import io.evenkeel.remediation.gate.GateDecision;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.postgres.PostgresLimits;
import io.evenkeel.remediation.postgres.PostgresRepairCases;
import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.Runbook;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The look right before the first effect: is it still broken, is the target still what was approved, does the gate still
 * let it through, is nobody else at it. Whatever changed since the yes takes the yes away.
 */
final class Precheck {
    private static final Duration LOCKED = Duration.ofSeconds(2);

    private final Planner planner;
    private final Gatekeeper gatekeeper;
    private final Supplier<Configuration> configuration;
    private final PostgresRepairCases cases;
    private final PostgresLimits limits;

    Precheck(
            Planner planner,
            Gatekeeper gatekeeper,
            Supplier<Configuration> configuration,
            PostgresRepairCases cases,
            PostgresLimits limits) {
        this.planner = planner;
        this.gatekeeper = gatekeeper;
        this.configuration = configuration;
        this.cases = cases;
        this.limits = limits;
    }

    /**
     * Exactly one of: a move to make, the row of a run that has begun, or a pause.
     */
    record Answer(
            @Nullable Move wanted,
            @Nullable ExecutionRow begun,
            @Nullable Duration lookAgain) {
        Move move() {
            Move move = wanted;
            if (move == null) {
                throw new IllegalStateException("no move was asked for");
            }
            return move;
        }
    }

    Answer check(ExecutionRow row) {
        Optional<RepairCase> read = cases.read(row.incident());
        if (read.isEmpty() || !read.get().isStillBroken()) {
            return move(
                    row, ExecutionEvent.RECOVERED_MEANWHILE, "It recovered by itself; nothing was done", "recovered");
        }
        RepairCase given = read.get();
        Configuration config = configuration.get();
        Runbook runbook = config.runbooks().get(row.runbook());
        if (runbook == null || !runbook.hash().equals(row.runbookHash())) {
            return changed(row, "the runbook was edited");
        }
        if (!given.suspectKey().equals(row.plan().suspect())) {
            return changed(row, "the suspect is another one now");
        }
        Planner.Draft draft;
        try {
            draft = planner.plan(runbook, given, config);
        } catch (UnplannableException e) {
            return changed(row, String.valueOf(e.getMessage()));
        }
        if (!draft.plan().contentHash().equals(row.plan().contentHash())) {
            return changed(row, "the target, a precondition or the policy is not what it was");
        }
        GateDecision decision = gatekeeper.decide(runbook, draft, given, config);
        if (decision.outcome() == GateOutcome.REFUSE) {
            String text = GateWords.state(decision);
            return move(row, ExecutionEvent.GATE_REFUSED, text, "refused");
        }
        if (!decision.isAnsweredBy(row.gate())) {
            return changed(row, "the gate decides otherwise now");
        }
        return begin(row);
    }

    private Answer begin(ExecutionRow row) {
        Notes notes = Notes.of(TimelineEntry.EVENKEEL, "execution.start", Map.of("digest", row.digest()))
                .line("action", "Started: " + row.plan().title(), "started");
        PostgresLimits.Begin begin = limits.begin(
                row, longest(row.plan()), Gate.REPEATS, Move.now(ExecutionEvent.CHECKS_PASSED, "Acting", notes));
        if (begin instanceof PostgresLimits.Begin.Begun begun) {
            return new Answer(null, begun.row(), null);
        }
        if (begin instanceof PostgresLimits.Begin.LimitReached reached) {
            return move(row, ExecutionEvent.GATE_REFUSED, "Not allowed now: " + reached.text(), "limit");
        }
        return new Answer(null, null, LOCKED);
    }

    /** Each step's own time and a verification after each, and a minute for the moves between. */
    private static Duration longest(Plan plan) {
        Duration longest = Duration.ofMinutes(1);
        for (Plan.PlannedStep step : plan.steps()) {
            longest = longest.plusSeconds(step.timeoutSeconds()).plus(Verification.longest(plan.verify()));
        }
        return longest;
    }

    private static Answer changed(ExecutionRow row, String why) {
        return move(row, ExecutionEvent.CHANGED, "Planned anew: " + why, "changed:" + row.asks());
    }

    private static Answer move(ExecutionRow row, ExecutionEvent event, String text, String dedupe) {
        Notes notes = Notes.of(TimelineEntry.EVENKEEL, "execution.precheck", Map.of("event", event, "why", text))
                .line("action", row.plan().title() + " was not begun. " + text, dedupe);
        return new Answer(Move.rest(event, text, notes), null, null);
    }
}
