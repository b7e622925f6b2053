package io.evenkeel.remediation.postmortem;

import static io.evenkeel.remediation.postmortem.Markdown.escape;
import static io.evenkeel.remediation.postmortem.Markdown.link;

import io.evenkeel.remediation.incident.IncidentClocks;
import io.evenkeel.remediation.incident.SignalWords;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Repair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Candidates for what went well, what went wrong, and what to do about it, each by a rule over stored facts. People
 * accept, strike or add; owners and dates are never guessed.
 */
record Lessons(List<String> well, List<String> wrong, List<String> actions) {
    /** Detection later than this is named as slow: the demand of the first release for a failing service. */
    private static final Duration SLOW_DETECTION = Duration.ofSeconds(45);

    /** A page unanswered for longer than this is named; the shortest of the usual reminders (5, 15, 30, 45 min). */
    private static final Duration SLOW_ACKNOWLEDGEMENT = Duration.ofMinutes(5);

    static Lessons of(PostmortemFacts facts) {
        String home = "/i/" + facts.number();
        List<String> well = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        List<String> actions = new ArrayList<>();
        detection(facts, home, well, wrong, actions);
        acknowledgement(facts, home, wrong, actions);
        for (Repair repair : facts.repairs()) {
            repair(repair, home, well, wrong, actions);
        }
        if (facts.repairs().isEmpty()) {
            String cause = facts.suspects().isEmpty()
                    ? "an unknown cause"
                    : facts.suspects().get(0).cause().text();
            wrong.add("No runbook fitted.");
            actions.add("Write a runbook for " + escape(cause) + ", or say why there should be none.");
        }
        if (facts.reopens() != null) {
            wrong.add("It had come back after " + link("INC-" + facts.reopens(), "/i/" + facts.reopens()) + ".");
        }
        return new Lessons(well, wrong, actions);
    }

    private static void detection(
            PostmortemFacts facts, String home, List<String> well, List<String> wrong, List<String> actions) {
        Duration detect = facts.clocks().timeToDetect();
        String figure = link(SignalWords.span(detect), home + "/timeline");
        if (detect.compareTo(SLOW_DETECTION) > 0) {
            wrong.add("Detection took " + figure + ".");
            actions.add("Find the signal that could have halved the time to detect.");
        } else {
            well.add("Detection took " + figure + ".");
        }
    }

    private static void acknowledgement(PostmortemFacts facts, String home, List<String> wrong, List<String> actions) {
        IncidentClocks clocks = facts.clocks();
        if (clocks.timeToAcknowledge() != null && clocks.timeToAcknowledge().compareTo(SLOW_ACKNOWLEDGEMENT) > 0) {
            wrong.add("The page was acknowledged after "
                    + link(SignalWords.span(clocks.timeToAcknowledge()), home + "/timeline") + ".");
        }
        if (facts.firstPageAt() == null && facts.harm() != null) {
            wrong.add("Users were hurt and nobody was paged.");
            actions.add("Add a notification route for " + escape(facts.environment()) + ".");
        }
    }

    private static void repair(
            Repair repair, String home, List<String> well, List<String> wrong, List<String> actions) {
        String name = link(repair.title(), home + "#execution-" + repair.id());
        if ("RECOVERED".equals(repair.verdict())) {
            well.add(name + " was verified as a recovery.");
        } else if (repair.verdict() != null) {
            wrong.add(name + " ended " + escape(PostmortemWriter.words(repair.verdict())) + ".");
            actions.add("Review the runbook " + escape(repair.runbook()) + " against this case.");
        } else if (repair.decisions().stream()
                .anyMatch(decision -> decision.decision().equals("deny"))) {
            wrong.add(name + " was denied.");
            actions.add("Say in the runbook " + escape(repair.runbook()) + " when it must not be proposed.");
        } else if (repair.state().equals("EXPIRED")) {
            wrong.add("The approval of " + name + " expired.");
        }
    }

    void write(Markdown text) {
        section(text, "What went well (candidates)", well);
        section(text, "What went wrong (candidates)", wrong);
        text.heading(2, "Where we were lucky");
        text.paragraph("*For people.*");
        text.heading(2, "Action items (suggestions)");
        if (actions.isEmpty()) {
            text.paragraph("None suggested. *For people.*");
            return;
        }
        text.table("Action", "Type", "Owner", "Due", "Ticket");
        actions.forEach(action -> text.row(action, "*choose*", "unknown", "unknown", "unknown"));
    }

    private static void section(Markdown text, String heading, List<String> points) {
        text.heading(2, heading);
        if (points.isEmpty()) {
            text.paragraph("None by rule. *For people.*");
        } else {
            points.forEach(text::bullet);
        }
    }
}
