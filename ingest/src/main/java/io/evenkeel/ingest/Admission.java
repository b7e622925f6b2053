package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.OtlpJson;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.OtlpSlicer;
import io.evenkeel.wire.otlp.SecretMask;
import io.evenkeel.wire.otlp.SlicedRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts or refuses an export request: at the door by its head and the load, then by the shape of its body. Pure, safe
 * for any thread. Accepted here is not acknowledged: that takes Kafka's word.
 */
public final class Admission {
    private static final Map<String, OtlpSignal> HTTP_PATHS =
            Map.of("/v1/metrics", OtlpSignal.METRICS, "/v1/traces", OtlpSignal.SPANS, "/v1/logs", OtlpSignal.LOGS);
    private static final String GRPC_PREFIX = "/opentelemetry.proto.collector.";
    private static final Map<String, OtlpSignal> GRPC_PATHS = Map.of(
            GRPC_PREFIX + "metrics.v1.MetricsService/Export", OtlpSignal.METRICS,
            GRPC_PREFIX + "trace.v1.TraceService/Export", OtlpSignal.SPANS,
            GRPC_PREFIX + "logs.v1.LogsService/Export", OtlpSignal.LOGS);

    private final int maxRequestBytes;
    private final int maxRecordBytes;
    private final @Nullable Supplier<SenderTokens> tokens;
    private final SecretMask mask;
    private final LongSupplier nanoTime;

    /**
     * @param maxRequestBytes largest body, before and after decompression, for example 64 MiB
     * @param maxRecordBytes largest Kafka record value, for example 900 000
     * @param tokens of which every sender must show one; null when none needs to. Asked at every request
     * @param mask what is overwritten in the attributes of every request
     * @param nanoTime a clock that only runs forward, ns
     */
    public Admission(
            int maxRequestBytes,
            int maxRecordBytes,
            @Nullable Supplier<SenderTokens> tokens,
            SecretMask mask,
            LongSupplier nanoTime) {
        this.maxRequestBytes = maxRequestBytes;
        this.maxRecordBytes = maxRecordBytes;
        this.tokens = tokens;
        this.mask = mask;
        this.nanoTime = nanoTime;
    }

    /** True for a request that wants its answer in gRPC, be it a good or a bad one. */
    public static boolean isGrpc(RequestHead head) {
        return mediaType(head.contentType()).startsWith("application/grpc");
    }

    /** The format of the answer, also where the request is refused for its content type. */
    public static BodyFormat answerFormat(RequestHead head) {
        return isGrpc(head) || mediaType(head.contentType()).equals(BodyFormat.PROTOBUF.contentType())
                ? BodyFormat.PROTOBUF
                : BodyFormat.JSON;
    }

    public Verdict<Entrance> atDoor(RequestHead head, Load load) {
        boolean grpc = isGrpc(head);
        OtlpSignal signal = (grpc ? GRPC_PATHS : HTTP_PATHS).get(head.path());
        if (signal == null) {
            return Verdict.refused(
                    Refusal.UNKNOWN_PATH,
                    grpc ? "unknown gRPC method" : "unknown path; try /v1/metrics, /v1/traces or /v1/logs");
        }
        if (!head.method().equals("POST")) {
            return Verdict.refused(Refusal.WRONG_METHOD, "only POST is supported");
        }
        Optional<Sender> sender =
                tokens == null ? Optional.of(Sender.ANYONE) : tokens.get().shownBy(head.authorization());
        if (sender.isEmpty()) {
            return Verdict.refused(Refusal.UNAUTHENTICATED, "send the header Authorization: Bearer <token>");
        }
        String mediaType = mediaType(head.contentType());
        boolean known = grpc
                ? !mediaType.startsWith("application/grpc-web")
                : mediaType.equals(BodyFormat.PROTOBUF.contentType())
                        || mediaType.equals(BodyFormat.JSON.contentType());
        if (!known) {
            return Verdict.refused(
                    Refusal.WRONG_CONTENT_TYPE, "send application/x-protobuf, application/json or application/grpc");
        }
        Optional<Compression> compression = Compression.of(head.compression());
        if (compression.isEmpty()) {
            return Verdict.refused(Refusal.UNKNOWN_COMPRESSION, "unknown compression; send gzip, zstd or none");
        }
        if (head.contentLength() > maxRequestBytes) {
            return tooLarge();
        }
        if (!sender.get().limit().isOpen(nanoTime.getAsLong())) {
            return Verdict.refused(
                    Refusal.OVER_LIMIT,
                    "more than the " + sender.get().limit().bytesPerSecond() + " bytes/s that this token may send");
        }
        return atLoad(head, load, new Entrance(signal, answerFormat(head), grpc, compression.get(), sender.get()));
    }

    private static Verdict<Entrance> atLoad(RequestHead head, Load load, Entrance entrance) {
        if (load.closing()) {
            return Verdict.refused(Refusal.CLOSING, "the receiver is shutting down");
        }
        if (load.diskNearlyFull()) {
            return Verdict.refused(
                    Refusal.DISK_NEARLY_FULL, "the disk is nearly full; nothing is taken until it is not");
        }
        if (!load.hasRoomFor(Math.max(0, head.contentLength()))) {
            return Verdict.refused(Refusal.TOO_BUSY, "too many bytes in flight");
        }
        return Verdict.accepted(entrance);
    }

    /**
     * Checks the body's shape, masks its secrets and cuts it for Kafka; the sender is charged for it.
     *
     * @param body without compression and framing
     */
    public Verdict<SlicedRequest> atShape(Entrance entrance, byte[] body) {
        entrance.sender().limit().charge(body.length);
        try {
            byte[] request = entrance.format() == BodyFormat.JSON ? OtlpJson.toProtobuf(entrance.signal(), body) : body;
            return Verdict.accepted(OtlpSlicer.slice(entrance.signal(), request, maxRecordBytes, mask));
        } catch (MalformedRequestException e) {
            return Verdict.refused(Refusal.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    public <T> Verdict<T> tooLarge() {
        return Verdict.refused(
                Refusal.TOO_LARGE,
                "the body is larger than " + maxRequestBytes + " bytes after decompression; send smaller batches");
    }

    private static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
