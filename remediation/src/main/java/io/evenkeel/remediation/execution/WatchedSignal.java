package io.evenkeel.remediation.execution;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FrozenBand;

/**
 * A signal that verification looks at, with the band frozen before the onset.
 *
 * @param signal signal id
 * @param name short name for files and people: {@code harm}, {@code target.error_ratio}, {@code finding.<n>}
 * @param text for people, such as {@code error ratio of payment}
 * @param bad side on which it is bad
 * @param band frozen before the onset
 * @param before level right before the action, NaN when unknown
 * @param required it must be good for a verdict of RECOVERED; the others can only show that things got worse
 * @param perWhole value is a share or a rate over all requests (weighted mean of windows); false: a quantile (highest)
 */
public record WatchedSignal(
        String signal,
        String name,
        String text,
        Direction bad,
        FrozenBand band,
        double before,
        boolean required,
        boolean perWhole) {}
