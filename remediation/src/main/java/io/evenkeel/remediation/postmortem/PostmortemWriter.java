package io.evenkeel.remediation.postmortem;

import static io.evenkeel.remediation.postmortem.Markdown.escape;
import static io.evenkeel.remediation.postmortem.Markdown.link;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.remediation.incident.IncidentClocks;
import io.evenkeel.remediation.incident.SignalWords;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Line;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Noted;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Repair;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drafts the postmortem: pure, from stored rows alone, each figure with a link to its row, "unknown" where nothing is
 * stored. Blameless: people appear by role. Causes are labelled as hypotheses; root causes, owners and due dates are left
 * to people.
 */
public final class PostmortemWriter {
    private static final String UNKNOWN = "unknown";
    private static final DateTimeFormatter DAY_TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PostmortemFacts facts;
    private final String home;
    private final Markdown text = new Markdown();

    private PostmortemWriter(PostmortemFacts facts) {
        this.facts = facts;
        this.home = "/i/" + facts.number();
    }

    /** The draft as Markdown (CommonMark with GFM tables). */
    public static String write(PostmortemFacts facts) {
        PostmortemWriter writer = new PostmortemWriter(facts);
        writer.head();
        writer.summary();
        writer.impact();
        writer.trigger();
        writer.cause();
        writer.detection();
        writer.response();
        writer.timeline();
        Lessons.of(facts).write(writer.text);
        writer.similar();
        writer.externalMessage();
        return writer.text.toString();
    }

    private void head() {
        text.heading(1, "Postmortem: " + facts.title());
        text.paragraph("*Draft, written by Evenkeel from stored rows. Facts link to their rows; what nobody stored is"
                + " \"unknown\"; text in italics waits for a person.*");
        text.table("Field", "Value");
        text.row("Incident", link("INC-" + facts.number(), home));
        text.row("Date", DAY.format(facts.onset()));
        text.row("Status", "Draft");
        text.row("Owner", UNKNOWN + " *(to be named)*");
        text.row("Environment", escape(facts.environment()));
        text.row("Severity", escape(facts.severity()));
        IncidentClocks clocks = facts.clocks();
        text.row("Onset", onset());
        text.row("Detected", moment(facts.detectedAt(), clocks.timeToDetect(), "after the onset", "detected"));
        text.row(
                "First page",
                facts.firstPageAt() == null ? "none was sent" : moment(facts.firstPageAt(), null, "", "page"));
        text.row(
                "Acknowledged",
                moment(facts.acknowledgedAt(), clocks.timeToAcknowledge(), "after the first page", "acknowledged"));
        text.row("Mitigated", moment(facts.mitigatedAt(), clocks.timeToMitigate(), "after the onset", "state"));
        text.row("Resolved", moment(facts.resolvedAt(), clocks.timeToResolve(), "after the onset", "state"));
    }

    private String onset() {
        Duration spread = Duration.between(facts.onsetFrom(), facts.onsetTo());
        String interval = spread.isZero() ? "" : " ± " + SignalWords.span(spread.dividedBy(2));
        return cite(DAY_TIME.format(facts.onset()), "onset") + interval;
    }

    private String moment(@Nullable Instant at, @Nullable Duration clock, String after, String kind) {
        if (at == null) {
            return UNKNOWN;
        }
        String since = clock == null ? "" : " (" + SignalWords.span(clock) + " " + after + ")";
        return cite(DAY_TIME.format(at), kind, at) + since;
    }

    private void summary() {
        text.heading(2, "Summary");
        StringBuilder summary = new StringBuilder();
        summary.append(escape(facts.title()))
                .append(". It began at ")
                .append(cite(TIME.format(facts.onset()), "onset"))
                .append(" UTC in ")
                .append(escape(facts.environment()));
        Duration length = facts.clocks().timeToMitigate();
        summary.append(
                length == null
                        ? "; when it ended for users is unknown."
                        : " and hurt users for " + SignalWords.span(length) + ".");
        facts.suspects().stream()
                .findFirst()
                .ifPresent(first -> summary.append(" The most likely cause is ")
                        .append(suspectName(first))
                        .append(" *(hypothesis, ")
                        .append(confidence(first))
                        .append(")*."));
        facts.repairs().stream()
                .filter(repair -> repair.verdict() != null)
                .reduce((a, b) -> b)
                .ifPresentOrElse(
                        repair -> summary.append(" ")
                                .append(repairLink(repair))
                                .append(" ended ")
                                .append(escape(words(Objects.requireNonNull(repair.verdict()))))
                                .append('.'),
                        () -> summary.append(" No repair was verified."));
        text.paragraph(summary.toString());
    }

