package io.evenkeel.detection.flink;

import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.Skip;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * How the job tells what became of what it read: gauges {@code evenkeel.items} and {@code evenkeel.records} with the
 * variables {@code signal} (metrics, spans, logs), {@code outcome} and {@code reason}, counted since the subtask began, so
 * from zero after a restore. Laws, per signal and over all subtasks, when nothing is under way: records read = decoded +
 * dead_letter + empty; items read = judged + duplicate + late + quarantined + refused + left_out.
 */
final class PipelineGauges {
    private static final String GROUP = "evenkeel";
    /** Names of gauges. */
    static final String ITEMS = "items";

    static final String RECORDS = "records";
    /** Newest event time that was taken, ms; 0 before the first. */
    static final String NEWEST = "newestEventMillis";
    /** Outcome of everything that was read, whatever became of it later. */
    static final String READ = "read";

    private final MetricGroup group;
    private final OtlpSignal signal;

    PipelineGauges(MetricGroup group, OtlpSignal signal) {
        this.group = group.addGroup(GROUP);
        this.signal = signal;
    }

    static String nameOf(OtlpSignal signal) {
        return signal.name().toLowerCase(Locale.ROOT);
    }

    void items(String outcome, LongSupplier count) {
        items(outcome, "", count);
    }

    void items(String outcome, String reason, LongSupplier count) {
        gauge(ITEMS, outcome, reason, count);
    }

    /** Items of readable records that the walk left out. */
    void items(Skip skip, LongSupplier count) {
        // An inner span and the mark that a series ended are in order: there is only nothing to judge in them.
        boolean inOrder = skip == Skip.NOT_A_REQUEST || skip == Skip.NO_RECORDED_VALUE;
        items(inOrder ? "left_out" : "refused", skip.name().toLowerCase(Locale.ROOT), count);
    }

    void records(String outcome, LongSupplier count) {
        gauge(RECORDS, outcome, "", count);
    }

    void newest(LongSupplier millis) {
        Gauge<Long> gauge = millis::getAsLong;
        group.addGroup("signal", nameOf(signal)).gauge(NEWEST, gauge);
    }

    /** What has no place in the law: steps given a verdict, marks of items that are counted there. */
    void mark(String name, LongSupplier count) {
        Gauge<Long> gauge = count::getAsLong;
        group.gauge(name, gauge);
    }

    private void gauge(String name, String outcome, String reason, LongSupplier count) {
        Gauge<Long> gauge = count::getAsLong;
        MetricGroup named = group.addGroup("signal", nameOf(signal)).addGroup("outcome", outcome);
        (reason.isEmpty() ? named : named.addGroup("reason", reason)).gauge(name, gauge);
    }
}
