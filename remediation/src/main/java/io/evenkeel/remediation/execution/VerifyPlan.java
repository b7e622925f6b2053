package io.evenkeel.remediation.execution;

import java.util.List;

/**
 * How a run will be judged, frozen with its plan.
 *
 * @param settleSeconds not judged after the effect, s
 * @param windowSeconds length of a judged window, s
 * @param consecutive windows in a row that must agree
 * @param minSamples requests or points a window must stand on
 * @param timeoutSeconds after the effect; then the verdict is given with what there is
 * @param success question of the runbook in CEL, empty: every required signal in its band
 * @param failure question of the runbook in CEL, empty: a fifth further out than before the action
 * @param signals what is watched, required ones first
 * @param findings findings that were open when it was planned and must close before it can be RECOVERED
 */
public record VerifyPlan(
        long settleSeconds,
        long windowSeconds,
        int consecutive,
        int minSamples,
        long timeoutSeconds,
        String success,
        String failure,
        List<WatchedSignal> signals,
        List<String> findings) {
    public VerifyPlan {
        signals = List.copyOf(signals);
        findings = List.copyOf(findings);
    }
}
