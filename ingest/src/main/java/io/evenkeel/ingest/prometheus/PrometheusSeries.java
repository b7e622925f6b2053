package io.evenkeel.ingest.prometheus;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Series of a Prometheus as the OTLP requests that an exporter would have sent, one a step, so that what is learned from
 * them has the very ids that live telemetry will have. Pure.
 */
public final class PrometheusSeries {
    private final Identity identity;
    private final Words words;
    private final Map<String, Map<String, String>> infos;

    /** What the numbers of a series are. */
    public enum Form {
        /** Values as they are. */
        GAUGE,
        /** A total that only rises, as Prometheus keeps it; a fall is a restart. */
        COUNTER,
        /** A total's increase per second, such as {@code rate()} gives. */
        RATE
    }

    /**
     * How the metric is called.
     *
     * @param metric OpenTelemetry's name of it; null = by the series' own
     * @param unit UCUM unit; empty where unknown
     * @param form null = a counter where the name ends in {@code _total}, else a gauge
     * @param named OpenTelemetry's name for one of Prometheus; the same where it knows none
     */
    public record Words(
            @Nullable String metric, String unit, @Nullable Form form, UnaryOperator<String> named) {}

    /** @param targetInfos labels of the {@code target_info} series; empty when there are none */
    public PrometheusSeries(Identity identity, Words words, List<Map<String, String>> targetInfos) {
        this.identity = identity;
        this.words = words;
        this.infos = new LinkedHashMap<>();
        for (Map<String, String> labels : targetInfos) {
            infos.put(target(labels), labels);
            // For series that were summed over the instances.
            infos.putIfAbsent(labels.getOrDefault("job", "") + '\n', labels);
        }
    }

    private static String target(Map<String, String> labels) {
        return labels.getOrDefault("job", "") + '\n' + labels.getOrDefault("instance", "");
    }

    private Map<String, String> resource(Map<String, String> labels) throws PrometheusException {
        return identity.resource(labels, infos.getOrDefault(target(labels), Map.of()));
    }

    /**
     * The service that a series is of.
     *
     * @throws PrometheusException if nothing says so
     */
    public ServiceKey serviceOf(PrometheusApi.Series series) throws PrometheusException {
        Map<String, String> resource = resource(series.labels());
        return new ServiceKey(
                resource.getOrDefault("deployment.environment.name", ""),
                resource.getOrDefault("service.namespace", ""),
                resource.getOrDefault("service.name", ""));
    }

    /** A series' own part of every request. */
    private record Part(Resource resource, Metric metric, Form form, double[] values) {}

    /**
     * The requests of one stretch of time, oldest first; steps without any value have none.
     *
     * @throws PrometheusException if a series does not say whose or which metric it is
     */
    public Requests requests(List<PrometheusApi.Series> series, long startMillis, long stepMillis)
            throws PrometheusException {
        List<Part> parts = new ArrayList<>();
        for (PrometheusApi.Series one : series) {
            parts.add(part(one));
        }
        return new Requests(parts, startMillis, stepMillis);
    }

    /** Requests by step, made when they are asked for. */
    public static final class Requests {
        private final List<Part> parts;
        private final long start;
        private final long step;

        private Requests(List<Part> parts, long start, long step) {
            this.parts = parts;
            this.start = start;
            this.step = step;
        }

        /** The request of a step, empty where no series has a value. */
        public Optional<byte[]> at(int index) {
            long time = start + index * step;
            Map<Resource, ScopeMetrics.Builder> byResource = new LinkedHashMap<>();
            for (Part part : parts) {
                double value = part.values[index];
                if (!Double.isNaN(value)) {
                    byResource
                            .computeIfAbsent(part.resource, resource -> ScopeMetrics.newBuilder())
                            .addMetrics(point(part, value, time));
                }
            }
            if (byResource.isEmpty()) {
                return Optional.empty();
            }
            ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
            byResource.forEach((resource, metrics) -> request.addResourceMetrics(
                    ResourceMetrics.newBuilder().setResource(resource).addScopeMetrics(metrics)));
            return Optional.of(request.build().toByteArray());
        }

        private Metric point(Part part, double value, long time) {
            return switch (part.form) {
                case GAUGE ->
                    part.metric.toBuilder()
                            .setGauge(Gauge.newBuilder()
                                    .addDataPoints(at(part.metric.getGauge().getDataPoints(0), 0, time, value)))
                            .build();
                case COUNTER -> sum(part, at(part.metric.getSum().getDataPoints(0), 0, time, value));
                case RATE ->
                    sum(part, at(part.metric.getSum().getDataPoints(0), time - step, time, value * step / 1000.0));
            };
        }

        private static Metric sum(Part part, NumberDataPoint point) {
            return part.metric.toBuilder()
                    .setSum(part.metric.getSum().toBuilder().setDataPoints(0, point))
                    .build();
        }

        private static NumberDataPoint at(NumberDataPoint point, long from, long time, double value) {
            return point.toBuilder()
                    .setStartTimeUnixNano(from * 1_000_000)
                    .setTimeUnixNano(time * 1_000_000)
                    .setAsDouble(value)
                    .build();
        }
    }

    private Part part(PrometheusApi.Series series) throws PrometheusException {
        String own = series.labels().getOrDefault("__name__", "");
        if (own.isEmpty() && words.metric() == null) {
            throw new PrometheusException("the series " + series.labels()
                    + " has no name, as a function took it; say with --metric which metric it is");
        }
        String name = words.metric() != null ? words.metric() : words.named().apply(own);
        Form form = words.form() != null ? words.form() : own.endsWith("_total") ? Form.COUNTER : Form.GAUGE;
        NumberDataPoint.Builder point = NumberDataPoint.newBuilder();
        identity.attributesOf(series.labels()).forEach((key, value) -> point.addAttributes(text(key, value)));
        Metric.Builder metric = Metric.newBuilder().setName(name).setUnit(words.unit());
        if (form == Form.GAUGE) {
            metric.setGauge(Gauge.newBuilder().addDataPoints(point));
        } else {
            metric.setSum(Sum.newBuilder()
                    .setIsMonotonic(true)
                    .setAggregationTemporality(
                            form == Form.RATE
                                    ? AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
                                    : AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                    .addDataPoints(point));
        }
        Resource.Builder resource = Resource.newBuilder();
        resource(series.labels()).forEach((key, value) -> resource.addAttributes(text(key, value)));
        return new Part(resource.build(), metric.build(), form, series.values());
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
