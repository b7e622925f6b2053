package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The requests that the points of an entity have lately named as examples of what they measured: evidence for findings,
 * the most telling five of a signal. The last {@value #MOST} are kept, about a minute of what an agent sends; none is part
 * of the state, so that a finding's next version after a restore shows only what has come since.
 */
final class MetricExemplars {
    static final int MOST = 512;
    /** Requests that a finding shows (ARCHITECTURE 2, step 5). */
    static final int SHOWN = 5;

    // Most entities have none: they share the empty columns.
    private static final int[] NO_ROWS = {};
    private static final long[] NO_NUMBERS = {};
    private static final double[] NO_VALUES = {};

    private int[] signal = NO_ROWS;
    /** Time of the point, ms: its bin is the exemplar's, which was measured up to an interval before. */
    private long[] pointMillis = NO_NUMBERS;

    private long[] millis = NO_NUMBERS;
    private double[] value = NO_VALUES;
    private long[] traceHigh = NO_NUMBERS;
    private long[] traceLow = NO_NUMBERS;
    private long[] span = NO_NUMBERS;
    private int size;
    private int next;

    /** Takes the exemplars of points whose streams the ledger knows. */
    void take(EntityRows rows, StreamLedger ledger) {
        for (int i = 0; i < rows.exemplars; i++) {
            int point = rows.exemplarPoint[i];
            int row = ledger.find(rows.stream[point]);
            if (row >= 0) {
                put(rows, i, ledger.signal(row), rows.timeMillis[point]);
            }
        }
    }

    private void put(EntityRows rows, int i, int ofSignal, long time) {
        if (next == signal.length && next < MOST) {
            grow(Math.min(MOST, Math.max(16, next * 2)));
        }
        int at = next == MOST ? 0 : next;
        signal[at] = ofSignal;
        pointMillis[at] = time;
        millis[at] = rows.exemplarMillis[i] == 0 ? time : rows.exemplarMillis[i];
        value[at] = rows.exemplarValue[i];
        traceHigh[at] = rows.exemplarTraceHigh[i];
        traceLow[at] = rows.exemplarTraceLow[i];
        span[at] = rows.exemplarSpan[i];
        next = at + 1;
        size = Math.max(size, next);
    }

    /** Signals have got other numbers: what was i is now {@code moved[i]}. */
    void follow(int[] moved) {
        for (int i = 0; i < size; i++) {
            signal[i] = moved[signal[i]];
        }
    }

    /** Signals have got other numbers, and some have gone. */
    void clear() {
        size = 0;
        next = 0;
    }

    /** Those of one signal, of points from a time on. */
    List<Exemplar> of(int ofSignal, long from, SignalTable table) {
        return of(candidate -> candidate == ofSignal, from, Long.MAX_VALUE, table);
    }

    /** Those of requests that a slot's process served, of points in a bin. */
    List<Exemplar> served(int slot, long bin, SignalTable table) {
        return of(candidate -> table.serves(slot, candidate), bin, bin + EntityBook.BIN_MILLIS, table);
    }

    /** The failed and then the largest. */
    private List<Exemplar> of(IntPredicate signals, long from, long to, SignalTable table) {
        if (size == 0) {
            return List.of();
        }
        List<Shown> found = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            if (pointMillis[i] < from || pointMillis[i] >= to || !signals.test(signal[i])) {
                continue;
            }
            SeriesDefinition definition = table.definition(signal[i]);
            MetricPolicy policy = table.policy[signal[i]];
            if (definition != null && policy != null) {
                boolean failed = table.error[signal[i]];
                double unit = policy.served() ? policy.seconds() : Units.factor(definition.unit(), "s");
                found.add(new Shown(failed, value[i], exemplar(i, definition, failed, value[i] * unit)));
            }
        }
        found.sort(
                Comparator.comparing(Shown::failed).thenComparing(Shown::value).reversed());
        return found.stream().map(Shown::exemplar).distinct().limit(SHOWN).toList();
    }

    private record Shown(boolean failed, double value, Exemplar exemplar) {}

    /** @param seconds NaN where the metric is not measured in time */
    private Exemplar exemplar(int i, SeriesDefinition definition, boolean failed, double seconds) {
        return new Exemplar(
                HexFormat.of().toHexDigits(traceHigh[i]) + HexFormat.of().toHexDigits(traceLow[i]),
                HexFormat.of().toHexDigits(span[i]),
                Instant.ofEpochMilli(Double.isNaN(seconds) ? millis[i] : millis[i] - Math.round(seconds * 1000)),
                operation(definition.metric(), definition.attributes()),
                seconds,
                failed ? errorType(definition.attributes()) : "ok");
    }

    private static String operation(String metric, String attributes) {
        String route = MetricPolicy.attribute(attributes, "http.route");
        if (route.isEmpty()) {
            return metric;
        }
        String method = MetricPolicy.attribute(attributes, "http.request.method");
        return method.isEmpty() ? route : method + ' ' + route;
    }

    private static String errorType(String attributes) {
        for (String key :
                List.of("error.type", "http.response.status_code", "http.status_code", "rpc.grpc.status_code")) {
            String type = MetricPolicy.attribute(attributes, key);
            if (!type.isEmpty()) {
                return type;
            }
        }
        return "error";
    }

    private void grow(int room) {
        signal = Arrays.copyOf(signal, room);
        pointMillis = Arrays.copyOf(pointMillis, room);
        millis = Arrays.copyOf(millis, room);
        value = Arrays.copyOf(value, room);
        traceHigh = Arrays.copyOf(traceHigh, room);
        traceLow = Arrays.copyOf(traceLow, room);
        span = Arrays.copyOf(span, room);
    }

    MetricExemplars copy() {
        MetricExemplars copy = new MetricExemplars();
        if (size == 0) {
            return copy;
        }
        copy.signal = signal;
        copy.pointMillis = pointMillis;
        copy.millis = millis;
        copy.value = value;
        copy.traceHigh = traceHigh;
        copy.traceLow = traceLow;
        copy.span = span;
        copy.grow(signal.length);
        copy.size = size;
        copy.next = next;
        return copy;
    }
}
