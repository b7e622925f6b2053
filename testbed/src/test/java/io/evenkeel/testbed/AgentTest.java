package io.evenkeel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One replica with the unmodified agent, exporting to a sink that keeps the bytes. */
class AgentTest {
    private static final Path AGENT = Path.of("target", "testbed", "opentelemetry-javaagent.jar");

    @TempDir
    private Path dataDir;

    @Test
    void telemetryCarriesTheIdentityAndNoProbes() throws Exception {
        assumeTrue(Files.exists(AGENT), "the agent is not there; ./mvnw -pl testbed process-resources copies it");
        Map<String, String> received = new ConcurrentHashMap<>();
        HttpServer sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            received.merge(exchange.getRequestURI().getPath(), body, String::concat);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        sink.start();
        String endpoint = "http://127.0.0.1:" + sink.getAddress().getPort();
        try (Bed bed = Bed.start(
                dataDir,
                "--replicas",
                "catalog=1",
                "--agent",
                AGENT.toString(),
                "--otlp-endpoint",
                endpoint,
                "--otlp-protocol",
                "http/protobuf")) {
            String instance = bed.replica("catalog", 0).path("instance").asString();
            assertThat(bed.ask("catalog", "GET", "/products?id=1", "")).isEqualTo(200);
            Bed.await("spans arrive", Duration.ofSeconds(10), () -> received.containsKey("/v1/traces"));
            assertThat(received.get("/v1/traces"))
                    .contains("GET /products", "service.instance.id", instance, "deployment.environment.name", "1.4.2")
                    .doesNotContain("healthz")
                    .doesNotContain("warmup");
        } finally {
            sink.stop(0);
        }
    }
}
