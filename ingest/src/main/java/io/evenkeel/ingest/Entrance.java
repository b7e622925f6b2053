package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.OtlpSignal;

/**
 * How a request came in: decides how its body is read and its answer written.
 *
 * @param grpc body and answer are gRPC frames
 * @param gzip the body, or the gRPC message that says so, is gzip
 */
public record Entrance(OtlpSignal signal, BodyFormat format, boolean grpc, boolean gzip) {}
