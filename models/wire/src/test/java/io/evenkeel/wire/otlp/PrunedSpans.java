package io.evenkeel.wire.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Damaged trace requests as protobuf reads them, without what the spans walk does not look into: there the content of an
 * attribute is read only if the span is a request and the key says something about requests.
 */
final class PrunedSpans {
    private static final Set<String> KEYS = Set.of(
            "http.request.method",
            "http.method",
            "http.route",
            "http.response.status_code",
            "http.status_code",
            "server.address",
            "net.peer.name",
            "server.port",
            "net.peer.port",
            "db.system.name",
            "db.system",
            "db.namespace",
            "db.name",
            "error.type",
            "rpc.system.name",
            "rpc.system",
            "messaging.system",
            "messaging.destination.name");

    /** Resources are read in full, so span attributes need a schema of their own: here they are bytes. */
    private static final Descriptor OUTER = new PrunedSchema(
                    Map.of(
                            "ResourceSpans", List.of("schema_url"),
                            "ScopeSpans", List.of("schema_url", "scope"),
                            "Resource", List.of("dropped_attributes_count", "entity_refs"),
                            "Status", List.of("message"),
                            "Span",
                                    List.of(
                                            "events",
                                            "links",
                                            "flags",
                                            "dropped_attributes_count",
                                            "dropped_events_count",
                                            "dropped_links_count"),
                            "KeyValue", List.of("key_strindex")),
                    List.of("Span.attributes"))
            .of(ExportTraceServiceRequest.getDescriptor());

    private static final Descriptor ATTRIBUTE = new PrunedSchema(
                    Map.of("KeyValue", List.of("key_strindex")), List.of("KeyValue.key", "KeyValue.value"))
            .of(KeyValue.getDescriptor());

    private static final Descriptor VALUE = new PrunedSchema(
                    Map.of(), List.of("AnyValue.array_value", "AnyValue.kvlist_value"))
            .of(AnyValue.getDescriptor());

    private PrunedSpans() {}

    /** Null when the bytes are not readable. */
    static ExportTraceServiceRequest parse(byte[] bytes) {
        try {
            return request(PrunedSchema.parse(OUTER, bytes));
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** The same resource with error types that come from span events, which are no part of the pruned request, as none. */
    static SpansOracle.Resource withoutExceptions(SpansOracle.Resource resource) {
        Map<SpansOracle.Key, SpansOracle.Sums> reds = new LinkedHashMap<>();
        resource.reds()
                .forEach((key, sums) -> reds.put(
                        key,
                        new SpansOracle.Sums(
                                sums.count(),
                                sums.errors(),
                                sums.durations(),
                                sums.squares(),
                                sums.exemplars().stream()
                                        .map(PrunedSpans::withoutErrorType)
                                        .toList())));
        return new SpansOracle.Resource(
                resource.service(), resource.owner(), resource.instance(), resource.version(), reds, resource.links());
    }

    private static SpanRows.Sample withoutErrorType(SpanRows.Sample sample) {
        return new SpanRows.Sample(
                sample.traceHigh(),
                sample.traceLow(),
                sample.span(),
                sample.timeMillis(),
                sample.operation(),
                sample.durationMicros(),
                "");
    }

    private static ExportTraceServiceRequest request(Message pruned) throws InvalidProtocolBufferException {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (Message resource : list(pruned, "resource_spans")) {
            ResourceSpans.Builder spans = ResourceSpans.newBuilder();
            Message source = (Message) resource.getField(field(resource, "resource"));
            spans.setResource(io.opentelemetry.proto.resource.v1.Resource.parseFrom(source.toByteString()));
            for (Message scope : list(resource, "scope_spans")) {
                ScopeSpans.Builder into = ScopeSpans.newBuilder();
                for (Message span : list(scope, "spans")) {
                    into.addSpans(span(span));
                }
                spans.addScopeSpans(into);
            }
            request.addResourceSpans(spans);
        }
        return request.build();
    }

    private static Span span(Message pruned) throws InvalidProtocolBufferException {
        FieldDescriptor attributes = field(pruned, "attributes");
        Message bare = pruned.toBuilder().clearField(attributes).build();
        Span.Builder span = Span.parseFrom(bare.toByteString()).toBuilder();
        if (span.getKindValue() < 2 || span.getKindValue() > 5) {
            return span.build();
        }
        for (int i = 0; i < pruned.getRepeatedFieldCount(attributes); i++) {
            ByteString attribute = (ByteString) pruned.getRepeatedField(attributes, i);
            DynamicMessage entry = DynamicMessage.parseFrom(ATTRIBUTE, attribute);
            ByteString key = (ByteString) entry.getField(field(entry, "key"));
            if (key.isValidUtf8() && KEYS.contains(key.toStringUtf8())) {
                ByteString value = (ByteString) entry.getField(field(entry, "value"));
                span.addAttributes(
                        KeyValue.newBuilder().setKey(key.toStringUtf8()).setValue(value(value)));
            }
        }
        return span.build();
    }

    private static AnyValue value(ByteString bytes) throws InvalidProtocolBufferException {
        DynamicMessage value = DynamicMessage.parseFrom(VALUE, bytes);
        AnyValue.Builder read = AnyValue.newBuilder();
        if (value.hasField(field(value, "string_value"))) {
            read.setStringValue((String) value.getField(field(value, "string_value")));
        } else if (value.hasField(field(value, "int_value"))) {
            read.setIntValue((Long) value.getField(field(value, "int_value")));
        }
        return read.build();
    }

    private static FieldDescriptor field(Message message, String name) {
        return message.getDescriptorForType().findFieldByName(name);
    }

    @SuppressWarnings("unchecked")
    private static List<Message> list(Message message, String name) {
        return (List<Message>) message.getField(field(message, name));
    }
}
