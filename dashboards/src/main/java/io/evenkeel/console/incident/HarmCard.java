package io.evenkeel.console.incident;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SignalText;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.IncidentState;
import java.time.Instant;

/**
 * "What is broken for users" in figures.
 *
 * @param figure the big one, such as {@code 48.2 %}; at its worst once it is over
 * @param over that it is over and since when, empty while it lasts
 * @param before text before the subject
 * @param subject what users call, such as {@code POST /checkout}
 * @param after text after it, with the usual value
 * @param hurt requests hurt so far, such as {@code 1,912}; empty when it cannot be counted
 * @param perSecond requests hurt per second; empty when none are now
 * @param plot over time; empty when nothing was kept
 */
public record HarmCard(
        String figure,
        String over,
        String before,
        String subject,
        String after,
        String hurt,
        String perSecond,
        PlotView plot) {
    public static HarmCard of(IncidentRow incident, Harm harm, Words words, Times times, PlotView plot) {
        boolean isOver = incident.state() != IncidentState.OPEN;
        SignalText.Sentence sentence = new SignalText(words).harm(harm.signal(), harm.lower(), harm.upper(), isOver);
        return new HarmCard(
                Figures.value(harm.value(), Unit.of(harm.signal())),
                isOver ? over(incident, words, times) : "",
                sentence.before(),
                sentence.subject(),
                sentence.after(),
                harm.affectedTotal() >= 0.5 ? Figures.count(harm.affectedTotal()) : "",
                !isOver && harm.affectedPerSecond() > 0 ? Figures.value(harm.affectedPerSecond(), Unit.PER_SECOND) : "",
                plot);
    }

    private static String over(IncidentRow incident, Words words, Times times) {
        Instant end = incident.mitigatedAt() != null ? incident.mitigatedAt() : incident.resolvedAt();
        return end == null ? words.say("broken.worst") : words.say("broken.worst.until", times.clock(end));
    }
}
