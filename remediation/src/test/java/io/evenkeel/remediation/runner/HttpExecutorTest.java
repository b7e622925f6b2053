package io.evenkeel.remediation.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.remediation.execution.Call;
import io.evenkeel.remediation.execution.Effect;
import io.evenkeel.remediation.runbook.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint over real HTTP that misbehaves: what is certain is said, and nothing else. */
class HttpExecutorTest {
    private static final UUID TOKEN = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final Map<String, @Nullable Object> BEFORE = Map.of("max", 20);

    @TempDir
    Path temporary;

    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private volatile String resource = "{\"max\":20}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(threads);
        server.createContext("/pool", exchange -> {
            byte[] body = resource.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/stalls", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Whoever takes the order and then never ends the answer held a driver for ever, and with it every other repair. */
    @Test
    @Timeout(30)
    void anAnswerThatNeverEnds_isUnknown() {
        Effect effect = executor("token").apply(patch("/stalls"), BEFORE, TOKEN);

        assertThat(effect).isInstanceOf(Effect.Unknown.class);
    }

    @Test
    void whatIsNeitherAsBeforeNorAsWanted_isUnknown() {
        assertThat(executor("token").observe(patch("/pool"), BEFORE, TOKEN)).isInstanceOf(Effect.NotApplied.class);
        resource = "{\"max\":40}";
        assertThat(executor("token").observe(patch("/pool"), BEFORE, TOKEN)).isInstanceOf(Effect.Applied.class);
        resource = "{\"max\":25}";
        assertThat(executor("token").observe(patch("/pool"), BEFORE, TOKEN)).isInstanceOf(Effect.Unknown.class);
    }

    /** The library's own message quotes the header, and with it the token. */
    @Test
    void aTokenThatIsNoHeader_isNotSentAndNotTold() {
        Effect effect = executor("first line\nsecret second line").apply(patch("/pool"), BEFORE, TOKEN);

        assertThat(effect)
                .isInstanceOfSatisfying(
                        Effect.NotApplied.class,
                        notApplied -> assertThat(notApplied.reason())
                                .contains("token file")
                                .doesNotContain("secret"));
    }

    /** Nobody listens: nothing was sent, for certain, and another try may help. */
    @Test
    void anEndpointThatCannotBeReached_isNotSent() {
        server.stop(0);

        assertThat(executor("token").apply(patch("/pool"), BEFORE, TOKEN))
                .isInstanceOfSatisfying(
                        Effect.NotApplied.class,
                        notApplied -> assertThat(notApplied.isTransient()).isTrue());
    }

    @Test
    void aPathThatIsNone_isNotSent() {
        assertThat(executor("token").apply(patch("/a path"), BEFORE, TOKEN)).isInstanceOf(Effect.NotApplied.class);
    }

    private static Call patch(String path) {
        return new Call("http.patch", Map.of("endpoint", "db", "path", path, "json", Map.of("max", 40)));
    }

    private HttpExecutor executor(String token) {
        try {
            Path file = Files.writeString(temporary.resolve("token"), token);
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            return new HttpExecutor(() -> Map.of("db", new Endpoint("db", address, file, Duration.ofSeconds(1))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
