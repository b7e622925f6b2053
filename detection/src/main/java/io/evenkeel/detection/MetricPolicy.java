package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import org.jspecify.annotations.Nullable;

/**
 * How a metric becomes a signal and whether it is judged: as {@link KnownSignals} has it; a metric that nobody has told us
 * about is judged on both sides, widely.
 *
 * @param kind kind of its signals
 * @param value how a bin's value is formed from its points
 * @param rule when it deviates, null when it is never judged
 * @param red its part in the service's requests, errors and durations
 */
record MetricPolicy(SignalKind kind, Value value, @Nullable JudgeRule rule, Red red) {
    enum Value {
        MEAN,
        /** Increase per second. */
        RATE,
        /** Sum of a histogram over its count. */
        HISTOGRAM_MEAN,
        /** Sum of a histogram per second, such as seconds of garbage collection per second. */
        SUM_RATE
    }

    enum Red {
        NONE,
        /** A served request's duration in seconds. */
        SERVER_SECONDS,
        /** The same in milliseconds (rpc.server.duration of older SDKs). */
        SERVER_MILLIS
    }

    static MetricPolicy of(SeriesDefinition definition) {
        KnownSignals.Known known = KnownSignals.shipped().of(definition.metric());
        Red red = redOf(definition);
        return switch (definition.type()) {
            case PointType.GAUGE, PointType.UP_DOWN -> of(SignalKind.GAUGE, Value.MEAN, definition, known, red);
            case PointType.COUNTER_CUMULATIVE, PointType.COUNTER_DELTA ->
                of(SignalKind.COUNTER_RATE, Value.RATE, definition, known, red);
            default ->
                known != null && known.value() == Value.SUM_RATE
                        ? of(SignalKind.COUNTER_RATE, Value.SUM_RATE, definition, known, red)
                        : of(SignalKind.HISTOGRAM_MEAN, Value.HISTOGRAM_MEAN, definition, known, red);
        };
    }

    private static MetricPolicy of(
            SignalKind kind, Value value, SeriesDefinition definition, KnownSignals.@Nullable Known known, Red red) {
        JudgeRule rule = known == null ? JudgeRule.GAUGE : known.rule(definition.unit(), value);
        return new MetricPolicy(kind, value, rule, red);
    }

    private static Red redOf(SeriesDefinition definition) {
        if (definition.type() < PointType.HISTOGRAM_CUMULATIVE) {
            return Red.NONE;
        }
        boolean millis = definition.unit().equals("ms");
        return switch (definition.metric()) {
            case "http.server.request.duration",
                    "http.server.duration",
                    "rpc.server.call.duration",
                    "rpc.server.duration" -> millis ? Red.SERVER_MILLIS : Red.SERVER_SECONDS;
            default -> Red.NONE;
        };
    }

    /**
     * True when the attributes say that these requests failed on the server's account: {@code error.type} is set, or the
     * HTTP status is ≥ 500 (semantic conventions, http-spans.md, "Status": 4xx is the client's fault).
     */
    static boolean isError(String attributes) {
        String status = attribute(attributes, "http.response.status_code");
        if (status.isEmpty()) {
            status = attribute(attributes, "http.status_code");
        }
        if (!status.isEmpty()) {
            return status.length() == 3 && status.charAt(0) == '5'
                    || !attribute(attributes, "error.type").isEmpty() && status.charAt(0) != '4';
        }
        return !attribute(attributes, "error.type").isEmpty();
    }

    /** Value of one attribute in the canonical text, empty when absent. */
    static String attribute(String attributes, String key) {
        int from = 0;
        while (from < attributes.length()) {
            int comma = attributes.indexOf(',', from);
            int end = comma < 0 ? attributes.length() : comma;
            if (attributes.startsWith(key, from)
                    && from + key.length() < end
                    && attributes.charAt(from + key.length()) == '=') {
                return attributes.substring(from + key.length() + 1, end);
            }
            from = end + 1;
        }
        return "";
    }
}
