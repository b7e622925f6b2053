package io.evenkeel.ingest;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Small requests for tests. */
public final class TestObjects {
    public static final long NOON = 1_700_000_000_000_000_000L;

    private TestObjects() {}

    public static Resource service(String name) {
        return Resource.newBuilder().addAttributes(text("service.name", name)).build();
    }

    public static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    /** One gauge with points of value 0, 1, 2... at the given times. */
    public static ExportMetricsServiceRequest gauge(String name, long... times) {
        Gauge.Builder gauge = Gauge.newBuilder();
        for (int i = 0; i < times.length; i++) {
            gauge.addDataPoints(
                    NumberDataPoint.newBuilder().setTimeUnixNano(times[i]).setAsInt(i));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(service("shop"))
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder().setName(name).setGauge(gauge))))
                .build();
    }

    public static ExportTraceServiceRequest span(String name, byte[] traceId) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(service("shop"))
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder()
                                        .setName(name)
                                        .setTraceId(ByteString.copyFrom(traceId))
                                        .setSpanId(ByteString.copyFromUtf8("12345678"))
                                        .setStartTimeUnixNano(NOON)
                                        .setEndTimeUnixNano(NOON + 1))))
                .build();
    }

    public static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
