package io.evenkeel.learning.baseline;

import java.util.Set;

/** A set of {@link Part}, as fields that a hot path reads. */
record Parts(
        boolean lastValue,
        boolean scaleFloor,
        boolean quantum,
        boolean countNoise,
        boolean gaps,
        boolean steepness,
        boolean drift,
        boolean season,
        boolean calibrated,
        boolean sized,
        boolean ranked,
        boolean episodes) {

    static Parts of(Set<Part> parts) {
        return new Parts(
                parts.contains(Part.LAST_VALUE),
                parts.contains(Part.SCALE_FLOOR),
                parts.contains(Part.QUANTUM),
                parts.contains(Part.COUNT_NOISE),
                parts.contains(Part.GAPS),
                parts.contains(Part.STEEPNESS),
                parts.contains(Part.DRIFT),
                parts.contains(Part.SEASON),
                parts.contains(Part.CALIBRATION),
                parts.contains(Part.SIZE),
                parts.contains(Part.RANK),
                parts.contains(Part.EPISODES));
    }
}
