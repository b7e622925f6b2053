package io.evenkeel.learning.baseline;

import java.util.EnumSet;
import java.util.Set;

/** The parts of {@link SurpriseBank} whose worth is measured by leaving one out. The product has them all. */
public enum Part {
    /** The last value as a forecaster beside the levels. */
    LAST_VALUE,
    /** The scale never falls below the error over a thousand steps. */
    SCALE_FLOOR,
    /** The scale never falls below the smallest step the signal takes. */
    QUANTUM,
    /** Of whole numbers the scale never falls below half the noise of a count. */
    COUNT_NOISE,
    /** After a gap the last value and the level say less. */
    GAPS,
    /** Where the day's profile is steep a move of its size is ordinary. */
    STEEPNESS,
    /** Several deviations to one side, each of them ordinary. */
    DRIFT,
    /** Deviations from the profile of day or week. */
    SEASON,
    /** Strangeness is read against the signal's own peaks. */
    CALIBRATION,
    /** The size of a strangeness counts beside its rank. */
    SIZE,
    /** What greater peaks have surpassed is less surprising. */
    RANK,
    /** After a surprise, six hours of less are the same episode. */
    EPISODES;

    public static Set<Part> all() {
        return EnumSet.allOf(Part.class);
    }

    public static Set<Part> allBut(Part part) {
        return EnumSet.complementOf(EnumSet.of(part));
    }
}
