package io.evenkeel.detection;

import io.evenkeel.detection.ReplicaReds.Merged;
import io.evenkeel.detection.SpanCoverage.Known;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.util.function.Function;

/** Writes the rollup rows of a service's rate, errors and durations. What is unknown is a row without a value. */
final class ServiceRollups {
    private final ServiceKey service;

    ServiceRollups(ServiceKey service) {
        this.service = service;
    }

    /** The ten seconds of the service itself; wider steps have minutes only. */
    void tens(Red red, ServiceSignals signals, ServiceSignals.Output out) {
        if (red.width() != EntityBook.BIN_MILLIS) {
            return;
        }
        signals.roll(golden(SignalKind.REQUEST_RATE), 10, red.start(), red.requests(), red.rate(), out);
        signals.roll(golden(SignalKind.ERROR_RATIO), 10, red.start(), red.requests(), red.errorRatio(), out);
        signals.roll(golden(SignalKind.DURATION_P95), 10, red.start(), red.requests(), red.p95(), out);
    }

    /** A minute of the service itself. */
    void minute(long minute, Merged merged, Known known, ServiceSignals signals, ServiceSignals.Output out) {
        long count = merged.count();
        double rate = known.rate() ? merged.ratePerSecond() : Double.NaN;
        double ratio = count == 0 || !known.ratio() ? Double.NaN : (double) merged.errors() / count;
        double wait = known.durations() ? merged.durations().quantile(0.95) : Double.NaN;
        signals.roll(golden(SignalKind.REQUEST_RATE), 60, minute, count, rate, out);
        signals.roll(golden(SignalKind.ERROR_RATIO), 60, minute, count, ratio, out);
        signals.roll(golden(SignalKind.DURATION_P95), 60, minute, count, wait, out);
    }

    /** The ten seconds of an operation or of calls, where an open incident watches them. */
    void watched(
            Function<SignalKind, SignalKey> naming,
            Red red,
            Catalogue catalogue,
            ServiceSignals signals,
            ServiceSignals.Output out) {
        if (!catalogue.watchesAnything()) {
            return;
        }
        watched(naming.apply(SignalKind.ERROR_RATIO), red, red.errorRatio(), catalogue, signals, out);
        watched(naming.apply(SignalKind.DURATION_P95), red, red.p95(), catalogue, signals, out);
        watched(naming.apply(SignalKind.REQUEST_RATE), red, red.rate(), catalogue, signals, out);
    }

    private static void watched(
            SignalKey key,
            Red red,
            double value,
            Catalogue catalogue,
            ServiceSignals signals,
            ServiceSignals.Output out) {
        if (catalogue.watches(key.id())) {
            signals.roll(key, 10, red.start(), red.requests(), value, out);
        }
    }

    /** Start of the minute that a time is in, ms. */
    static long minuteOf(long time) {
        return Math.floorDiv(time, 60_000L) * 60_000L;
    }

    private SignalKey golden(SignalKind kind) {
        return SignalKey.ofService(service, kind);
    }
}
