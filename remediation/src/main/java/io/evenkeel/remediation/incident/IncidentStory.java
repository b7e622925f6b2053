package io.evenkeel.remediation.incident;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Member;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.topology.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns one version of an incident into the lines of its timeline, each under a key that is the same for the same fact,
 * so that telling it again adds nothing. Tells harm and cause; symptoms and further views of the same fact are counted,
 * not listed.
 */
public final class IncidentStory {
    /** Key of the onset line, the one line that later versions may correct. */
    public static final String ONSET = "onset";

    /** The job and the API may both report one deploy; within this time it is the same (CONTRACTS, changes). */
    private static final Duration SAME_CHANGE = Duration.ofMinutes(5);

    private IncidentStory() {}

    /**
     * @param knownCause cause kind told last, null when none was told
     * @param knownCauseService service told last, null when none was told
     */
    public static List<TimelineEntry> tell(
            long number, Incident incident, @Nullable CauseKind knownCause, @Nullable String knownCauseService) {
        List<TimelineEntry> lines = new ArrayList<>();
        Optional<Member> first = incident.members().stream()
                .min(Comparator.comparing(Member::onset).thenComparing(Member::role));
        first.ifPresent(member -> lines.add(onset(number, incident, member)));
        lines.add(detected(number, incident));
        changes(number, incident, lines);
        for (Member member : incident.members()) {
            if (member.role() == MemberRole.HARM || member.role() == MemberRole.CAUSE) {
                if (!member.equals(first.orElse(null))) {
                    lines.add(began(number, member));
                }
                ended(number, member).ifPresent(lines::add);
            }
        }
        cause(number, incident, knownCause, knownCauseService).ifPresent(lines::add);
        return lines;
    }

    private static TimelineEntry onset(long number, Incident incident, Member first) {
        return entry(
                number,
                incident.onset(),
                "onset",
                "Onset: " + SignalWords.name(first.signal()) + " leaves its band.",
                first.findingId(),
                null,
                ONSET);
    }

    private static TimelineEntry detected(long number, Incident incident) {
        int count = incident.members().size();
        String folded = count == 1 ? "1 finding" : count + " findings folded in";
        return entry(
                number,
                incident.openedAt(),
                "detected",
                "Incident opened: " + incident.title() + " (" + folded + ").",
                Optional.ofNullable(incident.harm()).map(Harm::findingId).orElse(null),
                null,
                "detected");
    }

    private static void changes(long number, Incident incident, List<TimelineEntry> lines) {
        List<Change> told = new ArrayList<>();
        for (Change change : incident.changes()) {
            if (told.stream().anyMatch(earlier -> isSame(earlier, change))) {
                continue;
            }
            told.add(change);
            lines.add(entry(
                    number,
                    change.at(),
                    "change",
                    change.text() + source(change.source()),
                    null,
                    change.id(),
                    "change:"
                            + (change.toVersion().isEmpty()
                                    ? change.id()
                                    : change.service().id() + ':' + change.kind() + ':' + change.toVersion())));
        }
    }

    private static boolean isSame(Change one, Change other) {
        return one.service().equals(other.service())
                && one.kind() == other.kind()
                && one.toVersion().equals(other.toVersion())
                && Duration.between(one.at(), other.at()).abs().compareTo(SAME_CHANGE) <= 0;
    }

    private static String source(String source) {
        return switch (source) {
            case "service.version" -> " (service.version changed)";
            case "api" -> " (reported)";
            default -> " (" + source + ")";
        };
    }

    private static TimelineEntry began(long number, Member member) {
        String part = member.role() == MemberRole.HARM ? "Users feel it: " : "Points at the cause: ";
        return entry(
                number,
                member.onset(),
                "finding",
                part + SignalWords.name(member.signal()) + " leaves its band.",
                member.findingId(),
                null,
                "finding:" + member.findingId());
    }

    private static Optional<TimelineEntry> ended(long number, Member member) {
        if (member.closedAt() == null || member.ending() == null || member.ending() == FindingEnding.SUPERSEDED) {
            return Optional.empty();
        }
        String name = SignalWords.name(member.signal());
        String end = member.ending() == FindingEnding.RETURNED
                ? name + " is back in the band of before."
                : name + " stayed where it went; it was learned as a new level, which is no recovery.";
        return Optional.of(entry(
                number,
                member.closedAt(),
                "finding",
                end,
                member.findingId(),
                null,
                "ended:" + member.findingId() + ':' + member.ending()));
    }

    private static Optional<TimelineEntry> cause(
            long number, Incident incident, @Nullable CauseKind knownCause, @Nullable String knownService) {
        if (incident.suspects().isEmpty()) {
            return Optional.empty();
        }
        Suspect first = incident.suspects().get(0);
        boolean sameAsKnown =
                first.cause() == knownCause && first.service().id().equals(knownService);
        if (sameAsKnown) {
            return Optional.empty();
        }
        String lead = knownService == null ? "Probable cause: " : "Probable cause is now ";
        return Optional.of(entry(
                number,
                incident.updatedAt(),
                "cause",
                lead + SignalWords.serviceName(first.service()) + ", "
                        + (first.cause() == CauseKind.UNKNOWN
                                ? "kind unknown"
                                : first.cause().text()) + " ("
                        + confidence(first) + ").",
                null,
                null,
                "cause:" + incident.epoch() + ':' + incident.sequence()));
    }

    static String confidence(Suspect suspect) {
        String figure = String.format(Locale.ROOT, "confidence %.2f", suspect.confidence());
        return suspect.calibrated() ? figure : figure + ", uncalibrated";
    }

    private static TimelineEntry entry(
            long number,
            java.time.Instant at,
            String kind,
            String text,
            @Nullable String finding,
            @Nullable String change,
            String dedupe) {
        return new TimelineEntry(number, at, kind, text, TimelineEntry.EVENKEEL, finding, change, null, dedupe);
    }
}
