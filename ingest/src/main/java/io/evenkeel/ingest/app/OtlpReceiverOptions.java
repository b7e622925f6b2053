package io.evenkeel.ingest.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the front door opens. Defaults and safe ranges are in {@code ingest/README.md}.
 *
 * @param bind address to listen on, for example {@code 127.0.0.1}; beyond loopback {@code tokenFile} must be given
 * @param grpcPort OTLP/gRPC, 0 = any free one
 * @param httpPort OTLP/HTTP, 0 = any free one; both ports speak both protocols, the numbers are for convention's sake
 * @param kafkaBootstrap {@code host:port,...} of the Kafka that holds the three OTLP topics
 * @param maxRequestBytes largest body, before and after decompression, bytes
 * @param maxRecordBytes largest Kafka record value, bytes
 * @param maxInFlightBytes byte budget of all bodies in flight; at least twice {@code maxRequestBytes}
 * @param bodyTimeout how long a body may take to arrive
 * @param maxConnections open connections over both ports
 * @param tokenFile file whose content senders must show as bearer token; null = none asked for
 * @param diskNearlyFull asked at every request, from any thread, so it must be cheap: true = answer 503
 */
public record OtlpReceiverOptions(
        String bind,
        int grpcPort,
        int httpPort,
        String kafkaBootstrap,
        int maxRequestBytes,
        int maxRecordBytes,
        long maxInFlightBytes,
        Duration bodyTimeout,
        int maxConnections,
        @Nullable Path tokenFile,
        BooleanSupplier diskNearlyFull) {
    private static final int MEBIBYTE = 1024 * 1024;
    /** Kafka refuses batches above 1 048 588 bytes as shipped; headers, framing and incompressible data need room. */
    private static final int HIGHEST_RECORD_BYTES = 1_000_000;

    public OtlpReceiverOptions {
        requirePort("grpcPort", grpcPort);
        requirePort("httpPort", httpPort);
        require(maxRequestBytes >= 1024, "maxRequestBytes", "at least 1024");
        require(
                maxRecordBytes >= 1024 && maxRecordBytes <= HIGHEST_RECORD_BYTES,
                "maxRecordBytes",
                "between 1024 and " + HIGHEST_RECORD_BYTES);
        require(maxInFlightBytes >= 2L * maxRequestBytes, "maxInFlightBytes", "at least twice maxRequestBytes");
        require(!bodyTimeout.isNegative() && !bodyTimeout.isZero(), "bodyTimeout", "above 0");
        require(maxConnections > 0, "maxConnections", "above 0");
    }

    /** Loopback, the standard ports, no token. */
    public static OtlpReceiverOptions of(String kafkaBootstrap) {
        return new OtlpReceiverOptions(
                "127.0.0.1",
                4317,
                4318,
                kafkaBootstrap,
                64 * MEBIBYTE,
                900_000,
                128L * MEBIBYTE,
                Duration.ofSeconds(30),
                10_000,
                null,
                () -> false);
    }

    public OtlpReceiverOptions listeningOn(String address, int newGrpcPort, int newHttpPort) {
        return new OtlpReceiverOptions(
                address,
                newGrpcPort,
                newHttpPort,
                kafkaBootstrap,
                maxRequestBytes,
                maxRecordBytes,
                maxInFlightBytes,
                bodyTimeout,
                maxConnections,
                tokenFile,
                diskNearlyFull);
    }

    public OtlpReceiverOptions withTokenFile(@Nullable Path file) {
        return new OtlpReceiverOptions(
                bind,
                grpcPort,
                httpPort,
                kafkaBootstrap,
                maxRequestBytes,
                maxRecordBytes,
                maxInFlightBytes,
                bodyTimeout,
                maxConnections,
                file,
                diskNearlyFull);
    }

    public OtlpReceiverOptions withDiskNearlyFull(BooleanSupplier nearlyFull) {
        return new OtlpReceiverOptions(
                bind,
                grpcPort,
                httpPort,
                kafkaBootstrap,
                maxRequestBytes,
                maxRecordBytes,
                maxInFlightBytes,
                bodyTimeout,
                maxConnections,
                tokenFile,
                nearlyFull);
    }

    public OtlpReceiverOptions withLimits(int requestBytes, int recordBytes, long inFlightBytes, Duration timeout) {
        return new OtlpReceiverOptions(
                bind,
                grpcPort,
                httpPort,
                kafkaBootstrap,
                requestBytes,
                recordBytes,
                inFlightBytes,
                timeout,
                maxConnections,
                tokenFile,
                diskNearlyFull);
    }

    private static void requirePort(String name, int port) {
        require(port >= 0 && port <= 65535, name, "between 0 and 65535");
    }

    private static void require(boolean holds, String option, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException("OTLP receiver: " + option + " must be " + wanted);
        }
    }
}
