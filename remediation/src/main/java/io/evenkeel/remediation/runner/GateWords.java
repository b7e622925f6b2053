package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.gate.GateDecision;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.runbook.Runbook;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What the gate decided, in the words of the timeline and of the card. */
final class GateWords {
    private GateWords() {}

    /** Why it is where it is. */
    static String state(GateDecision decision) {
        String first = decision.reasons().isEmpty() ? "" : decision.reasons().get(0);
        return switch (decision.outcome()) {
            case RUN -> granted(decision);
            case RUN_AFTER_VETO ->
                "Will run by itself in " + span(decision.expirySeconds()) + " unless somebody objects. "
                        + granted(decision);
            case ASK ->
                "Waits for approval" + (decision.quorum() > 1 ? " by " + decision.quorum() + " people" : "")
                        + (first.isEmpty() ? "" : ": " + first);
            case SUGGEST -> "Suggested, nothing acts: " + first;
            case OBSERVE -> "Only observed: this is what would be done";
            case REFUSE -> "Not allowed now: " + first;
        };
    }

    static Notes notes(Runbook runbook, Plan plan, GateDecision decision, ExecutionRow row) {
        Map<String, Object> detail = new HashMap<>();
        detail.put("outcome", decision.outcome());
        detail.put("reasons", decision.reasons());
        detail.put("rules", decision.rules());
        detail.put("risk", decision.risk());
        detail.put("runbookHash", runbook.hash());
        detail.put("policy", plan.policyVersion());
        detail.put("content", plan.contentHash());
        if (decision.grant() != null) {
            detail.put("grant", decision.grant().file() + ":" + decision.grant().line());
        }
        Notes notes = Notes.of(TimelineEntry.EVENKEEL, "execution.gate", detail);
        String what = plan.title();
        String dedupe = "gate:" + decision.outcome() + ':' + row.asks();
        return switch (decision.outcome()) {
            case RUN -> notes.line("proposed", what + ". " + granted(decision), dedupe);
            case RUN_AFTER_VETO ->
                notes.line(
                        "proposed",
                        what + ": runs in " + span(decision.expirySeconds()) + " unless somebody objects. "
                                + granted(decision),
                        dedupe);
            case ASK ->
                notes.line(
                        "proposed",
                        what + ": approval asked" + (row.asks() > 1 ? " again" : "") + " ("
                                + decision.risk().name().toLowerCase(java.util.Locale.ROOT) + " risk, open for "
                                + span(decision.expirySeconds()) + ")",
                        dedupe);
            case SUGGEST -> notes.line("proposed", what + ": suggested; nothing acts without a grant", dedupe);
            case OBSERVE -> notes;
            case REFUSE -> {
                Notes told = notes.line(
                        "proposed",
                        what + ": not allowed now. " + decision.reasons().get(0),
                        dedupe);
                yield decision.blockedByRepeats()
                        ? told.escalate(
                                "A person is needed: " + runbook.title() + " did not help repeatedly and is blocked",
                                "repeats")
                        : told;
            }
        };
    }

    private static String granted(GateDecision decision) {
        GateDecision.GrantNote grant = decision.grant();
        if (grant == null) {
            return "Allowed to run alone";
        }
        return "Allowed to run alone: grant " + grant.runbook() + " in " + grant.environment() + " by " + grant.by()
                + " (" + grant.file() + ":" + grant.line() + ")";
    }

    static String span(long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        return seconds >= 60 && seconds % 60 == 0 ? duration.toMinutes() + " min" : seconds + " s";
    }
}
