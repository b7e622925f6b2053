package io.evenkeel.benchmarks;

import com.google.protobuf.InvalidProtocolBufferException;
import io.evenkeel.wire.otlp.DurationBuckets;
import io.evenkeel.wire.otlp.SpanRows;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * The rival of P1 for spans: generated classes, the same sums per operation and peer in a plain map. It keeps neither
 * exemplars nor call ends, which the walk does.
 */
final class GeneratedSpans {
    record Key(SpanRows.View view, String operation, String peer, long binStartMillis) {}

    static final class Sum {
        long count;
        long errors;
        double seconds;
        final long[] buckets = new long[SpanRows.DURATION_BUCKETS];
    }

    /** Sums per resource of the request last read, in its order. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    final Map<Key, Sum>[] resources = new Map[Payloads.RESOURCES];

    void read(byte[] bytes) {
        ExportTraceServiceRequest request;
        try {
            request = ExportTraceServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
        int at = 0;
        for (ResourceSpans resource : request.getResourceSpansList()) {
            Map<Key, Sum> sums = new HashMap<>();
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    read(span, sums);
                }
            }
            resources[at++] = sums;
        }
    }

    private static void read(Span span, Map<Key, Sum> sums) {
        boolean serves = span.getKind() == Span.SpanKind.SPAN_KIND_SERVER;
        if (!serves && span.getKind() != Span.SpanKind.SPAN_KIND_CLIENT) {
            return;
        }
        String method = "";
        String route = "";
        String address = "";
        String database = "";
        String namespace = "";
        long port = 0;
        long status = 0;
        for (KeyValue attribute : span.getAttributesList()) {
            AnyValue value = attribute.getValue();
            switch (attribute.getKey()) {
                case "http.request.method" -> method = value.getStringValue();
                case "http.route" -> route = value.getStringValue();
                case "http.response.status_code" -> status = value.getIntValue();
                case "server.address" -> address = value.getStringValue();
                case "server.port" -> port = value.getIntValue();
                case "db.system.name" -> database = value.getStringValue();
                case "db.namespace" -> namespace = value.getStringValue();
                default -> {}
            }
        }
        boolean failed = span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR || status >= 500;
        long nanos = Math.max(0, span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
        long end = span.getEndTimeUnixNano() / 1_000_000;
        long bin = end - end % 10_000;
        if (serves) {
            String operation = method.isEmpty() || route.isEmpty() ? span.getName() : method + ' ' + route;
            add(sums, new Key(SpanRows.View.SERVER, "", "", bin), failed, nanos);
            add(sums, new Key(SpanRows.View.SERVER, operation, "", bin), failed, nanos);
            return;
        }
        String peer =
                database.isEmpty() ? address + ':' + port : database + ':' + address + ':' + port + '/' + namespace;
        add(sums, new Key(SpanRows.View.CLIENT, "", peer, bin), failed, nanos);
    }

    private static void add(Map<Key, Sum> sums, Key key, boolean failed, long nanos) {
        Sum sum = sums.computeIfAbsent(key, k -> new Sum());
        sum.count++;
        sum.errors += failed ? 1 : 0;
        sum.seconds += nanos * 1e-9;
        sum.buckets[DurationBuckets.of(nanos)]++;
    }
}
