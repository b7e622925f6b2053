package io.evenkeel.domain.incident;

import io.evenkeel.domain.telemetry.SignalKey;

/**
 * What is broken for users, in figures.
 *
 * @param signal the user-facing signal that shows it best
 * @param findingId the finding behind it
 * @param value latest value in the signal's unit while the harm lasts, its worst once it is over
 * @param expected expectation of the band frozen before the onset
 * @param lower lower edge of that band
 * @param upper upper edge of that band
 * @param affectedPerSecond users' requests hurt per second, ≥ 0
 * @param affectedTotal users' requests hurt so far, ≥ 0
 * @param text the sentence for the title, such as {@code POST /checkout fails for 48 % of requests}
 */
public record Harm(
        SignalKey signal,
        String findingId,
        double value,
        double expected,
        double lower,
        double upper,
        double affectedPerSecond,
        double affectedTotal,
        String text) {}
