package io.evenkeel.console.incident;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.incident.CauseKind;
import java.time.Duration;

/**
 * The head of an incident's pages.
 *
 * @param badge {@code SEV 1}
 * @param badgeLook its style
 * @param state open, mitigated, resolved
 * @param findings {@code 1 incident from 37 findings}
 * @param since onset on the server's clock
 * @param sinceIso onset in UTC
 * @param interval half the width of the onset's interval, such as {@code ± 10 s}; empty when it is known to the second
 * @param lasted how long it lasts or lasted
 * @param found from onset to detection
 * @param cause {@code payment, bad deploy}; empty while unknown
 * @param confidence {@code .93}, or empty while uncalibrated
 * @param mitigatedAfter from onset to mitigation, empty before
 * @param acknowledgedAt on the server's clock, empty before
 */
public record IncidentHead(
        String badge,
        String badgeLook,
        String state,
        String findings,
        String since,
        String sinceIso,
        String interval,
        String lasted,
        String found,
        String cause,
        String confidence,
        String mitigatedAfter,
        String acknowledgedAt) {
    public static IncidentHead of(IncidentRow row, Words words, Times times) {
        long halfWidth = Duration.between(row.onsetFrom(), row.onsetTo()).toSeconds() / 2;
        return new IncidentHead(
                words.say("severity." + row.severity().name()),
                row.look(),
                words.say("state." + row.state().name()),
                words.say("head.findings", row.memberCount()),
                times.clock(row.onset()),
                times.iso(row.onset()),
                halfWidth > 0 ? "± " + Figures.span(Duration.ofSeconds(halfWidth)) : "",
                times.between(row.onset(), row.storyEnd(times.now())),
                times.between(row.onset(), row.detectedAt()),
                cause(row, words),
                row.calibrated() ? Figures.confidence(row.confidence()) : "",
                row.mitigatedAt() == null ? "" : times.between(row.onset(), row.mitigatedAt()),
                row.acknowledgedAt() == null ? "" : times.clock(row.acknowledgedAt()));
    }

    private static String cause(IncidentRow row, Words words) {
        if (row.causeService() == null) {
            return "";
        }
        String name = row.causeService().name();
        return row.cause() == CauseKind.UNKNOWN
                ? words.say("head.cause.unknown", name)
                : words.say(
                        "line.cause",
                        name,
                        words.sayOr("cause." + row.cause().word(), row.cause().text()));
    }
}
