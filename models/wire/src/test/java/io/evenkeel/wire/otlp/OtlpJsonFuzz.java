package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Any bytes as OTLP/JSON of each signal: malformed, or a request that generated classes parse, that the door's check
 * takes, and that reads the same when protobuf's own printer writes it as JSON again. {@code benchmarks/fuzz json} looks
 * for bytes that break this, {@link FuzzCorpusTest} goes through those that were of interest.
 */
public final class OtlpJsonFuzz {
    private static final Set<String> HEX_IDS = Set.of("trace_id", "span_id", "parent_span_id");

    private OtlpJsonFuzz() {}

    /** @throws AssertionError when a promise is broken */
    public static void fuzzerTestOneInput(byte[] json) throws Exception {
        check(OtlpSignal.METRICS, json, ExportMetricsServiceRequest.getDefaultInstance());
        check(OtlpSignal.SPANS, json, ExportTraceServiceRequest.getDefaultInstance());
        check(OtlpSignal.LOGS, json, ExportLogsServiceRequest.getDefaultInstance());
    }

    private static void check(OtlpSignal signal, byte[] json, Message empty) throws Exception {
        byte[] protobuf;
        try {
            protobuf = OtlpJson.toProtobuf(signal, json);
        } catch (MalformedRequestException e) {
            assertThat(e.getMessage()).startsWith("invalid OTLP JSON at byte ");
            return;
        }
        Message request;
        try {
            request = empty.getParserForType().parseFrom(protobuf);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("taken, but generated classes refuse what it became", e);
        }
        RequestCheck.of(signal, protobuf.clone(), SecretMask.standard());
        if (request.equals(empty)) {
            return;
        }
        Message.Builder comparable = request.toBuilder();
        clearIds(comparable);
        byte[] printed =
                JsonFormat.printer().printingEnumsAsInts().print(comparable).getBytes(StandardCharsets.UTF_8);
        assertThat(empty.getParserForType().parseFrom(OtlpJson.toProtobuf(signal, printed)))
                .isEqualTo(comparable.build());
    }

    /** OTLP writes them in hex, protobuf in base64. */
    private static void clearIds(Message.Builder message) {
        List.copyOf(message.getAllFields().entrySet()).forEach(entry -> {
            var field = entry.getKey();
            if (HEX_IDS.contains(field.getName())) {
                message.clearField(field);
            } else if (field.getJavaType() == com.google.protobuf.Descriptors.FieldDescriptor.JavaType.MESSAGE) {
                if (field.isRepeated()) {
                    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                        clearIds(message.getRepeatedFieldBuilder(field, i));
                    }
                } else {
                    clearIds(message.getFieldBuilder(field));
                }
            }
        });
    }
}
