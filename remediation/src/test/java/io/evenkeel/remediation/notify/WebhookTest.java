package io.evenkeel.remediation.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver over real HTTP that misbehaves must not hold the news of all others. */
class WebhookTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(60)
    void anAnswerThatNeverEnds_isAFailureToBeTriedAgain() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(threads);
        receiver.createContext("/hook", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        receiver.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
            Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
            Route route = new Route("team-shop", url, secret, Set.of("demo"), true);

            Delivery.Outcome outcome =
                    new Webhook(() -> Instant.parse("2026-11-21T14:00:00Z")).deliver(route, "id", "{}");

            assertThat(outcome.ok()).isFalse();
            assertThat(outcome.error()).contains("no answer within");
        } finally {
            over.countDown();
            receiver.stop(0);
            threads.shutdownNow();
        }
    }
}
