package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.OtlpSignal;

/**
 * How a request came in: decides how its body is read and its answer written.
 *
 * @param grpc body and answer are gRPC frames
 * @param compression of the body, or of the gRPC message that says so
 * @param sender who is charged for the body
 */
public record Entrance(OtlpSignal signal, BodyFormat format, boolean grpc, Compression compression, Sender sender) {}
