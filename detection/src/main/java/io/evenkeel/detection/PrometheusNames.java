package io.evenkeel.detection;

import java.util.HashMap;
import java.util.Map;

/**
 * What OpenTelemetry calls the metrics that an exporter wrote into a Prometheus, for those that are known out of the box:
 * dots had become underscores and the unit and {@code _total} were put behind (OpenTelemetry specification,
 * compatibility/prometheus_and_openmetrics.md, "Metric Metadata").
 */
public final class PrometheusNames {
    private static final Map<String, String> UNITS = Map.of("s", "_seconds", "By", "_bytes", "ms", "_milliseconds");
    private static final Map<String, String> BY_PROMETHEUS = table();

    private PrometheusNames() {}

    private static Map<String, String> table() {
        Map<String, String> names = new HashMap<>();
        for (KnownSignals.Known known : KnownSignals.shipped().rows()) {
            String plain = known.metric().replaceAll("[^a-zA-Z0-9_:]", "_");
            String unit = UNITS.getOrDefault(known.unit(), known.unit().equals("1") ? "_ratio" : "");
            for (String written : new String[] {plain, plain + unit, plain + "_total", plain + unit + "_total"}) {
                names.putIfAbsent(written, known.metric());
            }
        }
        return names;
    }

    /** OpenTelemetry's name, the same where none is known: a Collector that scrapes keeps Prometheus' names. */
    public static String ofPrometheus(String name) {
        return BY_PROMETHEUS.getOrDefault(name, name);
    }
}
