package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.TrustLevel;

/**
 * One rule of the policy.
 *
 * @param id its name, or {@code policy.yaml:<line>} when it has none
 * @param when it applies when this holds; an answer that fails counts as a deny
 * @param effect what it does
 * @param reason for people, may be empty
 * @param line line in the file
 */
public record PolicyRule(String id, Expression when, Effect effect, String reason, int line) {
    /** What a rule does. Of all that apply the most restrictive wins. */
    public sealed interface Effect {
        /** Trust decides. */
        record Allow() implements Effect {}

        /** People are asked, and may say yes; at most that. */
        record Approve(ApprovalRule rule) implements Effect {}

        /** Never. */
        record Deny() implements Effect {}

        /** Trust decides, but goes no further than this. */
        record Cap(TrustLevel level) implements Effect {}
    }
}
