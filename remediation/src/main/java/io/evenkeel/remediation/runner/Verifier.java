package io.evenkeel.remediation.runner;

import io.evenkeel.domain.remedy.StepState;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.StepRow;
import io.evenkeel.remediation.execution.Verification;
import io.evenkeel.remediation.execution.VerifyPlan;
import io.evenkeel.remediation.postgres.PostgresRepairCases;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Problems;
import io.evenkeel.remediation.runbook.Vocabulary;
import io.evenkeel.remediation.runbook.YamlNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fetches what was measured since the effect and has it judged. */
final class Verifier {
    /** Rollups come every 10 s; looking more often than this only costs. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final PostgresRepairCases cases;

    Verifier(PostgresRepairCases cases) {
        this.cases = cases;
    }

    /**
     * @param verdict null while it is too early
     * @param text for people
     */
    record Finding(@Nullable Verdict verdict, String text) {}

    Finding judge(ExecutionRow row, List<StepRow> steps) {
        VerifyPlan plan = row.plan().verify();
        Instant effectAt = steps.stream()
                .filter(step -> step.state() == StepState.APPLIED || step.state() == StepState.VERIFIED)
                .map(StepRow::endedAt)
                .filter(java.util.Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(row.now());
        PostgresRepairCases.Alarms alarms = cases.alarms(plan.findings());
        Verification.Judgement judgement = Verification.judge(
                plan,
                new Verification.Questions(question(plan.success()), question(plan.failure())),
                effectAt,
                row.now(),
                cases.samples(plan, effectAt),
                alarms.open(),
                alarms.relearned());
        return new Finding(judgement.verdict(), judgement.text());
    }

    /** The question was compiled when its file was loaded; the plan carries its text, so an edit does not change a run. */
    private static @Nullable Expression question(String text) {
        if (text.isEmpty()) {
            return null;
        }
        Problems problems = new Problems();
        return Expression.compile(new YamlNode.Scalar("plan", 1, text, text), Vocabulary.verification(), problems)
                .orElseThrow(() -> new IllegalStateException(String.join("; ", problems.texts())));
    }
}
