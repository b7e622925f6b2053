package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.StepRow;
import io.evenkeel.remediation.runbook.Undo;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which steps are taken back, and in which order: those that may have acted and can be restored, the last one first. */
final class Compensation {
    private Compensation() {}

    static boolean isDue(ExecutionRow row, StepRow step) {
        return step.mayHaveActed() && row.plan().step(step.ordinal()).undoKind() == Undo.Kind.RESTORE;
    }

    static Optional<StepRow> next(ExecutionRow row, List<StepRow> steps) {
        return steps.stream().filter(step -> isDue(row, step)).max(Comparator.comparingInt(StepRow::ordinal));
    }
}
