package io.evenkeel.console.remedy;

import java.time.Instant;

/**
 * What a person said to a plan.
 *
 * @param decision {@code approve} or {@code deny}
 * @param by who
 * @param role in which role
 * @param reason why, may be empty
 * @param at when
 */
public record DecisionView(String decision, String by, String role, String reason, Instant at) {
    public DecisionView {
        reason = reason == null ? "" : reason;
    }
}
