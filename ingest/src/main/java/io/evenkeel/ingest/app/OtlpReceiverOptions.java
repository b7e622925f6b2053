package io.evenkeel.ingest.app;

import io.evenkeel.wire.otlp.SecretMask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the front door opens. Defaults and safe ranges are in {@code ingest/README.md}.
 *
 * @param bind address to listen on, for example {@code 127.0.0.1}; beyond loopback there must be a guard
 * @param grpcPort OTLP/gRPC, 0 = any free one
 * @param httpPort OTLP/HTTP, 0 = any free one; both ports speak both protocols, the numbers are for convention's sake
 * @param kafkaBootstrap {@code host:port,...} of the Kafka that holds the three OTLP topics
 * @param limits what may come in at most
 * @param guard who may come in, and whether over TLS
 * @param mask what is overwritten in attributes
 * @param diskNearlyFull asked at every request, from any thread, so it must be cheap: true = answer 503
 */
public record OtlpReceiverOptions(
        String bind,
        int grpcPort,
        int httpPort,
        String kafkaBootstrap,
        Limits limits,
        Guard guard,
        SecretMask mask,
        BooleanSupplier diskNearlyFull) {
    private static final int MEBIBYTE = 1024 * 1024;
    /** Kafka refuses batches above 1 048 588 bytes as shipped; headers, framing and incompressible data need room. */
    private static final int HIGHEST_RECORD_BYTES = 1_000_000;

    /**
     * What may come in at most.
     *
     * @param maxRequestBytes largest body, before and after decompression, bytes
     * @param maxRecordBytes largest Kafka record value, bytes
     * @param maxInFlightBytes byte budget of all bodies in flight; at least twice {@code maxRequestBytes}
     * @param bodyTimeout how long a body may take to arrive
     * @param maxConnections open connections over both ports
     * @param idleTimeout how long a connection may be open without a request, be it silent, pinging or trickling a
     *     request's head
     */
    public record Limits(
            int maxRequestBytes,
            int maxRecordBytes,
            long maxInFlightBytes,
            Duration bodyTimeout,
            int maxConnections,
            Duration idleTimeout) {
        /** 64 MiB a request, 128 MiB in flight, 30 s, 10 000 connections, 75 s. */
        public static final Limits STANDARD = new Limits(
                64 * MEBIBYTE, 900_000, 128L * MEBIBYTE, Duration.ofSeconds(30), 10_000, Duration.ofSeconds(75));

        public Limits {
            require(maxRequestBytes >= 1024, "maxRequestBytes", "at least 1024");
            require(
                    maxRecordBytes >= 1024 && maxRecordBytes <= HIGHEST_RECORD_BYTES,
                    "maxRecordBytes",
                    "between 1024 and " + HIGHEST_RECORD_BYTES);
            require(maxInFlightBytes >= 2L * maxRequestBytes, "maxInFlightBytes", "at least twice maxRequestBytes");
            require(!bodyTimeout.isNegative() && !bodyTimeout.isZero(), "bodyTimeout", "above 0");
            require(maxConnections > 0, "maxConnections", "above 0");
            require(!idleTimeout.isNegative() && !idleTimeout.isZero(), "idleTimeout", "above 0");
        }
    }

    /**
     * Who may come in.
     *
     * @param tokenFile senders and the hashes of their bearer tokens; null = none asked for
     * @param tls null = plain
     */
    public record Guard(@Nullable Path tokenFile, @Nullable Tls tls) {
        /** Anyone who reaches the port. */
        public static final Guard NONE = new Guard(null, null);

        boolean asksWho() {
            return tokenFile != null || tls != null && tls.clientAuthority != null;
        }
    }

    /**
     * Files in PEM, read again when they change.
     *
     * @param certificate the server's certificate and what it is signed with
     * @param key its private key, PKCS#8
     * @param clientAuthority who signs senders' certificates; null = senders need none
     */
    public record Tls(Path certificate, Path key, @Nullable Path clientAuthority) {}

    public OtlpReceiverOptions {
        requirePort("grpcPort", grpcPort);
        requirePort("httpPort", httpPort);
    }

    /** Loopback, the standard ports and limits, no guard. */
    public static OtlpReceiverOptions of(String kafkaBootstrap) {
        return new OtlpReceiverOptions(
                "127.0.0.1",
                4317,
                4318,
                kafkaBootstrap,
                Limits.STANDARD,
                Guard.NONE,
                SecretMask.standard(),
                () -> false);
    }

    public OtlpReceiverOptions listeningOn(String address, int newGrpcPort, int newHttpPort) {
        return new OtlpReceiverOptions(
                address, newGrpcPort, newHttpPort, kafkaBootstrap, limits, guard, mask, diskNearlyFull);
    }

    public OtlpReceiverOptions withLimits(Limits newLimits) {
        return new OtlpReceiverOptions(
                bind, grpcPort, httpPort, kafkaBootstrap, newLimits, guard, mask, diskNearlyFull);
    }

    public OtlpReceiverOptions withGuard(Guard newGuard) {
        return new OtlpReceiverOptions(
                bind, grpcPort, httpPort, kafkaBootstrap, limits, newGuard, mask, diskNearlyFull);
    }

    public OtlpReceiverOptions withMask(SecretMask newMask) {
        return new OtlpReceiverOptions(
                bind, grpcPort, httpPort, kafkaBootstrap, limits, guard, newMask, diskNearlyFull);
    }

    public OtlpReceiverOptions withDiskNearlyFull(BooleanSupplier nearlyFull) {
        return new OtlpReceiverOptions(bind, grpcPort, httpPort, kafkaBootstrap, limits, guard, mask, nearlyFull);
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
