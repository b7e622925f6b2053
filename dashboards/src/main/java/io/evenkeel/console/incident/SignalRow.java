package io.evenkeel.console.incident;

import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A signal with its newest window.
 *
 * @param key the signal
 * @param firstSeen when it first reported
 * @param lastSeen when it last reported
 * @param latestStart start of the newest window, null when none is kept
 * @param value newest value, NaN for none
 * @param expected expectation then, NaN while nothing is learned
 * @param lower lower edge then, NaN while nothing is learned
 * @param upper upper edge then, NaN while nothing is learned
 */
public record SignalRow(
        SignalKey key,
        Instant firstSeen,
        Instant lastSeen,
        @Nullable Instant latestStart,
        double value,
        double expected,
        double lower,
        double upper) {
    /** True when the newest value lies outside its band. */
    public boolean isOutside() {
        return value < lower || value > upper;
    }

    public boolean isLearned() {
        return Double.isFinite(lower) && Double.isFinite(upper);
    }
}
