package io.evenkeel.remediation.postgres;

import static io.evenkeel.remediation.TestObjects.DETECTED;
import static io.evenkeel.remediation.TestObjects.harm;
import static io.evenkeel.remediation.TestObjects.incident;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.remediation.notify.Retry;
import io.evenkeel.remediation.notify.Route;
import io.evenkeel.remediation.notify.Webhook;
import io.evenkeel.remediation.notify.WebhookSignature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Notifications to a real receiver: signed, once, again until they arrive. */
class PostgresNotificationsTest {
    private static final byte[] SECRET = "receiver knows this".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(DETECTED);
    private final AtomicInteger status = new AtomicInteger(204);
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> deliveries = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private HttpServer receiver;
    private TestPostgres.Database database;
    private PostgresNotifications notifications;
    private List<Route> routes;

    @BeforeEach
    void open() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            deliveries.add(exchange.getRequestHeaders().getFirst("Evenkeel-Delivery"));
            signatures.add(exchange.getRequestHeaders().getFirst(WebhookSignature.HEADER));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        receiver.start();
        Path secret = Files.write(directory.resolve("secret"), SECRET);
        URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
        routes = List.of(new Route("team-shop", url, secret, Set.of("demo"), true));
        database = TestPostgres.shared().createDatabase();
        PostgresTimeline timeline = new PostgresTimeline(database.jdbc());
        notifications = new PostgresNotifications(
                database.jdbc(),
                database.transactions(),
                timeline,
                now::get,
                new SecureRandom(),
                "http://console",
                new Retry(Duration.ofSeconds(2), Duration.ofSeconds(8), 3));
        new PostgresIncidentIntake(
                        database.jdbc(),
                        new JdbcTemplate(database.dataSource()),
                        database.transactions(),
                        timeline,
                        hint -> {})
                .take(incident(1, 1, harm("f-front")));
        database.jdbc()
                .sql("update notification set next_attempt_at = :now")
                .param("now", Times.of(DETECTED))
                .update();
    }

    @AfterEach
    void close() {
        receiver.stop(0);
        database.close();
    }

    @Test
    void arrivesOnceAndSigned() {
        round();
        round();

        assertThat(bodies).hasSize(1);
        assertThat(bodies.get(0))
                .contains("\"event\":\"incident.opened\"")
                .contains("\"url\":\"http://console/i/1\"")
                .contains("\"acknowledgeUrl\":\"http://console/ack/");
        assertThat(signatures.get(0)).isEqualTo(WebhookSignature.of(SECRET, now.get(), bodies.get(0)));
        assertThat(texts("select text from timeline where kind = 'page'")).containsExactly("Paged team-shop.");
    }

    /** The first yes no longer counts: whoever gave it must hear that. */
    @Test
    void aQuestionThatIsAskedAgainIsToldAgain() {
        database.jdbc()
                .sql("insert into runbook_version (hash, name, source) values ('h', 'rollback', '')")
                .update();
        database.jdbc().sql("""
                insert into execution (id, incident, environment, runbook, runbook_hash, cause, state, risk, trust, gate,
                    plan, digest, dedupe, requested_by, asks)
                values (gen_random_uuid(), 1, 'demo', 'rollback', 'h', 'BAD_DEPLOY', 'AWAITING_APPROVAL', 'HIGH', 'APPROVE',
                    '{}', '{}', 'd', 'x', 'evenkeel', 2)""").update();
        round();
        round();
        assertThat(texts("select event from notification where event = 'approval'"))
                .hasSize(1);
        database.jdbc().sql("update execution set asks = 3").update();
        round();

        assertThat(texts("select event from notification where event = 'approval'"))
                .hasSize(2);
    }

    @Test
    void isTriedAgainUnderTheSameIdUntilItArrives() {
        status.set(500);
        round();
        status.set(200);
        later();
        round();

        assertThat(deliveries).hasSize(2);
        assertThat(deliveries.get(0)).isEqualTo(deliveries.get(1));
        assertThat(texts("select state from notification")).containsExactly("sent");
    }

    @Test
    void isGivenUpLoudly() {
        status.set(500);
        for (int i = 0; i < 5; i++) {
            round();
            later();
        }

        assertThat(deliveries).hasSize(3);
        assertThat(texts("select state from notification")).containsExactly("failed");
        assertThat(texts("select text from timeline where kind = 'escalated'"))
                .containsExactly("Nobody was told over team-shop: 3 tries failed (the receiver answered 500).");
    }

    @Test
    void aDisabledOrForeignRouteGetsNothing() {
        Route route = routes.get(0);
        routes = List.of(
                new Route("off", route.url(), route.secretFile(), Set.of(), false),
                new Route("prod", route.url(), route.secretFile(), Set.of("prod"), true));

        round();

        assertThat(bodies).isEmpty();
        assertThat(texts("select route from notification")).isEmpty();
    }

    @Test
    void aLinkIsUsedOnce() {
        round();
        String nonce = texts("select nonce from notification").get(0);

        assertThat(notifications.link(nonce).orElseThrow().used()).isFalse();
        assertThat(notifications.use(nonce)).isTrue();
        assertThat(notifications.use(nonce)).isFalse();
        assertThat(notifications.link(nonce).orElseThrow().used()).isTrue();
        assertThat(notifications.link("guess")).isEmpty();
    }

    private void round() {
        notifications.write(routes);
        database.jdbc()
                .sql("update notification set next_attempt_at = :now where attempts = 0")
                .param("now", Times.of(now.get()))
                .update();
        notifications.send(routes, new Webhook(now::get));
    }

    private void later() {
        now.set(now.get().plusSeconds(9));
    }

    private List<String> texts(String sql) {
        return database.jdbc().sql(sql).query(String.class).list();
    }
}
