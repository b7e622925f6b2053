package io.evenkeel.remediation.runbook;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who must say yes.
 *
 * @param quorum distinct people, at least 1
 * @param roles roles that may, of {@link #APPROVERS}; empty: approver and admin
 * @param people names that may, from the policy's groups; empty: anybody with the role
 * @param expires how long the question stays open; null: by risk (low 60, medium 30, high 15 min)
 */
public record ApprovalRule(
        int quorum,
        List<String> roles,
        List<String> people,
        @Nullable Duration expires) {
    /** The only roles that may approve; a responder acknowledges, cancels and engages the stop. */
    public static final List<String> APPROVERS = List.of("approver", "admin");

    public ApprovalRule {
        roles = List.copyOf(roles);
        people = List.copyOf(people);
    }
}
