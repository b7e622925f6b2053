package io.evenkeel.detection.flink;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
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
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** OTLP requests as a load generator sends them. */
final class OtlpRequests {
    private OtlpRequests() {}

    static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    static Resource resource(String service, String instance) {
        return Resource.newBuilder()
                .addAttributes(attribute("deployment.environment.name", "demo"))
                .addAttributes(attribute("service.namespace", "shop"))
                .addAttributes(attribute("service.name", service))
                .addAttributes(attribute("service.instance.id", instance))
                .addAttributes(attribute("service.version", "1"))
                .addAttributes(attribute("host.name", "node-1"))
                .build();
    }

    /** One delta point per series of {@code load.points}, series {@code n=0..series-1}. */
    static byte[] deltas(String service, int series, long fromMillis, long atMillis, IntToDoubleFunction value) {
        Sum.Builder sum = Sum.newBuilder()
                .setIsMonotonic(true)
                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        for (int n = 0; n < series; n++) {
            sum.addDataPoints(NumberDataPoint.newBuilder()
                    .setStartTimeUnixNano(fromMillis * 1_000_000)
                    .setTimeUnixNano(atMillis * 1_000_000)
                    .addAttributes(attribute("n", Integer.toString(n)))
                    .setAsDouble(value.applyAsDouble(n)));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(resource(service, service + "-1"))
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("load.points")
                                        .setUnit("1")
                                        .setSum(sum))))
                .build()
                .toByteArray();
    }

    /**
     * A second of calls from one service to another, both ends: 20 calls of 20 ms.
     *
     * @param failShare share of the calls that fail on the callee's account
     */
    static byte[] calls(
            String caller, String callee, String address, long secondMillis, double failShare, Random random) {
        return calls(caller, callee, address, secondMillis, failShare, random, false);
    }

    /**
     * The same, of which one trace in twenty is kept and says so in its tracestate.
     *
     * @param sampled whether they are sampled
     */
    static byte[] calls(
            String caller,
            String callee,
            String address,
            long secondMillis,
            double failShare,
            Random random,
            boolean sampled) {
        ScopeSpans.Builder clients = ScopeSpans.newBuilder();
        ScopeSpans.Builder servers = ScopeSpans.newBuilder();
        for (int i = 0; i < 20; i++) {
            ByteString trace = bytes(random, 16);
            ByteString client = bytes(random, 8);
            long start = (secondMillis + i * 45L) * 1_000_000;
            boolean failed = random.nextDouble() < failShare;
            if (sampled && random.nextInt(20) > 0) {
                continue;
            }
            String state = sampled ? "ot=th:f3333333333333" : "";
            clients.addSpans(span(trace, client, start, 22_000_000, Span.SpanKind.SPAN_KIND_CLIENT, failed)
                    .setName("POST")
                    .setTraceState(state)
                    .addAttributes(attribute("server.address", address.substring(0, address.indexOf(':'))))
                    .addAttributes(
                            number("server.port", Integer.parseInt(address.substring(address.indexOf(':') + 1)))));
            servers.addSpans(
                    span(trace, bytes(random, 8), start + 1_000_000, 20_000_000, Span.SpanKind.SPAN_KIND_SERVER, failed)
                            .setName("POST /pay")
                            .setTraceState(state)
                            .setParentSpanId(client));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource(caller, caller + "-1"))
                        .addScopeSpans(clients))
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource(callee, callee + "-1"))
                        .addScopeSpans(servers))
                .build()
                .toByteArray();
    }

    private static Span.Builder span(
            ByteString trace, ByteString id, long startNanos, long nanos, Span.SpanKind kind, boolean failed) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(trace)
                .setSpanId(id)
                .setKind(kind)
                .setStartTimeUnixNano(startNanos)
                .setEndTimeUnixNano(startNanos + nanos)
                .addAttributes(attribute("http.request.method", "POST"))
                .addAttributes(number("http.response.status_code", failed ? 500 : 200));
        return failed
                ? span.addAttributes(attribute("error.type", "500"))
                        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                : span;
    }

    private static KeyValue number(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    private static ByteString bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
