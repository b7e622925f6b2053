package io.evenkeel.console.incident;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SignalText;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.incident.Harm;
import org.jspecify.annotations.Nullable;

/**
 * "What is broken for users" in figures.
 *
 * @param figure the big one, such as {@code 48.2 %}
 * @param before text before the subject
 * @param subject what users call, such as {@code POST /checkout}
 * @param after text after it, with the usual value
 * @param hurt requests hurt so far, such as {@code 1,912}; empty when it cannot be counted
 * @param perSecond requests hurt per second; empty when none are now
 * @param plot over time, null when nothing was kept
 */
public record HarmCard(
        String figure,
        String before,
        String subject,
        String after,
        String hurt,
        String perSecond,
        @Nullable PlotView plot) {
    public static HarmCard of(Harm harm, Words words, @Nullable PlotView plot) {
        SignalText.Sentence sentence =
                new SignalText(words).harm(harm.signal(), harm.lower(), harm.expected(), harm.upper());
        return new HarmCard(
                Figures.value(harm.value(), Unit.of(harm.signal())),
                sentence.before(),
                sentence.subject(),
                sentence.after(),
                harm.affectedTotal() >= 0.5 ? Figures.count(harm.affectedTotal()) : "",
                harm.affectedPerSecond() > 0 ? Figures.value(harm.affectedPerSecond(), Unit.PER_SECOND) : "",
                plot);
    }
}
