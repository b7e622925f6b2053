package io.evenkeel.remediation.execution;

import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.remediation.runbook.Undo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a repair would do, frozen: targets, arguments, the difference it makes, and how it will be judged. Stored as JSON
 * beside its digest and shown to people as it is. Complete: a run needs nothing from the files any more.
 *
 * @param title what it does, such as {@code Roll back payment to 1.4.2}
 * @param why why this one now
 * @param undo how it is taken back
 * @param targets frozen targets, at least one
 * @param diff what would change
 * @param steps in order
 * @param preconditions as they stood at planning
 * @param verify how the effect is judged
 * @param parameters values by name
 * @param suspect service, instance and cause it was made for; another suspect makes it obsolete
 * @param lockKey runs with the same key never overlap
 * @param contentHash SHA-256 of everything that is approved, except the asking itself
 * @param targetsHash SHA-256 of the targets
 * @param policyVersion policy in force
 * @param undoOnFailure take the steps back when they did not help
 * @param pageOnFailure wake a person when they did not help
 * @param cooldownSeconds rest after the end, s
 * @param maxPerDay runs of the runbook in the environment per 24 h
 * @param plannedAt when the target was read
 */
public record Plan(
        String title,
        String why,
        String undo,
        List<Target> targets,
        List<DiffLine> diff,
        List<PlannedStep> steps,
        List<Precondition> preconditions,
        VerifyPlan verify,
        Map<String, Object> parameters,
        String suspect,
        String lockKey,
        String contentHash,
        String targetsHash,
        String policyVersion,
        boolean undoOnFailure,
        boolean pageOnFailure,
        long cooldownSeconds,
        int maxPerDay,
        Instant plannedAt) {
    public Plan {
        targets = List.copyOf(targets);
        diff = List.copyOf(diff);
        steps = List.copyOf(steps);
        preconditions = List.copyOf(preconditions);
        parameters = Map.copyOf(parameters);
    }

    /**
     * @param ordinal from 1
     * @param name name in the runbook
     * @param use executor's verb
     * @param undo how it is taken back, for people
     * @param undoKind how it is taken back
     * @param risk its risk
     * @param with filled arguments
     * @param stopIfRecovered verify after it and stop when recovered
     * @param timeoutSeconds until its effect counts as unknown, s
     * @param maxAttempts tries of a transient failure
     */
    public record PlannedStep(
            int ordinal,
            String name,
            String use,
            String undo,
            Undo.Kind undoKind,
            Risk risk,
            Map<String, @Nullable Object> with,
            boolean stopIfRecovered,
            long timeoutSeconds,
            int maxAttempts) {
        public Call call() {
            return new Call(use, with);
        }
    }

    /**
     * @param text what must hold, for people: the runbook's sentence, or the question where it has none
     * @param question the question in CEL
     * @param held the answer
     * @param value what it looked at, such as {@code target.healthy = 2}; empty when there is nothing to show
     */
    public record Precondition(String text, String question, boolean held, String value) {}

    /** The step with that ordinal. */
    public PlannedStep step(int ordinal) {
        return steps.get(ordinal - 1);
    }
}
