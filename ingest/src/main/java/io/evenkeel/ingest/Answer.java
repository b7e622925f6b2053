package io.evenkeel.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.evenkeel.wire.otlp.ItemFault;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.io.JsonStringEncoder;

/** The bodies of the door's answers, byte for byte. Pure. */
public final class Answer {
    /** How long an exporter shall wait before it sends again, s; below the 10 s that an SDK tries for (INGEST, 2). */
    public static final int RETRY_AFTER_SECONDS = 3;

    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
    private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

    private Answer() {}

    /** Export*ServiceResponse; partial_success is set only when something was left out. */
    public static byte[] success(OtlpSignal signal, BodyFormat format, Map<ItemFault, Long> faults) {
        long rejected = faults.values().stream().mapToLong(Long::longValue).sum();
        if (rejected == 0) {
            return format == BodyFormat.JSON ? utf8("{}") : new byte[0];
        }
        String message = rejectionMessage(signal, rejected, faults);
        return format == BodyFormat.JSON
                ? utf8("{\"partialSuccess\":{\"" + rejectedName(signal) + "\":\"" + rejected + "\",\"errorMessage\":"
                        + quoted(message) + "}}")
                : partialSuccess(signal, rejected, message).toByteArray();
    }

    /** For example "left out 4 data points: 3 without a time, 1 too large for one record". */
    private static String rejectionMessage(OtlpSignal signal, long rejected, Map<ItemFault, Long> faults) {
        return new TreeMap<>(faults)
                .entrySet().stream()
                        .map(fault -> fault.getValue() + " " + fault.getKey().words())
                        .collect(Collectors.joining(", ", "left out " + rejected + " " + signal.items() + ": ", ""));
    }

    private static MessageLite partialSuccess(OtlpSignal signal, long rejected, String message) {
        return switch (signal) {
            case METRICS ->
                ExportMetricsServiceResponse.newBuilder()
                        .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                                .setRejectedDataPoints(rejected)
                                .setErrorMessage(message))
                        .build();
            case SPANS ->
                ExportTraceServiceResponse.newBuilder()
                        .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                                .setRejectedSpans(rejected)
                                .setErrorMessage(message))
                        .build();
            case LOGS ->
                ExportLogsServiceResponse.newBuilder()
                        .setPartialSuccess(ExportLogsPartialSuccess.newBuilder()
                                .setRejectedLogRecords(rejected)
                                .setErrorMessage(message))
                        .build();
        };
    }

    private static String rejectedName(OtlpSignal signal) {
        return switch (signal) {
            case METRICS -> "rejectedDataPoints";
            case SPANS -> "rejectedSpans";
            case LOGS -> "rejectedLogRecords";
        };
    }

    /** google.rpc.Status of a refusal; with RetryInfo where another try may succeed, BadRequest where the bytes are bad. */
    public static byte[] status(Refusal reason, String message, BodyFormat format) {
        return format == BodyFormat.JSON ? utf8(jsonStatus(reason, message)) : protobufStatus(reason, message);
    }

    private static String jsonStatus(Refusal reason, String message) {
        String details = reason.mayRetry()
                ? ",\"details\":[{\"@type\":\"" + RETRY_INFO + "\",\"retryDelay\":\"" + RETRY_AFTER_SECONDS + "s\"}]"
                : reason.badPart()
                        .map(part ->
                                ",\"details\":[{\"@type\":\"" + BAD_REQUEST + "\",\"fieldViolations\":[{\"field\":\""
                                        + part + "\",\"description\":" + quoted(message) + "}]}]")
                        .orElse("");
        return "{\"code\":" + reason.grpcCode() + ",\"message\":" + quoted(message) + details + "}";
    }

    /**
     * Written by hand, since google.rpc's generated classes are not on the product's class path: Status {code = 1,
     * message = 2, details = 3}, Any {type_url = 1, value = 2}, RetryInfo {retry_delay = 1}, Duration {seconds = 1},
     * BadRequest {field_violations = 1}, FieldViolation {field = 1, description = 2}
     * (googleapis, google/rpc/status.proto and error_details.proto).
     */
    private static byte[] protobufStatus(Refusal reason, String message) {
        return message(status -> {
            status.writeInt32(1, reason.grpcCode());
            status.writeString(2, message);
            if (reason.mayRetry()) {
                byte[] delay = message(duration -> duration.writeInt64(1, RETRY_AFTER_SECONDS));
                status.writeBytes(3, detail(RETRY_INFO, message(info -> info.writeByteArray(1, delay))));
            }
            if (reason.badPart().isPresent()) {
                byte[] violation = message(bad -> {
                    bad.writeString(1, reason.badPart().get());
                    bad.writeString(2, message);
                });
                status.writeBytes(3, detail(BAD_REQUEST, message(bad -> bad.writeByteArray(1, violation))));
            }
        });
    }

    private static ByteString detail(String type, byte[] value) {
        return ByteString.copyFrom(message(any -> {
            any.writeString(1, type);
            any.writeByteArray(2, value);
        }));
    }

    private static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
