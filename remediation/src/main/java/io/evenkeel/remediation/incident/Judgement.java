package io.evenkeel.remediation.incident;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about an incident now.
 *
 * @param event what happened to it, null when its state stays
 * @param at when that happened (for mitigation: when the signal re-entered its band, not when we noticed)
 * @param text the sentence for the timeline
 * @param needsPerson why a person must look, null when nothing new asks for one
 */
public record Judgement(
        IncidentLifecycle.@Nullable Event event,
        Instant at,
        String text,
        @Nullable String needsPerson) {
    static Judgement stays(Instant now) {
        return new Judgement(null, now, "", null);
    }

    static Judgement asks(Instant now, String why) {
        return new Judgement(null, now, "", why);
    }
}
