package io.evenkeel.console.remedy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a running or ended repair.
 *
 * @param ordinal place in the order
 * @param name from the runbook
 * @param executor verb, such as {@code supervisor.rollback}
 * @param state name of a {@link io.evenkeel.domain.remedy.StepState}
 * @param token idempotency key of the effect, null before it has one
 * @param error what went wrong, null for nothing
 * @param intentAt when the intent was written down
 * @param dispatchedAt when the effect was asked for
 * @param endedAt when it ended
 */
public record StepView(
        int ordinal,
        String name,
        String executor,
        String state,
        @Nullable String token,
        @Nullable String error,
        @Nullable Instant intentAt,
        @Nullable Instant dispatchedAt,
        @Nullable Instant endedAt) {
    public String look() {
        return switch (state) {
            case "APPLIED", "VERIFIED" -> "done";
            case "FAILED", "UNKNOWN" -> "wrong";
            case "INTENT", "DISPATCHED" -> "now";
            case "UNDONE" -> "undone";
            default -> "todo";
        };
    }

    public @Nullable Instant lastMoment() {
        if (endedAt != null) {
            return endedAt;
        }
        return dispatchedAt != null ? dispatchedAt : intentAt;
    }
}
