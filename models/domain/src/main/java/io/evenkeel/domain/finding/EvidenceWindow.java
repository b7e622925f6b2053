package io.evenkeel.domain.finding;

import java.time.Instant;
import java.util.List;

/**
 * The stretch of a signal that a finding was judged on, enough to draw it: what was seen against the band of before.
 *
 * @param start start of the first step
 * @param stepSeconds seconds per step
 * @param values seen per step in the signal's unit; NaN is a gap and is drawn as one
 * @param expected expectation per step
 * @param lower lower edge per step
 * @param upper upper edge per step; all four lists have the same length
 */
public record EvidenceWindow(
        Instant start,
        int stepSeconds,
        List<Double> values,
        List<Double> expected,
        List<Double> lower,
        List<Double> upper) {
    public EvidenceWindow {
        values = List.copyOf(values);
        expected = List.copyOf(expected);
        lower = List.copyOf(lower);
        upper = List.copyOf(upper);
    }
}
