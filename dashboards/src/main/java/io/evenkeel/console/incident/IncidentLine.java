package io.evenkeel.console.incident;

import io.evenkeel.console.remedy.ExecutionRow;
import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.IncidentState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident in a list.
 *
 * @param number number
 * @param badge {@code SEV 1} or its state
 * @param badgeLook style of the badge
 * @param title in users' words
 * @param about cause, findings, since when, for how long
 * @param doing what is being tried, or waits
 * @param waits true when a person is waited for
 * @param doingMore second line of it
 * @param who who has it
 * @param whoMore since when
 */
public record IncidentLine(
        long number,
        String badge,
        String badgeLook,
        String title,
        String about,
        String doing,
        boolean waits,
        String doingMore,
        String who,
        String whoMore) {
    public static IncidentLine of(IncidentRow row, @Nullable ExecutionRow repair, Words words, Times times) {
        boolean waits = repair != null
                && (repair.phase() == ExecutionRow.Phase.ASKS || repair.phase() == ExecutionRow.Phase.NEEDS_PERSON);
        return new IncidentLine(
                row.number(),
                badge(row, words),
                row.look(),
                row.title(),
                about(row, words, times),
                doing(row, repair, words),
                waits && row.isOpen() || row.needsPerson() != null && row.isOpen(),
                doingMore(row, repair, words, times),
                who(row, repair, words),
                row.acknowledgedAt() == null ? "" : words.say("line.acknowledged", times.clock(row.acknowledgedAt())));
    }

    private static String badge(IncidentRow row, Words words) {
        return row.isOpen()
                ? words.say("severity." + row.severity().name())
                : words.say("state." + row.state().name());
    }

    /** {@code payment, bad deploy · confidence .93 · 37 findings · since 14:02:10 (3 min 5 s)}. */
    private static String about(IncidentRow row, Words words, Times times) {
        List<String> parts = new ArrayList<>();
        parts.add(cause(row, words));
        parts.add(words.say("line.findings", row.memberCount()));
        parts.add(
                row.isOpen()
                        ? words.say("line.since", times.clock(row.onset()), times.age(row.onset()))
                        : words.say(
                                "line.lasted",
                                times.clock(row.onset()),
                                times.between(row.onset(), row.storyEnd(times.now()))));
        if (row.state() == IncidentState.MITIGATED) {
            parts.add(words.say("line.mitigated"));
        }
        return String.join(" · ", parts);
    }

    static String cause(IncidentRow row, Words words) {
        if (row.causeService() == null
                || row.cause() == CauseKind.UNKNOWN && row.suspects().isEmpty()) {
            return words.say("line.cause.unknown");
        }
        String cause = words.sayOr("cause." + row.cause().word(), row.cause().text());
        String name = row.causeService().name();
        String said = row.cause() == CauseKind.UNKNOWN
                ? words.say("line.cause.service", name)
                : words.say("line.cause", name, cause);
        return row.calibrated() ? said + " (" + Figures.confidence(row.confidence()) + ')' : said;
    }

    private static String doing(IncidentRow row, @Nullable ExecutionRow repair, Words words) {
        if (repair == null) {
            return row.isOpen() ? words.say("line.nothing") : words.say("line.nothing.done");
        }
        String title = repair.plan().title().isEmpty()
                ? repair.runbook()
                : repair.plan().title();
        return switch (repair.phase()) {
            case ASKS -> words.say("line.asks", title);
            case VETO -> words.say("line.veto", title);
            case RUNS -> words.say("line.runs", title);
            case SUGGESTS -> words.say("line.suggests", title);
            case RECOVERED -> words.say(repair.ranByItself() ? "line.recovered.alone" : "line.recovered", title);
            case NEEDS_PERSON -> words.say("line.failed", title);
            case OVER -> words.say("line.over", title);
        };
    }

    private static String doingMore(IncidentRow row, @Nullable ExecutionRow repair, Words words, Times times) {
        if (row.isOpen() && row.needsPerson() != null) {
            return row.needsPerson();
        }
        if (repair != null
                && row.isOpen()
                && repair.expiresAt() != null
                && (repair.phase() == ExecutionRow.Phase.ASKS || repair.phase() == ExecutionRow.Phase.VETO)) {
            return words.say("line.expires", times.left(repair.expiresAt()));
        }
        if (row.mitigatedAt() != null) {
            return words.say("line.mitigated.after", times.between(row.onset(), row.mitigatedAt()));
        }
        return row.hasPostmortem() ? words.say("line.postmortem") : "";
    }

    private static String who(IncidentRow row, @Nullable ExecutionRow repair, Words words) {
        if (row.acknowledgedBy() != null) {
            return row.acknowledgedBy();
        }
        if (repair != null && repair.ranByItself()) {
            return words.say("line.who.alone");
        }
        return row.isOpen() && row.pages() ? words.say("line.who.nobody") : "";
    }
}
