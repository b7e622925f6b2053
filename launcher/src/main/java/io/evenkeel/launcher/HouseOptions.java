package io.evenkeel.launcher;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that {@code run} and {@code demo} share. */
final class HouseOptions {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Everything Evenkeel keeps: database, Kafka log, checkpoints, secrets, logs."
                            + " Default: /var/lib/evenkeel for root, ~/.local/share/evenkeel otherwise (the demo: /demo below that).")
    @Nullable
    Path dataDir;

    @Option(
            names = "--config-dir",
            paramLabel = "DIR",
            description =
                    "Catalogue, policy, grants, routes and runbooks (YAML)."
                            + " Default: DATA-DIR/config, made with an empty catalogue and no grants (the demo: testbed/config).")
    @Nullable
    Path configDir;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address the OTLP receivers listen on. Beyond loopback senders need --otlp-token-file."
                    + " The console always stays on loopback. Default: ${DEFAULT-VALUE}.")
    String bind = "127.0.0.1";

    @Option(
            names = "--otlp-token-file",
            paramLabel = "FILE",
            description =
                    "Bearer token that OTLP senders must show. Default: none, which --bind allows on loopback only.")
    @Nullable
    Path otlpTokenFile;

    @Option(
            names = "--otlp-grpc-port",
            paramLabel = "PORT",
            defaultValue = "4317",
            description = "OTLP over gRPC. Default: ${DEFAULT-VALUE}.")
    int otlpGrpcPort;

    @Option(
            names = "--otlp-http-port",
            paramLabel = "PORT",
            defaultValue = "4318",
            description = "OTLP over HTTP, protobuf and JSON. Default: ${DEFAULT-VALUE}.")
    int otlpHttpPort;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "8088",
            description = "Console and API, on loopback. Default: ${DEFAULT-VALUE}.")
    int consolePort;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            defaultValue = "9390",
            description =
                    "First of the inner ports (Kafka +2, PostgreSQL +3, Flink +4, test bed from +90), on loopback."
                            + " Default: ${DEFAULT-VALUE}.")
    int portBase;

    @Option(
            names = "--resolve-after",
            paramLabel = "SECONDS",
            description = "How long all harm must be gone before an incident is resolved by itself."
                    + " Default: 300 (the demo: 30).")
    @Nullable
    Integer resolveAfterSeconds;
}
