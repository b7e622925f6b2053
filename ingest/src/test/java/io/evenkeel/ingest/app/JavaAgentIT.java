package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.kafka.TestBroker;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OpenTelemetry Java agent, unmodified, on a JVM of its own, against the door. */
class JavaAgentIT {
    /** Put there by the build, at the version that the parent pom pins. */
    private static final Path AGENT = Path.of("target/agent/opentelemetry-javaagent.jar");

    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0));
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    @ParameterizedTest(name = "Java agent {0} {1}")
    @CsvSource({"grpc, none", "http/protobuf, gzip"})
    void exportsAllThreeSignals(String protocol, String compression) throws Exception {
        assertThat(Files.exists(AGENT))
                .as("the build copies the agent to " + AGENT)
                .isTrue();
        String service = "agent-" + protocol.replace('/', '-');
        int port = protocol.equals("grpc") ? receiver.grpcPort() : receiver.httpPort();

        Exporter.Ended exported = Exporter.run(
                directory,
                Map.of(
                        "OTEL_SERVICE_NAME", service,
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port,
                        "OTEL_EXPORTER_OTLP_PROTOCOL", protocol,
                        "OTEL_EXPORTER_OTLP_COMPRESSION", compression),
                150,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-javaagent:" + AGENT.toAbsolutePath(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentShop.class.getName()));

        assertThat(exported.code()).as(exported.said()).isZero();
        Landed landed = Landed.of(service, broker);
        assertThat(landed.metricNames())
                .as(exported.said())
                .contains("http.server.request.duration", "http.client.request.duration");
        assertThat(landed.spans())
                .extracting(span -> span.getKind())
                .filteredOn(kind -> kind == SpanKind.SPAN_KIND_SERVER)
                .hasSize(5);
        assertThat(landed.spans())
                .extracting(span -> span.getKind())
                .filteredOn(kind -> kind == SpanKind.SPAN_KIND_CLIENT)
                .hasSize(5);
        assertThat(landed.bodies()).containsExactlyInAnyOrder("slow 0", "slow 1", "slow 2", "slow 3", "slow 4");
    }
}
