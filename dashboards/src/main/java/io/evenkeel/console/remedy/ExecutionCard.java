package io.evenkeel.console.remedy;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repair as "What you can do" shows it.
 *
 * @param row the repair
 * @param record how it did before, in words
 * @param undo how it is taken back, in words; empty when the plan does not say
 * @param gateHead who must do what before it may run; empty when nobody must
 * @param gateReason the gate's own reasons
 * @param deadline moment that matters now (end of the approval or veto window), null for none
 * @param left time until then as {@code 14:20}
 * @param mayDecide true when this viewer may approve and deny
 * @param whyNot why this viewer may not, empty otherwise
 * @param agreed approvals so far, such as {@code 1 of 2}; empty when one person decides
 * @param stateWord where it is, in words
 * @param look style of the state: wait, run, good, bad, calm
 * @param success what counts as recovered; empty when the plan does not say
 * @param allowedBy why it was allowed to run by itself; empty when a person said yes or nothing ran
 * @param steps what is being or was done
 */
public record ExecutionCard(
        ExecutionRow row,
        String record,
        String undo,
        String gateHead,
        String gateReason,
        @Nullable Instant deadline,
        String left,
        boolean mayDecide,
        String whyNot,
        String agreed,
        String stateWord,
        String look,
        String success,
        String allowedBy,
        List<Step> steps) {
    /**
     * @param typicalSeconds median time to recovery of this runbook here, NaN for none
     */
    public static ExecutionCard of(ExecutionRow row, double typicalSeconds, Viewer viewer, Words words, Times times) {
        String whyNot = whyNot(row, viewer, words);
        return new ExecutionCard(
                row,
                record(row, typicalSeconds, words),
                row.plan().undo().isEmpty()
                        ? ""
                        : words.say("do.record.undo", row.plan().undo()),
                gateHead(row, words),
                row.gate().reasonText(),
                row.expiresAt(),
                row.expiresAt() == null ? "" : times.left(row.expiresAt()),
                whyNot.isEmpty(),
                whyNot,
                agreed(row, words),
                words.say("execution." + row.state().name()),
                look(row),
                success(row, words),
                allowedBy(row, words),
                row.steps().stream().map(step -> step(step, words, times)).toList());
    }

    /** Its record and how it is taken back, in one line; what is over says no "never ran before" about itself. */
    public String about() {
        boolean ended = row.endedAt() != null;
        String past = ended && row.earlierRuns() == 0 ? "" : record;
        return past.isEmpty() || undo.isEmpty() ? past + undo : past + " · " + undo;
    }

    public boolean asks() {
        return row.phase() == ExecutionRow.Phase.ASKS;
    }

    public boolean isVeto() {
        return row.phase() == ExecutionRow.Phase.VETO;
    }

    public boolean isRunning() {
        return row.phase() == ExecutionRow.Phase.RUNS;
    }

    /** True once something was, or is being, done. */
    public boolean showsSteps() {
        return steps.stream().anyMatch(step -> !step.look().equals("todo")) || isRunning();
    }

    private static String record(ExecutionRow row, double typicalSeconds, Words words) {
        if (row.earlierRuns() == 0) {
            return words.say("record.never");
        }
        String worked = words.say("record.worked", row.earlierRecovered(), row.earlierRuns());
        if (!Double.isFinite(typicalSeconds)) {
            return worked;
        }
        return worked + " · " + words.say("record.typical", Figures.span(Duration.ofSeconds((long) typicalSeconds)));
    }

    private static String gateHead(ExecutionRow row, Words words) {
        String risk = words.say("risk." + row.risk().name());
        return switch (row.phase()) {
            case ASKS ->
                row.gate().quorum() > 1
                        ? words.say("gate.asks.more", risk, row.gate().quorum(), who(row, words))
                        : words.say("gate.asks.one", risk, who(row, words));
            case VETO -> words.say("gate.veto", risk);
            case SUGGESTS -> words.say("gate.suggests", risk);
            case RUNS, RECOVERED, NEEDS_PERSON, OVER -> "";
        };
    }

    /** Who may agree: the names where the plan has some, else the roles. */
    private static String who(ExecutionRow row, Words words) {
        if (!row.gate().people().isEmpty()) {
            return words.say("gate.people", String.join(", ", row.gate().people()));
        }
        return row.gate().roles().isEmpty()
                ? words.say("viewer.APPROVER")
                : String.join(", ", row.gate().roles());
    }

    private static String whyNot(ExecutionRow row, Viewer viewer, Words words) {
        if (!viewer.mayApprove()) {
            return words.say("whynot.role", words.say("viewer." + viewer.role().name()));
        }
        if (row.requestedBy().equals(viewer.name())) {
            return words.say("whynot.requester");
        }
        List<String> people = row.gate().people();
        if (!people.isEmpty() && !people.contains(viewer.name())) {
            return words.say("whynot.people", String.join(", ", people));
        }
        boolean decided =
                row.decisions().stream().anyMatch(decision -> decision.by().equals(viewer.name()));
        return decided ? words.say("whynot.decided") : "";
    }

    private static String agreed(ExecutionRow row, Words words) {
        long approved = row.decisions().stream()
                .filter(decision -> decision.decision().equals("approve"))
                .count();
        return row.gate().quorum() > 1
                ? words.say("gate.agreed", approved, row.gate().quorum())
                : "";
    }

    private static String look(ExecutionRow row) {
        return switch (row.phase()) {
            case ASKS, VETO -> "wait";
            case RUNS -> "run";
            case RECOVERED -> "good";
            case NEEDS_PERSON -> "bad";
            case SUGGESTS, OVER -> "calm";
        };
    }

    private static String allowedBy(ExecutionRow row, Words words) {
        GateView.GrantView grant = row.gate().grant();
        if (grant == null || !(row.ranByItself() || row.phase() == ExecutionRow.Phase.VETO)) {
            return "";
        }
        String level = words.sayOr("trust." + grant.level().toLowerCase(java.util.Locale.ROOT), grant.level());
        String allowed =
                words.say("grant.allowed", grant.runbook(), level, grant.environment(), grant.place(), grant.by());
        String until = grant.until().isEmpty() ? "" : ' ' + words.say("grant.until", grant.untilDay());
        return grant.reason().isEmpty()
                ? allowed + until
                : allowed + until + ' ' + words.say("grant.reason", grant.reason());
    }

    private static String success(ExecutionRow row, Words words) {
        List<String> returning = row.plan().mustReturn();
        if (returning.isEmpty()) {
            return "";
        }
        Duration good = Duration.ofSeconds(row.plan().verify().goodSeconds());
        return words.say("do.success", String.join(", ", returning), Figures.span(good));
    }

    private static Step step(StepView step, Words words, Times times) {
        Instant moment = step.lastMoment();
        return new Step(
                step.name(),
                step.executor(),
                words.sayOr("step." + step.state(), step.state()),
                step.look(),
                moment == null ? "" : times.clock(moment),
                times.iso(moment),
                step.error() == null ? "" : step.error());
    }

    /**
     * @param name step
     * @param verb executor's verb
     * @param state in words
     * @param look done, now, wrong, undone or todo
     * @param clock its last moment, empty before it began
     * @param iso the same in UTC
     * @param error what went wrong, empty for nothing
     */
    public record Step(String name, String verb, String state, String look, String clock, String iso, String error) {}

    /** The judgement without the word that stands before it on the card; empty before there is one. */
    public String verdictDetail() {
        String text = row.verdictText() == null ? "" : row.verdictText();
        String word = stateWord + ": ";
        return text.regionMatches(true, 0, word, 0, word.length()) ? text.substring(word.length()) : text;
    }
}
