package io.evenkeel.console.plot;

import java.time.Instant;

/**
 * One step of a signal with the band that applied to it.
 *
 * @param at start of the step
 * @param stepSeconds length of the step, ≥ 1; a longer distance to the next point is a gap
 * @param seen value in the signal's unit; NaN is a gap
 * @param expected expectation; NaN when nothing was learned
 * @param lower lower edge of the band; NaN when nothing was learned
 * @param upper upper edge of the band; NaN when nothing was learned
 */
public record PlotPoint(Instant at, int stepSeconds, double seen, double expected, double lower, double upper) {
    public boolean hasValue() {
        return Double.isFinite(seen);
    }

    public boolean hasBand() {
        return Double.isFinite(lower) && Double.isFinite(upper);
    }

    /** True when the value was seen and lies outside its band. */
    public boolean isOutside() {
        return hasValue() && hasBand() && (seen < lower || seen > upper);
    }
}
