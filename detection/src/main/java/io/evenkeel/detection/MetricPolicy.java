package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How a metric becomes a signal and whether it is judged: as {@link KnownSignals} has it; a metric that nobody has told us
 * about is judged on both sides, widely.
 *
 * @param kind kind of its signals
 * @param value how a bin's value is formed from its points
 * @param rule when it deviates, null when it is never judged
 * @param served whether its points are the service's own requests
 * @param seconds for those: what one of the metric's units is in seconds; NaN where the unit is none of time, so that
 *     requests and failures count but not how long they took
 * @param newer the metric that tells of the same requests by today's name, which counts where a process sends both; empty
 *     when there is none
 * @param bound what bounds it, null when nothing does
 * @param isLimit whether it bounds others
 */
record MetricPolicy(
        SignalKind kind,
        Value value,
        @Nullable JudgeRule rule,
        boolean served,
        double seconds,
        String newer,
        @Nullable Bound bound,
        boolean isLimit) {
    /**
     * @param metric the metric that says the limit, in whatever unit; empty for a constant
     * @param constant in the signal's unit, such as 100 for a share in {@code %}; NaN for a metric
     */
    record Bound(String metric, double constant) {}

    enum Value {
        MEAN,
        /** Increase per second. */
        RATE,
        /** Sum of a histogram over its count. */
        HISTOGRAM_MEAN,
        /** Sum of a histogram per second, such as seconds of garbage collection per second. */
        SUM_RATE
    }

    /** One object each: there are as many as rules and units, however many metrics. */
    private static final Map<MetricPolicy, MetricPolicy> SAME = new ConcurrentHashMap<>();

    static MetricPolicy of(SeriesDefinition definition) {
        MetricPolicy policy = worked(definition);
        MetricPolicy known = SAME.putIfAbsent(policy, policy);
        return known == null ? policy : known;
    }

    private static MetricPolicy worked(SeriesDefinition definition) {
        KnownSignals.Known known = KnownSignals.shipped().of(definition);
        return switch (definition.type()) {
            case PointType.GAUGE, PointType.UP_DOWN -> of(SignalKind.GAUGE, Value.MEAN, definition, known);
            case PointType.COUNTER_CUMULATIVE, PointType.COUNTER_DELTA ->
                of(SignalKind.COUNTER_RATE, Value.RATE, definition, known);
            default ->
                known != null && known.value() == Value.SUM_RATE
                        ? of(SignalKind.COUNTER_RATE, Value.SUM_RATE, definition, known)
                        : of(SignalKind.HISTOGRAM_MEAN, Value.HISTOGRAM_MEAN, definition, known);
        };
    }

    private static MetricPolicy of(
            SignalKind kind, Value value, SeriesDefinition definition, KnownSignals.@Nullable Known known) {
        JudgeRule rule = known == null ? JudgeRule.GAUGE : known.rule(definition.unit(), value);
        String usual = definition.type() < PointType.HISTOGRAM_CUMULATIVE ? "" : servedUnit(definition.metric());
        String unit = definition.unit().isEmpty() ? usual : definition.unit();
        double seconds = usual.isEmpty() ? 1 : Units.factor(unit, "s");
        return new MetricPolicy(
                kind,
                value,
                rule,
                !usual.isEmpty(),
                seconds,
                newer(definition.metric()),
                known == null || value != Value.MEAN ? null : known.bound(definition.unit()),
                value == Value.MEAN && KnownSignals.shipped().isLimit(definition.metric()));
    }

    /** The unit that a metric of served requests has where none is said; empty for all other metrics. */
    private static String servedUnit(String metric) {
        return switch (metric) {
            case "http.server.request.duration", "rpc.server.call.duration" -> "s";
            // Before they were stable, and renamed, durations were in milliseconds.
            case "http.server.duration", "rpc.server.duration" -> "ms";
            default -> "";
        };
    }

    /** OTEL_SEMCONV_STABILITY_OPT_IN=http/dup makes an SDK send both (semantic conventions, "HTTP migration guide"). */
    private static String newer(String metric) {
        return switch (metric) {
            case "http.server.duration" -> "http.server.request.duration";
            case "rpc.server.duration" -> "rpc.server.call.duration";
            default -> "";
        };
    }

    /**
     * True when the attributes say that these requests failed on the server's account: {@code error.type} is set, or the
     * HTTP status is ≥ 500 (semantic conventions, http-spans.md, "Status": 4xx is the client's fault), or the gRPC status
     * is one that is the server's (rpc/grpc.md, "gRPC Status"; older SDKs set no error type).
     */
    static boolean isError(String attributes) {
        String rpc = attribute(attributes, "rpc.grpc.status_code");
        if (!rpc.isEmpty()) {
            return switch (rpc) {
                // UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS
                case "2", "4", "12", "13", "14", "15" -> true;
                default -> false;
            };
        }
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
