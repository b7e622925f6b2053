package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.ingest.kafka.TestBroker;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The OpenTelemetry SDK for Node, unmodified from the npm registry at the versions that {@code src/test/node} pins,
 * against the door. Without Node or npm, or without a registry that npm reaches, it is skipped and says so.
 */
class NodeSdkIT {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc", "export.mjs");

    @TempDir
    static Path directory;

    private static String missing = "";
    private static TestBroker broker;
    private static OtlpReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        if (!Exporter.isOnPath("node") || !Exporter.isOnPath("npm")) {
            missing = "node and npm are not on the PATH; install Node 18.19 or newer";
            return; // each test says so for itself: an assumption that fails here would hide them from the report
        }
        for (String file : FILES) {
            Files.copy(SOURCES.resolve(file), directory.resolve(file));
        }
        Exporter.Ended installed =
                Exporter.run(directory, Map.of(), 150, List.of("npm", "ci", "--ignore-scripts", "--no-progress"));
        if (installed.code() != 0) {
            missing = "npm ci of the pinned SDK failed: " + installed.said();
            return;
        }
        broker = new TestBroker(Files.createDirectory(directory.resolve("kafka")));
        receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0));
    }

    @AfterAll
    static void stop() {
        if (receiver != null) {
            receiver.close();
            broker.close();
        }
    }

    @ParameterizedTest(name = "Node SDK {0} {1}")
    @CsvSource({
        "grpc, none",
        "grpc, gzip",
        "http/protobuf, none",
        "http/protobuf, gzip",
        "http/json, none",
        "http/json, gzip"
    })
    void exportsAllThreeSignals(String protocol, String compression) throws Exception {
        assumeTrue(missing.isEmpty(), () -> "SKIPPED: Node SDK " + protocol + ": " + missing);
        String service = "node-" + protocol.replace('/', '-') + "-" + compression;
        int port = protocol.equals("grpc") ? receiver.grpcPort() : receiver.httpPort();

        Exporter.Ended exported = Exporter.run(
                directory,
                Map.of(
                        "OTEL_SERVICE_NAME",
                        service,
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + port,
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        protocol,
                        "OTEL_EXPORTER_OTLP_COMPRESSION",
                        compression,
                        "OTEL_METRICS_EXPORTER",
                        "otlp",
                        "OTEL_TRACES_EXPORTER",
                        "otlp",
                        "OTEL_LOGS_EXPORTER",
                        "otlp"),
                60,
                List.of("node", "export.mjs"));

        assertThat(exported.code()).as(exported.said()).isZero();
        Landed landed = Landed.of(service, broker);
        assertThat(landed.metricNames()).as(exported.said()).containsExactlyInAnyOrder("orders", "duration");
        assertThat(landed.spanNames()).containsExactlyInAnyOrder("order 0", "order 1", "order 2", "order 3", "order 4");
        assertThat(landed.spans())
                .extracting(Span::getTraceId)
                .allSatisfy(id -> assertThat(id.size()).isEqualTo(16));
        assertThat(landed.bodies()).containsExactlyInAnyOrder("slow 0", "slow 1", "slow 2", "slow 3", "slow 4");
    }
}
