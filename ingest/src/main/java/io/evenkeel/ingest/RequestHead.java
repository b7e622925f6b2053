package io.evenkeel.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a request before its body: enough to turn most bad ones away unread.
 *
 * @param method HTTP method, for example POST
 * @param path without query, for example {@code /v1/metrics}
 * @param contentType as sent, parameters included; null when absent
 * @param compression Content-Encoding, or grpc-encoding of a gRPC request; null when absent
 * @param authorization Authorization header; null when absent
 * @param contentLength bytes announced, -1 when the sender announces none (chunked, gRPC)
 */
public record RequestHead(
        String method,
        String path,
        @Nullable String contentType,
        @Nullable String compression,
        @Nullable String authorization,
        long contentLength) {}
