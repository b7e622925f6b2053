package io.evenkeel.remediation.runner;

import io.evenkeel.domain.remedy.StepState;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.execution.DiffLine;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.IllegalMoveException;
import io.evenkeel.remediation.execution.LeaseLostException;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.execution.StepRow;
import io.evenkeel.remediation.gate.Stop;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.postgres.PostgresExecutions;
import io.evenkeel.remediation.postgres.PostgresSteps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives executions from approval to their end, one small move at a time, each of them written under the lease before the
 * next. Dies anywhere and goes on from what is written. Several may run side by side, here and in other processes.
 */
public final class ExecutionRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutionRunner.class);
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final PostgresExecutions executions;
    private final PostgresSteps steps;
    private final StepRunner runner;
    private final Precheck precheck;
    private final Verifier verifier;
    private final StopSwitch stops;
    private final FaultPoints faults;
    private final BooleanSupplier configured;
    private final String owner;

    /**
     * @param configured false while no files are in force: an execution of the process before waits for them then
     */
    ExecutionRunner(
            PostgresExecutions executions,
            PostgresSteps steps,
            StepRunner runner,
            Precheck precheck,
            Verifier verifier,
            StopSwitch stops,
            FaultPoints faults,
            BooleanSupplier configured,
            String owner) {
        this.executions = executions;
        this.steps = steps;
        this.runner = runner;
        this.precheck = precheck;
        this.verifier = verifier;
        this.stops = stops;
        this.faults = faults;
        this.configured = configured;
        this.owner = owner;
    }

    /** Takes one execution that is due and drives it as far as it goes without waiting; false when none was due. */
    public boolean driveOne() {
        if (!configured.getAsBoolean()) {
            return false;
        }
        Optional<ExecutionRow> due = executions.claimDue(owner, LEASE);
        due.ifPresent(this::drive);
        return due.isPresent();
    }

    /** Drives this execution if it is free; false when it is not. */
    public boolean drive(UUID id) {
        if (!configured.getAsBoolean()) {
            return false;
        }
        Optional<ExecutionRow> claimed = executions.claim(id, owner, LEASE);
        claimed.ifPresent(this::drive);
        return claimed.isPresent();
    }

    private void drive(ExecutionRow claimed) {
        ExecutionRow row = claimed;
        try {
            while (row != null) {
                row = next(row);
            }
        } catch (LeaseLostException | IllegalMoveException e) {
            // Somebody else (a person, another process) was faster; what they wrote counts.
            LOG.info("execution_passed_on id={} reason=\"{}\"", claimed.id(), e.getMessage());
            executions.free(claimed);
        }
    }

    /** One move; null when there is nothing to do now, the lease given back. */
    private @Nullable ExecutionRow next(ExecutionRow row) {
        return switch (row.state()) {
            case AWAITING_APPROVAL -> waitForPeople(row, ExecutionEvent.EXPIRED);
            case AWAITING_VETO -> waitForPeople(row, ExecutionEvent.VETO_PASSED);
            case APPROVED ->
                executions.move(
                        row,
                        Move.now(
                                ExecutionEvent.CHECK_STARTED,
                                "Checking once more before it acts",
                                note("execution.check")));
            case PRECHECK -> precheck(row);
            case RUNNING -> run(row);
            case VERIFYING -> verify(row);
            case COMPENSATING -> compensate(row);
            case PROPOSED,
                    DENIED,
                    SHADOWED,
                    SUGGESTED,
                    STALE,
                    RECOVERED,
                    NOT_RECOVERED,
                    WORSENED,
                    INCONCLUSIVE,
                    COMPENSATED,
                    COMPENSATION_FAILED,
                    REJECTED,
                    EXPIRED,
                    CANCELLED,
                    HALTED,
                    SUPERSEDED,
                    CLOSED -> rest(row, null);
        };
    }

    private @Nullable ExecutionRow rest(ExecutionRow row, @Nullable Duration lookAgain) {
        executions.release(row, lookAgain);
        return null;
    }

    private @Nullable ExecutionRow waitForPeople(ExecutionRow row, ExecutionEvent atEnd) {
        Instant expiresAt = row.expiresAt();
        if (expiresAt == null) {
            return rest(row, null);
        }
        if (row.now().isBefore(expiresAt)) {
            return rest(row, Duration.between(row.now(), expiresAt));
        }
        if (atEnd == ExecutionEvent.EXPIRED) {
            String text = "Nobody decided in time; it is asked again while it is broken";
            return settled(executions.move(
                    row,
                    Move.rest(
                            atEnd,
                            text,
                            note("execution.expire")
                                    .line("approval", row.plan().title() + ": " + text, "expired:" + row.asks()))));
        }
        String text = "Nobody objected";
        return executions.move(
                row,
                Move.now(
                        atEnd,
                        text,
                        note("execution.veto.passed")
                                .line("approval", row.plan().title() + ": nobody objected", "veto")));
    }

    private @Nullable ExecutionRow precheck(ExecutionRow row) {
        List<Stop> engaged = covering(row);
        if (!engaged.isEmpty()) {
            return settled(executions.move(
                    row,
                    Move.rest(
                            ExecutionEvent.STOPPED,
                            engaged.get(0).text(),
                            note("execution.cancel")
                                    .line(
                                            "action",
                                            row.plan().title() + " was not begun: "
                                                    + engaged.get(0).text(),
                                            "stopped"))));
        }
        Precheck.Answer answer = precheck.check(row);
        if (answer.lookAgain() != null) {
            return rest(row, answer.lookAgain());
        }
        ExecutionRow begun = answer.begun();
        return begun != null ? begun : settled(executions.move(row, answer.move()));
    }

    private @Nullable ExecutionRow run(ExecutionRow row) {
        List<StepRow> all = steps.of(row.id());
        Optional<StepRow> open = all.stream()
                .filter(step -> step.state() != StepState.APPLIED && step.state() != StepState.VERIFIED)
                .findFirst();
        if (open.isEmpty()) {
            return applied(row, all.size());
        }
        StepRow step = open.get();
        Instant deadline = row.deadlineAt();
        boolean fresh = step.state() == StepState.READY;
        if (fresh && deadline != null && row.now().isAfter(deadline)) {
            return badly(
                    row,
                    Verdict.NOT_RECOVERED,
                    ExecutionEvent.STEP_FAILED,
                    "its time is up before step " + step.ordinal());
        }
        Plan.PlannedStep planned = row.plan().step(step.ordinal());
        if (fresh) {
            executions.say(row, "Acting: " + planned.name());
        }
        StepRunner.Outcome outcome = runner.run(row, planned, step);
        if (outcome instanceof StepRunner.Outcome.Done) {
            boolean last = step.ordinal() == row.plan().steps().size();
            return last || planned.stopIfRecovered()
                    ? applied(row, step.ordinal())
                    : executions.move(
                            row,
                            Move.now(
                                    ExecutionEvent.NEXT_STEP,
                                    "Step " + planned.name() + " is done",
                                    note("step.next")));
        }
        if (outcome instanceof StepRunner.Outcome.LookAgain again) {
            return rest(row, again.pause());
        }
        if (outcome instanceof StepRunner.Outcome.Stopped stopped) {
            Notes notes = note("execution.halt");
            String title = row.plan().title();
            // What was halted before it acted leaves nothing that a person must look at.
            Notes told = all.stream().anyMatch(StepRow::mayHaveActed)
                    ? notes.escalate(title + " was halted half way: " + stopped.reason(), "halted")
                    : notes.line("action", title + " was halted before it acted: " + stopped.reason(), "halted");
            return settled(executions.move(row, Move.rest(ExecutionEvent.STOPPED, stopped.reason(), told)));
        }
        if (outcome instanceof StepRunner.Outcome.NeverKnown never) {
            String text = "Nobody knows whether " + planned.name() + " happened: " + never.reason();
            return badly(row, Verdict.INCONCLUSIVE, ExecutionEvent.EFFECT_UNKNOWN, text);
        }
        String reason = ((StepRunner.Outcome.Failed) outcome).reason();
        return badly(row, Verdict.NOT_RECOVERED, ExecutionEvent.STEP_FAILED, planned.name() + " failed: " + reason);
    }

    /** The difference is the whole plan's; before the last step only the names of those done are true. */
    private ExecutionRow applied(ExecutionRow row, int done) {
        List<Plan.PlannedStep> planned = row.plan().steps();
        List<String> words = done == planned.size()
                ? row.plan().diff().stream()
                        .filter(line -> line.op().equals("+"))
                        .map(DiffLine::text)
                        .toList()
                : planned.stream().limit(done).map(Plan.PlannedStep::name).toList();
        String what = String.join("; ", words);
        return executions.move(
                row,
                Move.now(
                        ExecutionEvent.STEP_APPLIED,
                        "Done: " + what + ". Watching whether it helps",
                        note("execution.applied").line("action", "Done: " + what, "applied:" + done)));
    }

    private @Nullable ExecutionRow verify(ExecutionRow row) {
        faults.at(FaultPoints.BEFORE_VERIFY);
        List<StepRow> all = steps.of(row.id());
        Verifier.Finding finding = verifier.judge(row, all);
        Verdict verdict = finding.verdict();
        if (verdict == null) {
            executions.say(row, finding.text());
            return rest(row, Verifier.LOOK_AGAIN);
        }
        Optional<StepRow> following =
                all.stream().filter(step -> step.state() == StepState.READY).findFirst();
        return switch (verdict) {
            case RECOVERED -> recovered(row, all, finding.text());
            case NOT_RECOVERED -> {
                if (following.isPresent()) {
                    yield executions.move(
                            row,
                            Move.now(
                                    ExecutionEvent.NEXT_STEP,
                                    finding.text() + "; the next step follows",
                                    note("step.next")
                                            .line(
                                                    "verification",
                                                    finding.text() + "; the next step follows",
                                                    "next:" + following.get().ordinal())));
                }
                yield badly(row, verdict, ExecutionEvent.JUDGED_NOT_RECOVERED, finding.text());
            }
            case WORSENED -> badly(row, verdict, ExecutionEvent.JUDGED_WORSENED, finding.text());
            case INCONCLUSIVE -> badly(row, verdict, ExecutionEvent.JUDGED_INCONCLUSIVE, finding.text());
        };
    }

    private @Nullable ExecutionRow recovered(ExecutionRow row, List<StepRow> all, String text) {
        all.stream().filter(step -> step.state() == StepState.APPLIED).forEach(step -> steps.verified(row, step));
        ExecutionRow ended = executions.move(
                row,
                Move.rest(
                                ExecutionEvent.JUDGED_RECOVERED,
                                text,
                                note("execution.recovered").line("verification", text, "verdict"))
                        .judged(Verdict.RECOVERED, true));
        LOG.info("execution_recovered id={} incident={} runbook={}", row.id(), row.incident(), row.runbook());
        return settled(ended);
    }

    /** It did not help, or nobody knows: undo where that is asked for and possible, and always tell a person. */
    private @Nullable ExecutionRow badly(ExecutionRow row, Verdict verdict, ExecutionEvent event, String text) {
        LOG.warn(
                "execution_{} id={} incident={} runbook={} reason=\"{}\"",
                verdict,
                row.id(),
                row.incident(),
                row.runbook(),
                text);
        boolean undoable = steps.of(row.id()).stream().anyMatch(step -> Compensation.isDue(row, step));
        boolean wanted = verdict == Verdict.WORSENED
                || (verdict == Verdict.NOT_RECOVERED && row.plan().undoOnFailure());
        Notes notes = new Notes(
                        List.of(),
                        TimelineEntry.EVENKEEL,
                        "execution.verdict",
                        Map.of("verdict", verdict, "text", text),
                        null)
                .line("verification", text, "verdict")
                .escalate("A person is needed: " + row.plan().title() + ". " + text, "escalated:" + verdict);
        boolean undo = undoable && wanted;
        Move judged = Move.rest(event, text, notes).judged(verdict, !undo);
        if (!undo) {
            return settled(executions.move(row, judged));
        }
        String undoing = "Taking it back: " + row.plan().undo();
        return executions.move(
                row,
                judged,
                Move.now(
                        ExecutionEvent.UNDO_STARTED,
                        undoing,
                        note("execution.undo").line("action", undoing, "undo")));
    }

    private @Nullable ExecutionRow compensate(ExecutionRow row) {
        faults.at(FaultPoints.BEFORE_UNDO);
        List<StepRow> all = steps.of(row.id());
        Optional<StepRow> last = Compensation.next(row, all);
        if (last.isEmpty()) {
            String text = "Taken back: " + row.plan().undo();
            return settled(executions.move(
                    row,
                    Move.rest(
                            ExecutionEvent.UNDO_DONE,
                            text,
                            note("execution.undone").line("action", text, "undone"))));
        }
        StepRunner.Outcome outcome = runner.undo(row, row.plan().step(last.get().ordinal()), last.get());
        Instant deadline = row.deadlineAt();
        boolean late = deadline != null && row.now().isAfter(deadline);
        if (outcome instanceof StepRunner.Outcome.Failed || (late && outcome instanceof StepRunner.Outcome.LookAgain)) {
            String why = outcome instanceof StepRunner.Outcome.Failed failed
                    ? failed.reason()
                    : "it could not be verified in time";
            String text = "Could not be taken back: " + why;
            return settled(executions.move(
                    row,
                    Move.rest(
                            ExecutionEvent.UNDO_FAILED,
                            text,
                            note("execution.undo.failed")
                                    .escalate(
                                            "A person is needed: " + row.plan().title() + ". " + text,
                                            "undo-failed"))));
        }
        if (outcome instanceof StepRunner.Outcome.LookAgain again) {
            return rest(row, again.pause());
        }
        return row;
    }

    /** It ended, or only people and the planner can go on: the lease is given back. */
    private @Nullable ExecutionRow settled(ExecutionRow row) {
        executions.free(row);
        return null;
    }

    private List<Stop> covering(ExecutionRow row) {
        return stops.covering(
                row.environment(),
                row.runbook(),
                row.plan().steps().stream()
                        .map(step -> io.evenkeel.remediation.execution.Executors.name(step.use()))
                        .toList());
    }

    private static Notes note(String action) {
        return Notes.of(TimelineEntry.EVENKEEL, action, Map.of());
    }
}
