package io.evenkeel.ingest;

import java.util.Optional;

/**
 * Why a whole request was not taken, and how that is told. Only what another try may mend is answered with 503 and
 * UNAVAILABLE, or with 429 and RESOURCE_EXHAUSTED with RetryInfo: on any other status an exporter drops the batch (opentelemetry-proto, docs/specification.md, "Failures").
 * A 500 is never answered. gRPC codes are those of google.rpc.Code.
 */
public enum Refusal {
    UNKNOWN_PATH(404, 12),
    WRONG_METHOD(405, 12),
    WRONG_CONTENT_TYPE(415, 12),
    UNAUTHENTICATED(401, 16),
    UNKNOWN_COMPRESSION(400, 12),
    CORRUPT_COMPRESSION(400, 3),
    MALFORMED(400, 3),
    /** No HTTP request at all, or one that HTTP forbids. */
    MALFORMED_HTTP(400, 3),
    URI_TOO_LONG(414, 3),
    /** Above 8 KiB of headers, or metadata as gRPC calls them. */
    HEADERS_TOO_LARGE(431, 8),
    /** Told without RetryInfo, so that gRPC exporters do not send it again. */
    TOO_LARGE(413, 8),
    /** The token's senders have sent more than their limit. */
    OVER_LIMIT(429, 8),
    /** The bodies in flight fill the byte budget. */
    TOO_BUSY(503, 14),
    /** The disk under Kafka is nearly full. */
    DISK_NEARLY_FULL(503, 14),
    /** Kafka is away, slow or full: not every record was acknowledged in time. */
    LOG_UNAVAILABLE(503, 14),
    /** The body did not arrive within the body timeout. */
    SLOW_SENDER(503, 14),
    /** The receiver is shutting down. */
    CLOSING(503, 14),
    /** A fault of ours; the log has the stack trace. */
    UNEXPECTED(503, 14),
    /** The sender hung up before its request was complete; nobody reads the answer. */
    SENDER_GONE(400, 1);

    private final int httpStatus;
    private final int grpcCode;

    Refusal(int httpStatus, int grpcCode) {
        this.httpStatus = httpStatus;
        this.grpcCode = grpcCode;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** google.rpc.Code, in gRPC trailers and in the Status body of HTTP answers. */
    public int grpcCode() {
        return grpcCode;
    }

    /** The part of the request that is bad, for BadRequest details; empty where nothing in it is. */
    public Optional<String> badPart() {
        return switch (this) {
            case UNKNOWN_COMPRESSION -> Optional.of("content-encoding");
            case CORRUPT_COMPRESSION, MALFORMED -> Optional.of("body");
            case MALFORMED_HTTP -> Optional.of("request");
            default -> Optional.empty();
        };
    }

    /** True when the same request may succeed later: the answer names a time to wait. */
    public boolean mayRetry() {
        return httpStatus == 503 || httpStatus == 429;
    }
}
