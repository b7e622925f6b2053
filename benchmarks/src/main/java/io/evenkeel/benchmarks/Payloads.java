package io.evenkeel.benchmarks;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Requests of the shape that PERFORMANCE.md section 1 was measured with: 10 resources of 13 attributes, 1,000 points or
 * spans each request. Different payloads hold different resources and so different series.
 */
final class Payloads {
    static final int RESOURCES = 10;
    static final int ITEMS = 1000;

    private static final long NOW = 1_795_000_000_000_000_000L;
    private static final String[] ROUTES = {"/cart/{id}", "/checkout", "/items", "/items/{id}", "/login"};
    private static final double[] BOUNDS = {
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
    };

    private final Random random;

    Payloads(long seed) {
        random = new Random(seed);
    }

    /** Some millisecond of ten seconds, as OTLP writes it. */
    static long time(Random random) {
        return NOW + random.nextInt(10_000) * 1_000_000L;
    }

    static boolean isTime(long nanos) {
        return nanos >= NOW && nanos < NOW + 10_000 * 1_000_000L;
    }

    /** Half double gauges, half integer counters, five attributes a point; a tenth of the points in another order. */
    byte[] numbers(int payload) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (int r = 0; r < RESOURCES; r++) {
            ScopeMetrics.Builder scope = scope();
            for (int m = 0; m < 20; m++) {
                List<NumberDataPoint> points = new ArrayList<>();
                for (int p = 0; p < 5; p++) {
                    NumberDataPoint.Builder point = NumberDataPoint.newBuilder()
                            .addAllAttributes(pointAttributes(p))
                            .setStartTimeUnixNano(NOW - 60_000_000_000L)
                            .setTimeUnixNano(time(random));
                    if (m % 2 == 0) {
                        point.setAsDouble(random.nextGaussian() * 100);
                    } else {
                        point.setAsInt(random.nextInt(1_000_000));
                    }
                    points.add(point.build());
                }
                Metric.Builder metric = Metric.newBuilder()
                        .setName("app.component.operation.measure." + m)
                        .setUnit("{request}");
                if (m % 2 == 0) {
                    metric.setGauge(Gauge.newBuilder().addAllDataPoints(points));
                } else {
                    metric.setSum(Sum.newBuilder()
                            .addAllDataPoints(points)
                            .setIsMonotonic(true)
                            .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE));
                }
                scope.addMetrics(metric);
            }
            request.addResourceMetrics(ResourceMetrics.newBuilder()
                    .setResource(resource(payload, r))
                    .addScopeMetrics(scope));
        }
        return request.build().toByteArray();
    }

    /** Explicit histograms of 15 buckets, five attributes a point. */
    byte[] histograms(int payload) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (int r = 0; r < RESOURCES; r++) {
            ScopeMetrics.Builder scope = scope();
            for (int m = 0; m < 20; m++) {
                Histogram.Builder histogram = Histogram.newBuilder()
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
                for (int p = 0; p < 5; p++) {
                    histogram.addDataPoints(histogramPoint(p));
                }
                scope.addMetrics(Metric.newBuilder()
                        .setName("http.server.request.duration." + m)
                        .setUnit("s")
                        .setHistogram(histogram));
            }
            request.addResourceMetrics(ResourceMetrics.newBuilder()
                    .setResource(resource(payload, r))
                    .addScopeMetrics(scope));
        }
        return request.build().toByteArray();
    }

    private HistogramDataPoint histogramPoint(int point) {
        HistogramDataPoint.Builder builder = HistogramDataPoint.newBuilder()
                .addAllAttributes(pointAttributes(point))
                .setStartTimeUnixNano(NOW - 60_000_000_000L)
                .setTimeUnixNano(time(random))
                .setMin(0.001)
                .setMax(9);
        long count = 0;
        for (int bucket = 0; bucket <= BOUNDS.length; bucket++) {
            int inBucket = random.nextInt(500);
            builder.addBucketCounts(inBucket);
            count += inBucket;
        }
        for (double bound : BOUNDS) {
            builder.addExplicitBounds(bound);
        }
        return builder.setCount(count).setSum(count * 0.1).build();
    }

    /** Half served requests, three tenths HTTP calls, a tenth database calls, a tenth inner spans; 11 attributes each. */
    byte[] spans(int payload) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int r = 0; r < RESOURCES; r++) {
            ScopeSpans.Builder scope = ScopeSpans.newBuilder()
                    .setScope(InstrumentationScope.newBuilder().setName("io.opentelemetry.http"));
            for (int s = 0; s < ITEMS / RESOURCES; s++) {
                scope.addSpans(span(s));
            }
            request.addResourceSpans(
                    ResourceSpans.newBuilder().setResource(resource(payload, r)).addScopeSpans(scope));
        }
        return request.build().toByteArray();
    }

    private Span span(int number) {
        int kind = number % 10;
        String route = ROUTES[random.nextInt(ROUTES.length)];
        long start = time(random);
        boolean failed = random.nextInt(50) == 0;
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setParentSpanId(id(8))
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + 500_000 + random.nextInt(80_000_000));
        if (kind < 5) {
            span.setKind(Span.SpanKind.SPAN_KIND_SERVER)
                    .setName("GET " + route)
                    .addAttributes(text("http.route", route))
                    .addAttributes(text("http.request.method", "GET"))
                    .addAttributes(number("http.response.status_code", failed ? 503 : 200));
        } else if (kind < 8) {
            span.setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                    .setName("GET")
                    .addAttributes(text("http.request.method", "GET"))
                    .addAttributes(number("http.response.status_code", failed ? 503 : 200))
                    .addAttributes(text("server.address", "catalog-" + random.nextInt(3)))
                    .addAttributes(number("server.port", 8080));
        } else if (kind < 9) {
            span.setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                    .setName("SELECT shop.stock")
                    .addAttributes(text("db.system.name", "postgresql"))
                    .addAttributes(text("db.namespace", "shop"))
                    .addAttributes(text("server.address", "stock-db"))
                    .addAttributes(number("server.port", 5432));
        } else {
            span.setKind(Span.SpanKind.SPAN_KIND_INTERNAL).setName("ItemController.list");
        }
        if (failed) {
            span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
        }
        span.addAttributes(text("url.path", "/items/" + random.nextInt(100_000)))
                .addAttributes(text("url.scheme", "http"))
                .addAttributes(text("network.peer.address", "10.0.0." + random.nextInt(250)))
                .addAttributes(number("network.peer.port", 30_000 + random.nextInt(9999)))
                .addAttributes(text("network.protocol.version", "1.1"))
                .addAttributes(text("user_agent.original", "Java-http-client/17.0.15"))
                .addAttributes(text("thread.name", "http-worker-" + random.nextInt(16)));
        return span.build();
    }

    private ByteString id(int length) {
        byte[] id = new byte[length];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    private static ScopeMetrics.Builder scope() {
        return ScopeMetrics.newBuilder()
                .setScope(InstrumentationScope.newBuilder()
                        .setName("io.opentelemetry.java-http-server")
                        .setVersion("2.33.1"));
    }

    private List<KeyValue> pointAttributes(int point) {
        List<KeyValue> attributes = new ArrayList<>(List.of(
                text("http.request.method", "GET"),
                text("http.route", ROUTES[point % ROUTES.length]),
                number("http.response.status_code", 200 + point),
                text("network.protocol.version", "1.1"),
                text("url.scheme", "http")));
        if (random.nextInt(10) == 0) {
            Collections.shuffle(attributes, random);
        }
        return attributes;
    }

    private Resource resource(int payload, int r) {
        int number = payload * RESOURCES + r;
        return Resource.newBuilder()
                .addAttributes(text("deployment.environment.name", "demo"))
                .addAttributes(text("service.namespace", "shop"))
                .addAttributes(text("service.name", "service-" + number))
                .addAttributes(text("service.version", "1.4.2"))
                .addAttributes(text("service.instance.id", "service-" + number + "-7f3a"))
                .addAttributes(text("host.name", "node-" + number % 50))
                .addAttributes(text("host.arch", "amd64"))
                .addAttributes(text("os.type", "linux"))
                .addAttributes(number("process.pid", 1000 + number))
                .addAttributes(text("process.runtime.name", "OpenJDK Runtime Environment"))
                .addAttributes(text("process.runtime.version", "17.0.15+6"))
                .addAttributes(text("telemetry.sdk.language", "java"))
                .addAttributes(text("telemetry.sdk.version", "1.67.0"))
                .build();
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue number(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }
}
