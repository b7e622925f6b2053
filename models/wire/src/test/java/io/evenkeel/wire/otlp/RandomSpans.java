package io.evenkeel.wire.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Spans and logs from a seed, old and new names of attributes mixed. */
final class RandomSpans {
    private static final long NOW = 1_795_000_000_000_000_000L;

    private final RandomOtlp otlp;

    RandomSpans(long seed) {
        otlp = new RandomOtlp(seed);
    }

    ExportTraceServiceRequest spans() {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int i = otlp.upTo(3); i > 0; i--) {
            ResourceSpans.Builder resource = ResourceSpans.newBuilder().setResource(otlp.resource());
            for (int scope = otlp.upTo(2); scope > 0; scope--) {
                ScopeSpans.Builder spans = ScopeSpans.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName("io.opentelemetry.http"));
                for (int span = otlp.upTo(12); span > 0; span--) {
                    spans.addSpans(span());
                }
                resource.addScopeSpans(spans);
            }
            request.addResourceSpans(resource);
        }
        return request.build();
    }

    private Span span() {
        long start = otlp.time();
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setName(otlp.oneOf(List.of("GET /cart", "charge", "SELECT shop", "", "결제")))
                .setKindValue(otlp.upTo(6))
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(otlp.oneIn(20) ? 0 : start + duration())
                .addAllAttributes(attributes())
                .setTraceState(otlp.oneOf(List.of(
                        "",
                        "ot=th:8",
                        "vendor=x:1, ot=p:3;th:c;rv:00000000000001",
                        "ot=th:0",
                        "ot=th:ffffffffffffff",
                        "ot=th:G",
                        "ot=th:123456789012345",
                        "a=b")));
        if (!otlp.oneIn(3)) {
            span.setParentSpanId(id(8));
        }
        if (otlp.oneIn(3)) {
            span.setStatus(Status.newBuilder().setMessage("broken").setCodeValue(otlp.upTo(3)));
        }
        if (otlp.oneIn(3)) {
            span.addEvents(Span.Event.newBuilder()
                    .setName("exception")
                    .addAttributes(RandomOtlp.text("exception.message", "no"))
                    .addAttributes(RandomOtlp.text("exception.type", "java.io.IOException")));
        }
        if (otlp.oneIn(6)) {
            span.addLinks(Span.Link.newBuilder().setTraceId(id(16)));
            span.setUnknownFields(otlp.unknown());
        }
        return span.build();
    }

    private long duration() {
        return switch (otlp.upTo(5)) {
            case 0 -> -otlp.upTo(5_000_000);
            case 1 -> otlp.upTo(3000);
            case 2 -> (long) otlp.upTo(Integer.MAX_VALUE - 1) * 5000;
            default -> otlp.upTo(500_000_000);
        };
    }

    private List<KeyValue> attributes() {
        List<KeyValue> attributes = new ArrayList<>(otlp.attributes(otlp.upTo(4)));
        maybe(attributes, "http.request.method", text("GET"));
        maybe(attributes, "http.method", text("POST"));
        maybe(attributes, "http.route", text(otlp.oneOf(List.of("/cart/{id}", "/checkout", ""))));
        AnyValue status = otlp.oneIn(4)
                ? text(otlp.oneOf(List.of("503", "200", "x5", "99999999999999999999")))
                : number(otlp.oneOf(List.of(200, 404, 500, 503)));
        maybe(attributes, otlp.oneIn(2) ? "http.response.status_code" : "http.status_code", status);
        maybe(attributes, "server.address", text("catalog"));
        maybe(attributes, "server.port", number(8080 + otlp.upTo(2)));
        maybe(attributes, "net.peer.name", text("old-catalog"));
        maybe(attributes, "net.peer.port", text("9090"));
        maybe(attributes, "db.system.name", text("postgresql"));
        maybe(attributes, "db.system", otlp.oneIn(3) ? real() : text("mysql"));
        maybe(attributes, "db.namespace", text("shop"));
        maybe(attributes, "db.name", text("oldshop"));
        maybe(attributes, "error.type", text("java.net.http.HttpTimeoutException"));
        maybe(attributes, "rpc.system", text("grpc"));
        maybe(attributes, "messaging.system", text("kafka"));
        maybe(attributes, "messaging.destination.name", text("orders"));
        Collections.shuffle(attributes, otlp.random);
        return attributes;
    }

    private void maybe(List<KeyValue> attributes, String key, AnyValue value) {
        if (otlp.oneIn(3)) {
            attributes.add(KeyValue.newBuilder().setKey(key).setValue(value).build());
        }
    }

    private static AnyValue text(String value) {
        return AnyValue.newBuilder().setStringValue(value).build();
    }

    private static AnyValue number(long value) {
        return AnyValue.newBuilder().setIntValue(value).build();
    }

    private static AnyValue real() {
        return AnyValue.newBuilder().setDoubleValue(2.5).build();
    }

    private ByteString id(int length) {
        byte[] id = new byte[otlp.oneIn(40) ? 5 : length];
        if (!otlp.oneIn(40)) {
            otlp.random.nextBytes(id);
        }
        return ByteString.copyFrom(id);
    }

    ExportLogsServiceRequest logs() {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        for (int i = otlp.upTo(3); i > 0; i--) {
            ScopeLogs.Builder scope = ScopeLogs.newBuilder();
            for (int record = otlp.upTo(20); record > 0; record--) {
                scope.addLogRecords(LogRecord.newBuilder()
                        .setTimeUnixNano(otlp.oneIn(4) ? 0 : NOW + otlp.upTo(30_000) * 1_000_000L)
                        .setObservedTimeUnixNano(otlp.time())
                        .setSeverityNumberValue(otlp.upTo(26))
                        .setSeverityText(otlp.oneOf(List.of("", "WARN", "Error", "info", "E", "CONFIG", "critical")))
                        .setBody(text("Started"))
                        .addAllAttributes(otlp.attributes(2)));
            }
            request.addResourceLogs(
                    ResourceLogs.newBuilder().setResource(otlp.resource()).addScopeLogs(scope));
        }
        return request.build();
    }
}
