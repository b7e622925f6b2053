package io.evenkeel.remediation.runbook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a runbook's effect is judged.
 *
 * @param settle time after the effect that is not judged
 * @param window length of one judged window, a multiple of 10 s (the width of a rollup)
 * @param consecutive windows in a row that must agree, at least 1
 * @param minSamples requests (or points) a window must stand on, below that it says nothing
 * @param timeout after the effect; then the verdict is given with what there is
 * @param success question that a good window answers with yes; null: every watched signal is inside its frozen band
 * @param failure question that a worsened window answers with yes; null: further from the frozen band than before the
 *     action by a fifth
 */
public record VerifyRule(
        Duration settle,
        Duration window,
        int consecutive,
        int minSamples,
        Duration timeout,
        @Nullable Expression success,
        @Nullable Expression failure) {}
