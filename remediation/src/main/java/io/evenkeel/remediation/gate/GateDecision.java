package io.evenkeel.remediation.gate;

import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gate decided and why; stored as JSON beside the plan and shown on the card.
 *
 * @param outcome what happens
 * @param trust how far trust goes here: the grant's level, {@code SUGGEST} without one
 * @param risk the risk it was judged by
 * @param reasons sentences for people, the decisive one first
 * @param rules ids of the policy rules that applied
 * @param quorum distinct people who must approve, 0 when nobody is asked
 * @param roles roles that may approve
 * @param people names that may approve, empty: anybody with the role
 * @param expirySeconds how long the question (or the veto window) stays open, s; 0 when nothing is waited for
 * @param blockedByRepeats the repeat guard refused: a person must look
 * @param grant the grant it stands on, null when there is none
 */
public record GateDecision(
        GateOutcome outcome,
        TrustLevel trust,
        Risk risk,
        List<String> reasons,
        List<String> rules,
        int quorum,
        List<String> roles,
        List<String> people,
        long expirySeconds,
        boolean blockedByRepeats,
        @Nullable GrantNote grant) {
    public GateDecision {
        reasons = List.copyOf(reasons);
        rules = List.copyOf(rules);
        roles = List.copyOf(roles);
        people = List.copyOf(people);
    }

    /** True when something will or may happen. */
    public boolean acts() {
        return outcome == GateOutcome.RUN || outcome == GateOutcome.RUN_AFTER_VETO || outcome == GateOutcome.ASK;
    }

    /**
     * True when what was waited for under an earlier decision is enough for this one: nobody, the veto window, or a yes of
     * exactly the people who would be asked now.
     */
    public boolean isAnsweredBy(GateDecision earlier) {
        return switch (outcome) {
            case RUN -> true;
            case RUN_AFTER_VETO -> earlier.outcome == GateOutcome.RUN_AFTER_VETO || earlier.outcome == GateOutcome.ASK;
            case ASK -> asksLike(earlier);
            case SUGGEST, OBSERVE, REFUSE -> false;
        };
    }

    /** True when both ask, and ask as many people of the same roles and names. */
    public boolean asksLike(GateDecision other) {
        return outcome == GateOutcome.ASK
                && other.outcome == GateOutcome.ASK
                && quorum == other.quorum
                && roles.equals(other.roles)
                && people.equals(other.people);
    }

    /** The same decision brought down to a suggestion, with a reason. */
    public GateDecision asSuggestion(String reason) {
        List<String> all = new java.util.ArrayList<>();
        all.add(reason);
        all.addAll(reasons);
        return new GateDecision(
                GateOutcome.SUGGEST, trust, risk, all, rules, 0, List.of(), List.of(), 0, blockedByRepeats, grant);
    }

    /** A grant as it is shown: who let this run, why, until when and where it is written. */
    public record GrantNote(
            String runbook,
            String environment,
            TrustLevel level,
            String by,
            String reason,
            Instant until,
            String file,
            int line) {}
}
