package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.Risk;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing a runbook does.
 *
 * @param name unique inside the runbook, for example {@code roll-back}
 * @param use the executor's verb, for example {@code supervisor.rollback}
 * @param with arguments as written: text, numbers, flags, maps and lists; <code>{{name}}</code> stands for a parameter
 * @param undo how it is taken back
 * @param risk declared risk, the runbook's own when the step names none
 * @param stopIfRecovered verify after this step and stop when the service has recovered
 * @param timeout how long the effect may take until it counts as unknown and a person is asked
 * @param maxAttempts tries of a transient failure, at least 1; an applied effect is never tried again
 * @param line line in the runbook's file
 */
public record Step(
        String name,
        String use,
        Map<String, @Nullable Object> with,
        Undo undo,
        Risk risk,
        boolean stopIfRecovered,
        Duration timeout,
        int maxAttempts,
        int line) {
    public Step {
        with = Collections.unmodifiableMap(new LinkedHashMap<>(with));
    }
}
