package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that {@code run} and {@code demo} share. */
final class HouseOptions {
    private static final int HIGHEST_PORT = 65535;

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
            description = "Address the OTLP receivers listen on. Beyond loopback senders must show who they are:"
                    + " --otlp-token-file or --otlp-client-ca."
                    + " The console always stays on loopback. Default: ${DEFAULT-VALUE}.")
    String bind = "127.0.0.1";

    @Mixin
    DoorOptions door = new DoorOptions();

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
                    "First of the inner ports (Kafka +2, PostgreSQL +3, Flink +4, test bed from +89), on loopback."
                            + " Default: ${DEFAULT-VALUE}.")
    int portBase;

    @Option(
            names = "--resolve-after",
            paramLabel = "SECONDS",
            description = "How long all harm must be gone before an incident is resolved by itself."
                    + " Default: 300 (the demo: 30).")
    @Nullable
    Integer resolveAfterSeconds;

    /**
     * Refuses what cannot be, before anything is started or written.
     *
     * @throws StartupException with the option and its range
     */
    void check() {
        requireRange("--otlp-grpc-port", otlpGrpcPort, 1, HIGHEST_PORT);
        requireRange("--otlp-http-port", otlpHttpPort, 1, HIGHEST_PORT);
        requireRange("--console-port", consolePort, 1, HIGHEST_PORT);
        requirePortBase(portBase);
        Ports inner = new Ports(portBase);
        Map<Integer, String> taken = new LinkedHashMap<>();
        for (int port : List.of(inner.kafka(), inner.postgres(), inner.flinkRest(), inner.kafkaController())) {
            taken.put(port, "--port-base");
        }
        requireAlone(taken, consolePort, "--console-port");
        requireAlone(taken, otlpGrpcPort, "--otlp-grpc-port");
        if (otlpHttpPort != otlpGrpcPort) {
            requireAlone(taken, otlpHttpPort, "--otlp-http-port");
        }
        if (resolveAfterSeconds != null) {
            requireRange("--resolve-after", resolveAfterSeconds, 1, Integer.MAX_VALUE);
        }
        if (configDir != null && !Files.isDirectory(configDir)) {
            throw new StartupException("--config-dir " + configDir + " is not a directory");
        }
        Receivers.check(this);
    }

    static void requirePortBase(int portBase) {
        requireRange("--port-base", portBase, 1, HIGHEST_PORT - Ports.SPAN);
    }

    static void requireRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new StartupException(option + " must be "
                    + (max == Integer.MAX_VALUE ? "at least " + min : "between " + min + " and " + max) + ", not "
                    + value);
        }
    }

    private static void requireAlone(Map<Integer, String> taken, int port, String option) {
        String other = taken.putIfAbsent(port, option);
        if (other != null) {
            throw new StartupException(
                    option + " and " + other + " both lead to port " + port + "; choose another for one of them");
        }
    }
}
