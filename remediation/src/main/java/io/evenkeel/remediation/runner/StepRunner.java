package io.evenkeel.remediation.runner;

import io.evenkeel.domain.remedy.StepState;
import io.evenkeel.remediation.execution.Call;
import io.evenkeel.remediation.execution.Effect;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Executor;
import io.evenkeel.remediation.execution.Executors;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.execution.StepRow;
import io.evenkeel.remediation.execution.UnplannableException;
import io.evenkeel.remediation.gate.Stop;
import io.evenkeel.remediation.postgres.PostgresExecutions;
import io.evenkeel.remediation.postgres.PostgresSteps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place from which effects and undos are caused. Always in this order: intent committed, attempt committed, sent,
 * answer written. Whatever is found half done is looked at before anything is sent again, and sent again only under the
 * same token and only when the target has certainly not done it.
 */
public final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /** First pause before a transient failure is tried again; doubled each time, with full jitter. */
    private static final Duration BACKOFF = Duration.ofSeconds(1);

    private static final int MAX_UNDO_ATTEMPTS = 10;

    private final Executors executors;
    private final PostgresExecutions executions;
    private final PostgresSteps steps;
    private final StopSwitch stops;
    private final FaultPoints faults;
    private final RandomGenerator random;

    StepRunner(
            Executors executors,
            PostgresExecutions executions,
            PostgresSteps steps,
            StopSwitch stops,
            FaultPoints faults,
            RandomGenerator random) {
        this.executors = executors;
        this.executions = executions;
        this.steps = steps;
        this.stops = stops;
        this.faults = faults;
        this.random = random;
    }

    /** How far a step got. */
    sealed interface Outcome {
        /** Its effect (or its undo) is there. */
        record Done() implements Outcome {}

        /** Look again after the pause. */
        record LookAgain(Duration pause) implements Outcome {}

        /** It failed, for certain. */
        record Failed(String reason) implements Outcome {}

        /** Its time is up and nobody knows whether it happened. */
        record NeverKnown(String reason) implements Outcome {}

        /** A stop was engaged, or the incident ended, before it was sent for the first time or again. */
        record Stopped(String reason) implements Outcome {}
    }

    /** Brings one step further. Safe to call again after any crash. */
    Outcome run(ExecutionRow row, Plan.PlannedStep planned, StepRow step) {
        Executor executor;
        try {
            executor = executors.of(planned.use());
        } catch (UnplannableException e) {
            return fail(row, step, String.valueOf(e.getMessage()));
        }
        return switch (step.state()) {
            case READY -> begin(row, planned, step, executor);
            case INTENT ->
                step.attempts() == 0 ? sendLate(row, planned, step, executor) : observe(row, planned, step, executor);
            case DISPATCHED, UNKNOWN -> observe(row, planned, step, executor);
            case APPLIED, VERIFIED -> new Outcome.Done();
            case FAILED, UNDONE -> new Outcome.Failed("the step had failed before");
        };
    }

    private Outcome begin(ExecutionRow row, Plan.PlannedStep planned, StepRow step, Executor executor) {
        List<Stop> engaged = stops.covering(row.environment(), row.runbook(), List.of(Executors.name(planned.use())));
        if (!engaged.isEmpty()) {
            return new Outcome.Stopped(engaged.get(0).text());
        }
        Map<String, @Nullable Object> before;
        try {
            before = executor.plan(planned.call()).snapshot();
        } catch (UnplannableException e) {
            return waited(row, planned)
                    ? fail(row, step, String.valueOf(e.getMessage()))
                    : new Outcome.LookAgain(BACKOFF);
        }
        Optional<String> refused = steps.intend(row, step, planned.use(), Executors.name(planned.use()), before);
        if (refused.isPresent()) {
            return new Outcome.Stopped(refused.get());
        }
        faults.at(FaultPoints.AFTER_INTENT);
        LOG.info(
                "step_intent execution={} step={} use={} token={}",
                row.id(),
                step.ordinal(),
                planned.use(),
                step.token());
        return send(row, planned, steps.of(row.id()).get(step.ordinal() - 1), executor);
    }

    /** Without a before-snapshot there is no intent; the wait for it counts from the begin of the run. */
    private static boolean waited(ExecutionRow row, Plan.PlannedStep planned) {
        Instant started = row.startedAt();
        return started != null && row.now().isAfter(started.plusSeconds(planned.timeoutSeconds()));
    }

    /**
     * Nothing was ever sent for this intent: the attempt is written before. What was decided and checked that long ago is
     * not done any more, because nobody knows what it would meet.
     */
    private Outcome sendLate(ExecutionRow row, Plan.PlannedStep planned, StepRow step, Executor executor) {
        return isLate(row, planned, step)
                ? fail(row, step, "it was not sent within " + planned.timeoutSeconds() + " s of its intent")
                : send(row, planned, step, executor);
    }

    private Outcome send(ExecutionRow row, Plan.PlannedStep planned, StepRow step, Executor executor) {
        executions.renew(row, LEASE);
        String name = Executors.name(planned.use());
        List<Stop> engaged = stops.covering(row.environment(), row.runbook(), List.of(name));
        if (!engaged.isEmpty()) {
            return new Outcome.Stopped(engaged.get(0).text());
        }
        Optional<String> refused = steps.attempt(row, step, name);
        if (refused.isPresent()) {
            return new Outcome.Stopped(refused.get());
        }
        Effect effect = executor.apply(planned.call(), step.before(), step.token());
        faults.at(FaultPoints.AFTER_EFFECT);
        return record(row, planned, step, effect, step.attempts() + 1);
    }

    private Outcome observe(ExecutionRow row, Plan.PlannedStep planned, StepRow step, Executor executor) {
        executions.renew(row, LEASE);
        Effect effect = executor.observe(planned.call(), step.before(), step.token());
        boolean late = isLate(row, planned, step);
        if (late && effect instanceof Effect.NotApplied notApplied) {
            return fail(row, step, "its time is up: " + notApplied.reason());
        }
        if (effect instanceof Effect.NotApplied notApplied && step.attempts() < planned.maxAttempts()) {
            steps.notApplied(row, step, notApplied.reason());
            return send(row, planned, step, executor);
        }
        if (late && effect instanceof Effect.UnderWay underWay) {
            return new Outcome.NeverKnown("after " + planned.timeoutSeconds() + " s " + underWay.text());
        }
        if (late && effect instanceof Effect.Unknown unknown) {
            return new Outcome.NeverKnown("after " + planned.timeoutSeconds() + " s " + unknown.reason());
        }
        return record(row, planned, step, effect, step.attempts());
    }

    private Outcome record(ExecutionRow row, Plan.PlannedStep planned, StepRow step, Effect effect, int attempts) {
        if (effect instanceof Effect.Applied applied) {
            steps.applied(row, step, applied.result());
            LOG.info("step_applied execution={} step={} token={}", row.id(), step.ordinal(), step.token());
            return new Outcome.Done();
        }
        if (effect instanceof Effect.UnderWay) {
            steps.dispatched(row, step);
            return new Outcome.LookAgain(LOOK_AGAIN);
        }
        if (effect instanceof Effect.NotApplied notApplied) {
            if (notApplied.isTransient() && attempts < planned.maxAttempts()) {
                steps.notApplied(row, step, notApplied.reason());
                return new Outcome.LookAgain(backoff(attempts));
            }
            return fail(row, step, notApplied.reason());
        }
        if (effect instanceof Effect.Failed failed) {
            return fail(row, step, failed.reason());
        }
        String reason = ((Effect.Unknown) effect).reason();
        LOG.warn(
                "step_unknown execution={} step={} token={} reason=\"{}\"",
                row.id(),
                step.ordinal(),
                step.token(),
                reason);
        steps.unknown(row, step, reason);
        return new Outcome.LookAgain(BACKOFF);
    }

    private Outcome fail(ExecutionRow row, StepRow step, String reason) {
        steps.failed(row, step, reason);
        LOG.warn("step_failed execution={} step={} reason=\"{}\"", row.id(), step.ordinal(), reason);
        return new Outcome.Failed(reason);
    }

    private static boolean isLate(ExecutionRow row, Plan.PlannedStep planned, StepRow step) {
        Instant intentAt = step.intentAt();
        return intentAt != null && row.now().isAfter(intentAt.plusSeconds(planned.timeoutSeconds()));
    }

    private Duration backoff(int attempts) {
        long most = BACKOFF.toMillis() << Math.min(attempts, 6);
        return Duration.ofMillis(random.nextLong(most) + 1);
    }

    /** Takes one step back, verified by reading the target. Safe to call again after any crash; not stopped by a stop. */
    Outcome undo(ExecutionRow row, Plan.PlannedStep planned, StepRow step) {
        if (step.state() == StepState.UNDONE) {
            return new Outcome.Done();
        }
        Call call = planned.call();
        try {
            Executor executor = executors.of(planned.use());
            executions.renew(row, LEASE);
            Effect known = step.undoAttempts() == 0
                    ? new Effect.NotApplied("never sent", true)
                    : executor.observe(call, step.before(), step.undoToken());
            if (!(known instanceof Effect.UnderWay) && executor.isRestored(call, step.before())) {
                steps.undone(row, step);
                return new Outcome.Done();
            }
            if (known instanceof Effect.UnderWay || known instanceof Effect.Unknown) {
                return new Outcome.LookAgain(BACKOFF);
            }
            if (known instanceof Effect.Failed failed) {
                return new Outcome.Failed(failed.reason());
            }
            if (step.undoAttempts() >= MAX_UNDO_ATTEMPTS) {
                return new Outcome.Failed("the target is not as before after " + step.undoAttempts() + " tries");
            }
            steps.attemptUndo(row, step);
            Effect effect = executor.undo(call, step.before(), step.undoToken());
            faults.at(FaultPoints.AFTER_UNDO);
            if (effect instanceof Effect.NotApplied refused && !refused.isTransient()) {
                return new Outcome.Failed(refused.reason());
            }
            return new Outcome.LookAgain(effect instanceof Effect.Applied ? Duration.ZERO : LOOK_AGAIN);
        } catch (UnplannableException e) {
            return new Outcome.LookAgain(BACKOFF);
        }
    }
}
