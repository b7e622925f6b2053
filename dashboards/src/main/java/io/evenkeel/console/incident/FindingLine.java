package io.evenkeel.console.incident;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SignalText;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.UrlId;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.finding.Finding;

/**
 * One folded-in finding in the list of all of them.
 *
 * @param urlId its id as in URLs
 * @param name what deviated
 * @param role part it plays, in words
 * @param value newest value with unit, of how much where a limit is known, a dash when its row has not arrived
 * @param usual what its band said
 * @param onset when, on the server's clock
 * @param ended how it ended, or that it goes on
 * @param reason why it was folded in
 */
public record FindingLine(
        String urlId, String name, String role, String value, String usual, String onset, String ended, String reason) {
    public static FindingLine of(MemberRow member, Words words, Times times) {
        Finding finding = member.finding();
        SignalText text = new SignalText(words);
        Unit unit = Unit.of(member.signal());
        String ended = words.say("finding.open");
        if (finding == null) {
            ended = words.say("finding.unknown");
        } else if (finding.ending() != null) {
            ended = words.say("ending." + finding.ending().name());
        }
        return new FindingLine(
                UrlId.encode(member.findingId()),
                text.name(member.signal()),
                words.say("role." + member.role().name()),
                finding == null ? "–" : value(finding, unit),
                finding == null
                        ? words.say("usual.unknown")
                        : text.usual(member.signal(), finding.direction(), finding.lower(), finding.upper()),
                times.clock(member.onset()),
                ended,
                member.reason());
    }

    private static String value(Finding finding, Unit unit) {
        String full = finding.attributes().get(Finding.SATURATION);
        return full == null ? Figures.value(finding.value(), unit) : full;
    }
}
