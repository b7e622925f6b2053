package io.evenkeel.detection;

import io.evenkeel.detection.FindingNotes.Circumstances;
import io.evenkeel.detection.ServiceSignals.Output;
import io.evenkeel.detection.ServiceSignals.Step;
import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Judges requests, errors and durations of one view of a service as the two or three signals they are. */
record RedJudge(ServiceSignals signals, long nowMillis, Output out) {
    /**
     * @param naming the signal of each kind
     * @param judgeRate false where the rate stands but says nothing about health, as while a replica is missing
     * @param seen requests that show it best
     * @param attributes what a finding says beside these
     */
    void judge(
            Function<SignalKind, SignalKey> naming,
            Red red,
            boolean judgeRate,
            RedSum seen,
            Map<String, String> attributes) {
        SignalKey failures = naming.apply(SignalKind.ERROR_RATIO);
        Step errors = red.step(red.errorRatio(), red.count());
        signals.judge(failures, errors, true, nowMillis, () -> facts(seen, attributes, true), out);
        SignalKey waiting = naming.apply(SignalKind.DURATION_P95);
        Step waits = red.step(red.p95(), red.durations().total());
        signals.judge(waiting, waits, true, nowMillis, () -> facts(seen, attributes, false), out);
        SignalKey rate = naming.apply(SignalKind.REQUEST_RATE);
        if (rate.isGolden()) {
            Step requests = red.step(red.rate(), red.width() / 1000.0);
            signals.judge(rate, requests, judgeRate, nowMillis, () -> facts(seen, attributes, false), out);
        }
    }

    private static Circumstances facts(RedSum seen, Map<String, String> attributes, boolean failedOnly) {
        Map<String, String> all = new HashMap<>(attributes);
        String type = PeerFacts.mostFrequent(seen.errorTypes);
        if (!type.isEmpty()) {
            all.put("error.type", type);
        }
        List<Exemplar> exemplars = seen.exemplars.stream()
                .filter(exemplar -> !failedOnly || !exemplar.status().equals("ok"))
                .toList();
        return new Circumstances(0, "", exemplars, all);
    }
}
