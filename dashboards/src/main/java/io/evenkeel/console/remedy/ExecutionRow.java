package io.evenkeel.console.remedy;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code console_execution}: one proposed, running or ended repair.
 *
 * @param id names it in the API
 * @param incident number of its incident
 * @param environment where
 * @param runbook name of the runbook
 * @param cause cause it matched
 * @param state where it is
 * @param risk what it can cost
 * @param gate what the gate decided
 * @param plan what it would do
 * @param digest what is approved; an approval of another digest counts for nothing
 * @param requestedBy who asked for it, usually {@code evenkeel}
 * @param requestedAt when
 * @param expiresAt end of the approval or veto window, null for none
 * @param startedAt first effect, null before
 * @param endedAt null while it is alive
 * @param verdict what verification found, null before
 * @param verdictText the same in words
 * @param verifiedAt when
 * @param stateText why it is in this state
 * @param steps in order
 * @param decisions on the present digest
 * @param earlierRuns runs of this runbook here that were judged
 * @param earlierRecovered of them recovered
 */
public record ExecutionRow(
        String id,
        long incident,
        String environment,
        String runbook,
        CauseKind cause,
        ExecutionState state,
        Risk risk,
        GateView gate,
        PlanView plan,
        String digest,
        String requestedBy,
        Instant requestedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Verdict verdict,
        @Nullable String verdictText,
        @Nullable Instant verifiedAt,
        String stateText,
        List<StepView> steps,
        List<DecisionView> decisions,
        int earlierRuns,
        int earlierRecovered) {
    /** In which part of its life a repair is, as far as a person has to know. */
    public enum Phase {
        /** Somebody must say yes or no. */
        ASKS,
        /** Runs by itself unless somebody says no in time. */
        VETO,
        /** Being checked, done, judged or undone now. */
        RUNS,
        /** Shown only; nothing will run. */
        SUGGESTS,
        /** Ended well. */
        RECOVERED,
        /** Ended, and a person must look. */
        NEEDS_PERSON,
        /** Ended without having done anything, or closed. */
        OVER
    }

    public Phase phase() {
        return switch (state) {
            case AWAITING_APPROVAL, STALE -> Phase.ASKS;
            case AWAITING_VETO -> Phase.VETO;
            case PROPOSED, APPROVED, PRECHECK, RUNNING, VERIFYING, COMPENSATING -> Phase.RUNS;
            case SUGGESTED, SHADOWED -> Phase.SUGGESTS;
            case RECOVERED -> Phase.RECOVERED;
            case NOT_RECOVERED, WORSENED, INCONCLUSIVE, COMPENSATION_FAILED, HALTED -> Phase.NEEDS_PERSON;
            case CLOSED -> ofVerdict();
            case DENIED, COMPENSATED, REJECTED, EXPIRED, CANCELLED, SUPERSEDED -> Phase.OVER;
        };
    }

    private Phase ofVerdict() {
        if (verdict == null) {
            return Phase.OVER;
        }
        return verdict == Verdict.RECOVERED ? Phase.RECOVERED : Phase.NEEDS_PERSON;
    }

    /** True when a yes can be given now; a stale plan is asked again by remediation first. */
    public boolean canBeApproved() {
        return state == ExecutionState.AWAITING_APPROVAL;
    }

    /** True while a person can still call it off. */
    public boolean canBeCancelled() {
        return switch (state) {
            case AWAITING_VETO, APPROVED, PRECHECK, RUNNING, VERIFYING -> true;
            default -> false;
        };
    }

    /** True when it did, or is doing, something by itself. */
    public boolean ranByItself() {
        return startedAt != null
                && decisions.stream().noneMatch(decision -> decision.decision().equals("approve"));
    }

    public boolean isAlive() {
        return endedAt == null && phase() != Phase.OVER;
    }
}
