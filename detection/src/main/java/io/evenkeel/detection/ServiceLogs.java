package io.evenkeel.detection;

import io.evenkeel.detection.FindingNotes.Circumstances;
import io.evenkeel.detection.ServiceSignals.Output;
import io.evenkeel.detection.ServiceSignals.Step;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.otlp.LogRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A service's log records by severity: errors are judged and are a note, never harm; warnings are only counted. */
final class ServiceLogs {
    private static final int BIN = EntityBook.BIN_MILLIS;
    private static final long MINUTE_MILLIS = 60_000;

    private final ServiceKey service;
    private final LogBins bins;

    ServiceLogs(ServiceKey service) {
        this(service, new LogBins());
    }

    private ServiceLogs(ServiceKey service, LogBins bins) {
        this.service = service;
        this.bins = bins;
    }

    void accept(
            LogRows rows, long nowMillis, Catalogue catalogue, ServiceSignals signals, ItemCounts items, Output out) {
        for (long minute : bins.add(rows, nowMillis, items)) {
            roll(minute, catalogue, signals, out);
        }
        judge(nowMillis, catalogue, signals, out);
    }

    /** Judges the bins that are over. */
    void judge(long nowMillis, Catalogue catalogue, ServiceSignals signals, Output out) {
        for (long bin = bins.takeOver(nowMillis); bin != Long.MIN_VALUE; bin = bins.takeOver(nowMillis)) {
            long errors = bins.count(bin, LogBins.ERRORS);
            Step step = new Step(bin, BIN, errors * 1000.0 / BIN, BIN / 1000.0, errors, Double.NaN, 0, 1);
            signals.judge(key("error"), step, true, nowMillis, () -> Circumstances.NONE, out);
            roll(Math.floorDiv(bin, MINUTE_MILLIS) * MINUTE_MILLIS, catalogue, signals, out);
        }
    }

    /** Start of the newest bin with a record, ms; {@link Long#MIN_VALUE} before the first. */
    long clock() {
        return bins.newest();
    }

    /** Whether a bin is still to be judged. */
    boolean isWaiting() {
        return bins.isWaiting();
    }

    private void roll(long minute, Catalogue catalogue, ServiceSignals signals, Output out) {
        SignalKey errors = key("error");
        if (catalogue.rollsUp(errors.metric())) {
            roll(errors, minute, LogBins.ERRORS, signals, out);
            roll(key("warn"), minute, LogBins.WARNINGS, signals, out);
        }
    }

    private void roll(SignalKey key, long minute, int severity, ServiceSignals signals, Output out) {
        long count = 0;
        for (long bin = minute; bin < minute + MINUTE_MILLIS; bin += BIN) {
            count += bins.count(bin, severity);
        }
        signals.roll(key, 60, minute, count, count / 60.0, out);
    }

    private SignalKey key(String severity) {
        return new SignalKey(service, SignalKind.COUNTER_RATE, null, "", "", "log.records", "severity=" + severity);
    }

    ServiceLogs copy() {
        return new ServiceLogs(service, bins.copy());
    }

    void write(DataOutput out) throws IOException {
        bins.write(out);
    }

    static ServiceLogs read(DataInput in, ServiceKey service) throws IOException {
        return new ServiceLogs(service, LogBins.read(in));
    }
}
