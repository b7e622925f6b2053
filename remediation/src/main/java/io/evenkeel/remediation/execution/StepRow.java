package io.evenkeel.remediation.execution;

import io.evenkeel.domain.remedy.StepState;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step as the database has it.
 *
 * @param ordinal from 1
 * @param token idempotency key of its effect, the same for every attempt
 * @param undoToken idempotency key of its undo
 * @param state where it stands
 * @param before snapshot committed with the intent, empty before
 * @param attempts times the effect was sent
 * @param undoAttempts times the undo was sent
 * @param intentAt when the intent was committed, null before
 * @param endedAt when its end was known, null before
 */
public record StepRow(
        int ordinal,
        UUID token,
        UUID undoToken,
        StepState state,
        Map<String, @Nullable Object> before,
        int attempts,
        int undoAttempts,
        @Nullable Instant intentAt,
        @Nullable Instant endedAt) {
    public StepRow {
        before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
    }

    /** True when something may have been done that an undo would take back: the attempt is written before it is sent. */
    public boolean mayHaveActed() {
        return attempts > 0 && state != StepState.UNDONE;
    }
}
