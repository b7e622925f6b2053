package io.evenkeel.domain.finding;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The band of a signal as it was learned before the onset, projected over its season. Closing, verification and texts
 * use this band, never the one that may since have learned the fault.
 *
 * @param anchor time of element 0
 * @param stepSeconds seconds per element, for example 10 (level only) or 3600 (hour-of-week profile)
 * @param lower lower edge per step, in the signal's unit; one element means a constant band
 * @param expected expectation per step
 * @param upper upper edge per step; all three lists have the same length, at least 1
 */
public record FrozenBand(
        Instant anchor, int stepSeconds, List<Double> lower, List<Double> expected, List<Double> upper) {
    public FrozenBand {
        lower = List.copyOf(lower);
        expected = List.copyOf(expected);
        upper = List.copyOf(upper);
        if (stepSeconds < 1
                || expected.isEmpty()
                || lower.size() != expected.size()
                || upper.size() != expected.size()) {
            throw new IllegalArgumentException(
                    "a frozen band needs a step of at least 1 s and three lists of one length of at least 1");
        }
    }

    public static FrozenBand constant(Instant anchor, double lower, double expected, double upper) {
        return new FrozenBand(anchor, 10, List.of(lower), List.of(expected), List.of(upper));
    }

    public double lowerAt(Instant time) {
        return lower.get(index(time));
    }

    public double expectedAt(Instant time) {
        return expected.get(index(time));
    }

    public double upperAt(Instant time) {
        return upper.get(index(time));
    }

    private int index(Instant time) {
        long steps = Math.floorDiv(Duration.between(anchor, time).toSeconds(), stepSeconds);
        return (int) Math.floorMod(steps, (long) expected.size());
    }
}