    private void impact() {
        text.heading(2, "Impact");
        text.table("Measure", "Value");
        Duration length = facts.clocks().timeToMitigate();
        text.row(
                "Length",
                length == null ? UNKNOWN : cite(SignalWords.span(length), "onset") + " from onset to mitigation");
        Harm harm = facts.harm();
        if (harm == null) {
            text.row("Users", "no harm to users was seen");
        } else {
            text.row("What users felt", evidence(harm.text(), harm.findingId()));
            text.row(
                    "Requests hurt",
                    harm.affectedTotal() > 0
                            ? evidence(String.format(Locale.ROOT, "%,.0f", harm.affectedTotal()), harm.findingId())
                            : UNKNOWN);
            text.row("Signal", escape(SignalWords.name(harm.signal())));
            text.row(
                    "Worst value",
                    Double.isNaN(facts.worst())
                            ? UNKNOWN
                            : evidence(SignalWords.figure(harm.signal(), facts.worst()), harm.findingId()));
            text.row(
                    "Usual value",
                    evidence(
                            SignalWords.figure(harm.signal(), harm.expected()) + ", band "
                                    + SignalWords.figure(harm.signal(), harm.lower()) + " to "
                                    + SignalWords.figure(harm.signal(), harm.upper()) + ", as before the onset",
                            harm.findingId()));
        }
        text.row("Error budget", UNKNOWN);
        text.row("Cost", UNKNOWN);
        text.row("Support contacts", UNKNOWN + " *(to be added by hand)*");
    }

    private void trigger() {
        text.heading(2, "Trigger and lead-up");
        List<Change> before = facts.changes().stream()
                .filter(change -> !change.at().isAfter(facts.onsetTo()))
                .toList();
        if (before.isEmpty()) {
            text.paragraph("No change shortly before the onset is known. Trigger: " + UNKNOWN + ".");
            return;
        }
        for (Change change : before) {
            String gap = SignalWords.span(
                    Duration.between(change.at(), facts.onset()).abs());
            text.bullet(line(change).map(line -> lineLink(change.text(), line)).orElseGet(() -> escape(change.text()))
                    + " at " + TIME.format(change.at()) + ", " + gap + " before the onset.");
        }
    }

    private Optional<Line> line(Change change) {
        return facts.lines().stream()
                .filter(line -> line.kind().equals("change") && line.text().startsWith(change.text()))
                .findFirst();
    }

    private void cause() {
        text.heading(2, "Cause (hypothesis)");
        if (facts.suspects().isEmpty()) {
            text.paragraph("No suspect was found. Cause: " + UNKNOWN + ".");
        } else {
            text.table("Suspect", "Confidence", "Reasons");
            facts.suspects().forEach(suspect -> text.row(suspectName(suspect), confidence(suspect), reasons(suspect)));
        }
        text.heading(3, "Root causes");
        text.paragraph("*For people: which conditions had to come together? Why was each of them possible?"
                + " Rarely is there only one.*");
    }

    private String reasons(Suspect suspect) {
        StringBuilder reasons = new StringBuilder(escape(suspect.text()));
        for (EvidenceTerm term : suspect.evidence()) {
            if (term.findingId() == null && suspect.text().contains(term.text())) {
                continue;
            }
            reasons.append(" ")
                    .append(term.findingId() == null ? escape(term.text()) : evidence(term.text(), term.findingId()));
        }
        return reasons.toString();
    }

    private void detection() {
        text.heading(2, "Detection");
        text.bullet("Found " + cite(SignalWords.span(facts.clocks().timeToDetect()), "detected") + " after the onset.");
        Noted first = facts.findings().stream()
                .filter(noted -> noted.openedAt() != null)
                .min(java.util.Comparator.comparing(noted -> Objects.requireNonNull(noted.openedAt())))
                .orElse(null);
        text.bullet("First signal: "
                + (first == null ? UNKNOWN : evidence(SignalWords.name(first.signal()), first.id())) + ".");
        text.bullet("Findings folded into the one incident: "
                + link(Integer.toString(facts.findings().size()), home) + ".");
        text.bullet(
                facts.firstPageAt() == null
                        ? "Nobody was paged."
                        : "First page "
                                + cite(SignalWords.span(Duration.between(facts.onset(), facts.firstPageAt())), "page")
                                + " after the onset.");
        text.bullet("*What should have told us earlier?*");
    }

