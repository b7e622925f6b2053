package io.evenkeel.domain.incident;

import org.jspecify.annotations.Nullable;

/**
 * One reason for (or against) a suspect, with the number behind it.
 *
 * @param signal short name of the kind of evidence: {@code own errors}, {@code own latency}, {@code change},
 *     {@code silent replica}, {@code callers time out}, {@code saturation}
 * @param text one sentence with figures, such as {@code Its own errors explain 96 % of the failed requests.}
 * @param weight strength 0..1; the console draws it as a bar
 * @param value the figure itself, NaN when there is none
 * @param findingId finding it stands on, null for changes and topology
 */
public record EvidenceTerm(
        String signal,
        String text,
        double weight,
        double value,
        @Nullable String findingId) {}
