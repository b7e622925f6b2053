package io.evenkeel.launcher;

import io.evenkeel.detection.History;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.testbed.past.ShopPast;
import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * What the demo's shop would have taught in the days before it was started: its simulated past, taken in as {@code
 * backfill --otlp} takes in a recorded one. Pure.
 */
final class DemoHistory {
    /** As far back as {@code backfill} looks by default; a profile of the day remembers about three of them. */
    static final Duration LENGTH = Duration.ofDays(14);

    private DemoHistory() {}

    /**
     * One prior a signal, by its id. How long requests take is not taught: that is the machine's affair, which no model
     * knows. On one with 40 processes waiting for two cores the sound shop took 0.45 s where its past said 0.06 s.
     *
     * @param until end of the history; the step that it falls into is not part of it
     */
    static Map<String, Prior> learn(ShopPast past, Instant until) {
        return learn(past, until, LENGTH);
    }

    /** @param length how much of the past is learned */
    static Map<String, Prior> learn(ShopPast past, Instant until, Duration length) {
        long step = ShopPast.STEP.toSeconds();
        Instant end = Instant.ofEpochSecond(Math.floorDiv(until.getEpochSecond(), step) * step);
        History history = new History(SecretMask.standard(), InstantSource.fixed(until));
        past.tell(end.minus(length), end, request -> take(history, request));
        Map<String, Prior> priors = history.priors();
        priors.keySet().removeIf(signal -> SignalKey.parse(signal).kind() == SignalKind.DURATION_P95);
        return priors;
    }

    private static void take(History history, byte[] request) {
        try {
            if (history.accept(OtlpSignal.METRICS, request) != null) {
                throw new IllegalStateException("a request of our own making cannot be read");
            }
        } catch (MalformedRequestException e) {
            throw new IllegalStateException("a request of our own making cannot be read", e);
        }
    }
}