    private void response() {
        text.heading(2, "Response and recovery");
        if (facts.repairs().isEmpty()) {
            text.paragraph("No runbook was proposed.");
        }
        for (Repair repair : facts.repairs()) {
            text.paragraph("**" + repairLink(repair) + "** (runbook " + escape(repair.runbook()) + ", "
                    + escape(repair.risk().toLowerCase(Locale.ROOT)) + " risk)");
            text.bullet("Proposed at " + TIME.format(repair.requestedAt()) + "; the gate said "
                    + escape(words(repair.gate()))
                    + (repair.gateReasons().isEmpty()
                            ? "."
                            : ": " + escape(String.join("; ", repair.gateReasons())) + "."));
            repair.decisions()
                    .forEach(decision -> text.bullet(TIME.format(decision.at()) + " "
                            + (decision.decision().equals("approve") ? "approved" : "denied") + " by "
                            + role(decision.role())
                            + (decision.reason().isBlank() ? "." : ": " + escape(decision.reason()))));
            repair.steps().forEach(step -> text.bullet("Step " + escape(step)));
            text.bullet("Verification: "
                    + (repair.verdict() == null
                            ? "none; state " + escape(words(repair.state()))
                            : escape(words(repair.verdict()))
                                    + (repair.verdictText().isBlank() ? "" : ". " + escape(repair.verdictText()))));
        }
        if (facts.resolvedAt() != null) {
            text.paragraph("The incident was resolved "
                    + (facts.resolvedByPerson()
                            ? "by a responder"
                            : "by itself, after every harmed signal had stayed in its band")
                    + " at "
                    + cite(TIME.format(facts.resolvedAt()), "state", facts.resolvedAt()) + " UTC.");
        }
    }

    private void timeline() {
        text.heading(2, "Timeline");
        text.table("Time (UTC)", "What happened", "Evidence");
        for (Line line : facts.lines()) {
            String proof = line.finding() != null
                    ? evidence("evidence", line.finding())
                    : line.execution() != null ? link("repair", home + "#execution-" + line.execution()) : "";
            text.row(
                    lineLink(TIME.format(line.at().truncatedTo(ChronoUnit.SECONDS)), line),
                    escape(blameless(line)),
                    proof);
        }
    }

    /** The actor's name gives way to the role; a note keeps its words. */
    private static String blameless(Line line) {
        if (line.role().isEmpty() || line.actor().isBlank()) {
            return line.text();
        }
        if (line.kind().equals("note")) {
            return "Note by " + role(line.role()) + ": " + line.text();
        }
        return line.text().replace(line.actor(), role(line.role()));
    }

    private void similar() {
        text.heading(2, "Similar incidents");
        text.paragraph(
                facts.reopens() == null
                        ? UNKNOWN
                        : "This is the return of " + link("INC-" + facts.reopens(), "/i/" + facts.reopens()) + ".");
    }

    private void externalMessage() {
        text.heading(2, "External message (draft, never sent by itself)");
        Duration length = facts.clocks().timeToMitigate();
        String what = facts.harm() == null
                ? "a part of our service did not work as it should"
                : "some requests failed or were slow";
        text.paragraph("> On " + DAY.format(facts.onset()) + " from "
                + DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(facts.onset()) + " UTC "
                + (length == null ? "" : "for about " + Math.max(1, Math.round(length.toSeconds() / 60.0)) + " min ")
                + what + ". "
                + (facts.mitigatedAt() == null ? "We are still checking." : "The service is back to normal.")
                + " *To be completed by a person.*");
    }

    private String suspectName(Suspect suspect) {
        String kind = suspect.cause() == CauseKind.UNKNOWN
                ? "kind unknown"
                : suspect.cause().text();
        return escape(SignalWords.serviceName(suspect.service()) + ", " + kind)
                + (suspect.suffers() ? " (suffers from its callees)" : "");
    }

    private static String confidence(Suspect suspect) {
        String figure = String.format(Locale.ROOT, "confidence %.2f", suspect.confidence());
        return suspect.calibrated() ? figure : figure + ", uncalibrated";
    }

    private String repairLink(Repair repair) {
        return link(repair.title(), home + "#execution-" + repair.id());
    }

    private String evidence(String words, String finding) {
        return link(words, home + "/evidence/" + Markdown.pathId(finding));
    }

    private String lineLink(String words, Line line) {
        return link(words, home + "/timeline#t" + line.id());
    }

    /** The words, linked to the first line of that kind; bare when there is none. */
    private String cite(String words, String kind) {
        return facts.lines().stream()
                .filter(line -> line.kind().equals(kind))
                .findFirst()
                .map(line -> lineLink(words, line))
                .orElseGet(() -> escape(words));
    }

    /** The words, linked to the line of that kind at that moment; else to the first of its kind. */
    private String cite(String words, String kind, Instant at) {
        return facts.lines().stream()
                .filter(line -> line.kind().equals(kind) && line.at().equals(at))
                .findFirst()
                .map(line -> lineLink(words, line))
                .orElseGet(() -> cite(words, kind));
    }

    static String role(String role) {
        return switch (role) {
            case "approver", "admin" -> "an " + role;
            case "responder", "viewer" -> "a " + role;
            default -> "a responder";
        };
    }

    static String words(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
