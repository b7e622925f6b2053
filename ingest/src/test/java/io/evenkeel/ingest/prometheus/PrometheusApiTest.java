package io.evenkeel.ingest.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that answer as no Prometheus should. */
@Timeout(60)
class PrometheusApiTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final byte[] HALF = "{\"status\":\"success\",\"data\":{".getBytes(StandardCharsets.UTF_8);

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private ThrowingCallable asked(String token) {
        return () -> new PrometheusApi(address, token, SECOND).range("up", Instant.EPOCH, SECOND, 1, 1);
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void answerThatNeverEndsIsATimeout() {
        server.createContext("/api", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(HALF);
            exchange.getResponseBody().flush();
            await();
        });

        assertThatThrownBy(asked(null))
                .isInstanceOf(PrometheusException.class)
                .hasMessageContaining(address + " has not answered whole within 1 s");
    }

    @Test
    void answerThatNeverBeginsIsATimeout() {
        server.createContext("/api", exchange -> await());

        assertThatThrownBy(asked(null))
                .isInstanceOf(PrometheusException.class)
                .hasMessageContaining("has not answered whole within 1 s")
                .hasMessageNotContaining("is the address right");
    }

    @Test
    void answerThatBreaksOffIsNotTakenForAnotherApi() {
        server.createContext("/api", exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(HALF);
            exchange.getResponseBody().flush();
            server.stop(0);
        });

        assertThatThrownBy(asked(null))
                .isInstanceOf(PrometheusException.class)
                .hasMessageContaining("broke off in the middle");
    }

    /** The token is for the host that was named. */
    @Test
    void redirectIsNamedAndNotFollowed() {
        AtomicInteger elsewhere = new AtomicInteger();
        server.createContext("/elsewhere", exchange -> {
            elsewhere.incrementAndGet();
            answer(exchange, 200);
        });
        server.createContext("/api", exchange -> {
            exchange.getResponseHeaders()
                    .add("Location", "http://me:secret@127.0.0.1:" + address.getPort() + "/elsewhere?session=secret");
            answer(exchange, 302);
        });

        assertThatThrownBy(asked("token"))
                .isInstanceOf(PrometheusException.class)
                .hasMessageContaining("answers 302 and sends on to " + address)
                .hasMessageNotContaining("secret");
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void tokenThatNoHeaderTakesIsNotShown() {
        assertThatThrownBy(asked("hunter2\nhunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a header value")
                .hasMessageContaining("character 8")
                .hasMessageNotContaining("hunter2");
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
