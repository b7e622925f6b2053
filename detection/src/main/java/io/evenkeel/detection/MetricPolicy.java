package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import org.jspecify.annotations.Nullable;

/**
 * How a metric becomes a signal and whether it is judged. Names and directions of bad are those of the semantic
 * conventions 1.44 as tabled in the design page INGEST.md, section 3; a metric nobody knows is judged on both sides,
 * widely.
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
        String name = definition.metric();
        Red red = redOf(definition);
        return switch (definition.type()) {
            case PointType.GAUGE, PointType.UP_DOWN ->
                new MetricPolicy(SignalKind.GAUGE, Value.MEAN, gaugeRule(name), Red.NONE);
            case PointType.COUNTER_CUMULATIVE, PointType.COUNTER_DELTA ->
                new MetricPolicy(SignalKind.COUNTER_RATE, Value.RATE, counterRule(name), Red.NONE);
            default ->
                name.equals("jvm.gc.duration")
                        ? new MetricPolicy(SignalKind.COUNTER_RATE, Value.SUM_RATE, JudgeRule.rising(1, 0.1), Red.NONE)
                        : new MetricPolicy(
                                SignalKind.HISTOGRAM_MEAN, Value.HISTOGRAM_MEAN, histogramRule(name, red), red);
        };
    }

    private static @Nullable JudgeRule gaugeRule(String name) {
        if (isOwnPlumbing(name)) {
            return null;
        }
        return switch (name) {
            // The saw-tooth of the heap is how a heap works; only what survives a collection tells (INGEST.md, 3).
            case "jvm.memory.used",
                    "jvm.memory.committed",
                    "jvm.memory.limit",
                    "jvm.memory.init",
                    "jvm.class.count",
                    "jvm.cpu.count",
                    "jvm.buffer.memory.used",
                    "jvm.buffer.memory.limit",
                    "jvm.buffer.count",
                    "process.uptime",
                    "jvm.file_descriptor.limit",
                    "db.client.connection.max",
                    "db.client.connections.max" -> null;
            case "jvm.memory.used_after_last_gc" -> JudgeRule.rising(0.5, 32 << 20);
            // A quarter of the machine more than usual, for most of a minute; a start-up is shorter.
            case "jvm.cpu.recent_utilization",
                    "process.cpu.utilization",
                    "jvm.system.cpu.utilization",
                    "system.cpu.utilization",
                    "container.cpu.usage",
                    "k8s.container.cpu.limit.utilization" -> JudgeRule.rising(0.5, 0.25);
            case "jvm.system.cpu.load_1m" -> JudgeRule.rising(1, 2);
            case "jvm.thread.count" -> JudgeRule.rising(0.5, 20);
            case "jvm.file_descriptor.count", "process.unix.file_descriptor.count" -> JudgeRule.rising(1, 50);
            case "http.server.active_requests" -> JudgeRule.rising(2, 5);
            case "db.client.connection.pending_requests", "db.client.connections.pending_requests" ->
                JudgeRule.rising(1, 2);
            default -> JudgeRule.GAUGE;
        };
    }

    private static @Nullable JudgeRule counterRule(String name) {
        if (isOwnPlumbing(name)) {
            return null;
        }
        return switch (name) {
            case "jvm.class.loaded", "jvm.class.unloaded", "jvm.cpu.time", "process.cpu.time" -> null;
            default -> JudgeRule.GAUGE;
        };
    }

    /** Requests, errors and waits are judged once, by the service-level signals; client calls by the edges. */
    private static @Nullable JudgeRule histogramRule(String name, Red red) {
        boolean seenElsewhere = red != Red.NONE
                || name.startsWith("http.server.")
                || name.startsWith("http.client.")
                || name.startsWith("rpc.")
                || isOwnPlumbing(name);
        return seenElsewhere ? null : JudgeRule.GAUGE;
    }

    /** Figures that SDKs and agents keep about their own exporting: never a user's trouble. */
    static boolean isOwnPlumbing(String name) {
        return name.startsWith("otel.sdk.")
                || name.startsWith("otlp.exporter.")
                || name.startsWith("otelcol_")
                || name.equals("processedSpans")
                || name.equals("processedLogs")
                || name.equals("queueSize");
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
