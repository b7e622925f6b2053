package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.notify.Delivery;
import io.evenkeel.remediation.notify.News;
import io.evenkeel.remediation.notify.Retry;
import io.evenkeel.remediation.notify.Route;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Notifications as rows: written with the news, sent afterwards, tried again until the receiver takes them. At most one
 * row per incident, route and news; a receiver may get one twice when we die between its answer and our note of it, and
 * knows it by {@code Evenkeel-Delivery}.
 */
public final class PostgresNotifications {
    /** A sender that died is taken over after this; longer than a delivery's time limit. */
    private static final Duration CLAIM = Duration.ofSeconds(30);

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final PostgresTimeline timeline;
    private final InstantSource clock;
    private final SecureRandom random;
    private final String publicUrl;
    private final Retry retry;

    /**
     * @param publicUrl address under which people reach the console, without a slash at its end
     */
    public PostgresNotifications(
            JdbcClient jdbc,
            TransactionOperations transactions,
            PostgresTimeline timeline,
            InstantSource clock,
            SecureRandom random,
            String publicUrl,
            Retry retry) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.timeline = timeline;
        this.clock = clock;
        this.random = random;
        this.publicUrl = publicUrl;
        this.retry = retry;
    }

    private record Row(
            long number,
            String environment,
            IncidentState state,
            boolean pages,
            String severity,
            String title,
            Instant onset,
            Instant detectedAt,
            String cause,
            @Nullable String causeService,
            @Nullable Double confidence,
            int mitigations,
            @Nullable String needsPerson,
            List<String> waiting) {}

    /** Writes what has to be told now and was not yet. Safe to call at any time. */
    public void write(List<Route> routes) {
        if (routes.stream().noneMatch(Route::enabled)) {
            return;
        }
        for (Row row : recent()) {
            for (Route route : routes) {
                if (route.takes(row.environment)) {
                    write(row, route);
                }
            }
        }
    }

    private List<Row> recent() {
        return jdbc.sql("""
                select i.*,
                       (select count(*) from timeline t where t.incident = i.number and t.dedupe like 'state:MITIGATED:%')
                         as mitigations,
                       (select coalesce(array_agg(e.id::text || ':' || e.asks order by e.requested_at), '{}') from execution e
                         where e.incident = i.number and e.state = 'AWAITING_APPROVAL') as waiting
                  from incident i
                 where i.state in ('OPEN', 'MITIGATED') or i.updated_at > :recently
                 order by i.number""")
                .param("recently", Times.of(clock.instant().minus(Duration.ofMinutes(10))))
                .query((row, n) -> new Row(
                        row.getLong("number"),
                        row.getString("environment"),
                        IncidentState.valueOf(row.getString("state")),
                        row.getBoolean("pages"),
                        row.getString("severity"),
                        row.getString("title"),
                        Times.read(row, "onset"),
                        Times.read(row, "detected_at"),
                        row.getString("cause"),
                        row.getString("cause_service"),
                        row.getObject("confidence", Double.class),
                        row.getInt("mitigations"),
                        row.getString("needs_person"),
                        Arrays.asList((String[]) row.getArray("waiting").getArray())))
                .list();
    }

    private void write(Row row, Route route) {
        String prefix = row.number + ":" + route.name() + ":";
        Set<String> told = jdbc
                .sql("select dedupe from notification where incident = :number and route = :route")
                .param("number", row.number)
                .param("route", route.name())
                .query(String.class)
                .list()
                .stream()
                .map(dedupe -> dedupe.substring(prefix.length()))
                .collect(Collectors.toSet());
        News.Subject subject =
                new News.Subject(row.state, row.pages, row.title, row.mitigations, row.needsPerson, row.waiting, told);
        for (News news : News.of(subject)) {
            if (!told.contains(news.key())) {
                insert(row, route, news, prefix + news.key());
            }
        }
    }

    private void insert(Row row, Route route, News news, String dedupe) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        UUID id = UUID.nameUUIDFromBytes(dedupe.getBytes(StandardCharsets.UTF_8));
        jdbc.sql("""
                insert into notification (id, incident, route, event, dedupe, payload, state, nonce)
                values (:id, :incident, :route, :event, :dedupe, :payload, 'pending', :nonce)
                on conflict (dedupe) do nothing""")
                .param("id", id)
                .param("incident", row.number)
                .param("route", route.name())
                .param("event", news.event())
                .param("dedupe", dedupe)
                .param("payload", payload(id, row, route, news, nonce))
                .param("nonce", nonce)
                .update();
    }

    private String payload(UUID id, Row row, Route route, News news, String nonce) {
        Map<String, @Nullable Object> incident = new LinkedHashMap<>();
        incident.put("number", row.number);
        incident.put("title", row.title);
        incident.put("severity", row.severity);
        incident.put("state", row.state.name());
        incident.put("environment", row.environment);
        incident.put("onset", row.onset.toString());
        incident.put("detectedAt", row.detectedAt.toString());
        incident.put("cause", row.causeService == null ? null : row.cause);
        incident.put("causeService", row.causeService);
        incident.put("confidence", row.confidence);
        incident.put("url", publicUrl + "/i/" + row.number);
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("id", id.toString());
        payload.put("event", "incident." + news.event());
        payload.put("route", route.name());
        payload.put("text", news.text());
        payload.put("incident", incident);
        boolean running = row.state == IncidentState.OPEN || row.state == IncidentState.MITIGATED;
        payload.put("acknowledgeUrl", running ? publicUrl + "/ack/" + nonce : null);
        return Json.of(payload);
    }

    private record Due(UUID id, long incident, String route, String event, String payload, int attempts) {}

    /** Sends what is due, one after another. */
    public void send(List<Route> routes, Delivery delivery) {
        Map<String, Route> byName =
                routes.stream().filter(Route::enabled).collect(Collectors.toMap(Route::name, route -> route));
        if (byName.isEmpty()) {
            return;
        }
        for (Optional<Due> due = claim(byName.keySet()); due.isPresent(); due = claim(byName.keySet())) {
            Due notification = due.get();
            Route route = byName.get(notification.route);
            if (route != null) {
                note(notification, delivery.deliver(route, notification.id.toString(), notification.payload));
            }
        }
    }

    private Optional<Due> claim(Set<String> routes) {
        return jdbc.sql("""
                update notification set attempts = attempts + 1, next_attempt_at = :until
                 where id = (select id from notification
                              where state = 'pending' and next_attempt_at <= :now and route = any(:routes)
                              order by next_attempt_at limit 1 for update skip locked)
                returning id, incident, route, event, payload, attempts""")
                .param("now", Times.of(clock.instant()))
                .param("until", Times.of(clock.instant().plus(CLAIM)))
                .param("routes", routes.toArray(String[]::new))
                .query((row, n) -> new Due(
                        row.getObject("id", UUID.class),
                        row.getLong("incident"),
                        row.getString("route"),
                        row.getString("event"),
                        row.getString("payload"),
                        row.getInt("attempts")))
                .optional();
    }

    private void note(Due due, Delivery.Outcome outcome) {
        Instant now = clock.instant();
        if (outcome.ok()) {
            transactions.executeWithoutResult(status -> {
                jdbc.sql("update notification set state = 'sent', sent_at = :now, last_error = null where id = :id")
                        .param("now", Times.of(now))
                        .param("id", due.id)
                        .update();
                line(due, now, "page", said(due), "page:" + due.id);
            });
            return;
        }
        Optional<Duration> wait = retry.next(due.attempts, random);
        transactions.executeWithoutResult(status -> {
            jdbc.sql("""
                    update notification set state = :state, next_attempt_at = :next, last_error = :error where id = :id""")
                    .param("state", wait.isPresent() ? "pending" : "failed")
                    .param("next", Times.of(now.plus(wait.orElse(Duration.ZERO))))
                    .param("error", outcome.error())
                    .param("id", due.id)
                    .update();
            if (wait.isEmpty()) {
                line(
                        due,
                        now,
                        "escalated",
                        "Nobody was told over " + due.route + ": " + due.attempts + " tries failed (" + outcome.error()
                                + ").",
                        "unsent:" + due.id);
            }
        });
    }

    private static String said(Due due) {
        return switch (due.event) {
            case "opened" -> "Paged " + due.route + ".";
            case "approval" -> "Asked " + due.route + " for an approval.";
            case "needs_person" -> "Called " + due.route + ": a person is needed.";
            default -> "Told " + due.route + ": " + due.event + ".";
        };
    }

    private void line(Due due, Instant at, String kind, String text, String dedupe) {
        timeline.append(
                new TimelineEntry(due.incident, at, kind, text, TimelineEntry.EVENKEEL, null, null, null, dedupe));
    }

    /**
     * A notification as the page of its acknowledgement shows it.
     *
     * @param incident incident number
     * @param title what is broken
     * @param state state of the incident
     * @param route route it went over
     * @param used true when this link has acknowledged already
     */
    public record Link(long incident, String title, IncidentState state, String route, boolean used) {}

    /** What a nonce stands for; reading it does nothing. */
    public Optional<Link> link(String nonce) {
        return jdbc.sql("""
                select n.incident, i.title, i.state, n.route, n.acknowledged_at is not null as used
                  from notification n join incident i on i.number = n.incident where n.nonce = :nonce""")
                .param("nonce", nonce)
                .query((row, n) -> new Link(
                        row.getLong("incident"),
                        row.getString("title"),
                        IncidentState.valueOf(row.getString("state")),
                        row.getString("route"),
                        row.getBoolean("used")))
                .optional();
    }

    /** Uses the nonce up. False when it had been used before, also by somebody at the same time. */
    public boolean use(String nonce) {
        return jdbc.sql("""
                update notification set acknowledged_at = :now where nonce = :nonce and acknowledged_at is null""")
                        .param("now", Times.of(clock.instant()))
                        .param("nonce", nonce)
                        .update()
                == 1;
    }
}
