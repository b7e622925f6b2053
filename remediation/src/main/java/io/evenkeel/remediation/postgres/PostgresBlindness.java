package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.remediation.incident.Blindness;
import io.evenkeel.remediation.incident.IncidentLifecycle.Event;
import io.evenkeel.remediation.incident.IncidentStory;
import io.evenkeel.remediation.incident.SignalWords;
import io.evenkeel.remediation.incident.TimelineEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The control plane's own incident for an environment without telemetry. One silence is one incident, known by when data
 * last came in, so that a person who resolves it is not asked again about the same silence.
 */
public final class PostgresBlindness {
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final PostgresTimeline timeline;
    private final PostgresIncidents incidents;
    private final Blindness blindness;
    private final Duration resolveAfter;
    private final InstantSource clock;
    private final Instant startedAt;

    public PostgresBlindness(
            JdbcClient jdbc,
            TransactionOperations transactions,
            PostgresTimeline timeline,
            PostgresIncidents incidents,
            Blindness blindness,
            Duration resolveAfter,
            InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.timeline = timeline;
        this.incidents = incidents;
        this.blindness = blindness;
        this.resolveAfter = resolveAfter;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    private record Arrival(String environment, Instant at) {}

    private record Known(
            long number,
            String id,
            IncidentState state,
            Instant onset,
            @Nullable Instant mitigatedAt) {}

    /** Looks at every environment once. */
    public void look() {
        List<Arrival> arrivals = jdbc.sql("select environment, arrived_at from data_arrival order by environment")
                .query((row, n) -> new Arrival(row.getString("environment"), Times.read(row, "arrived_at")))
                .list();
        for (Arrival arrival : arrivals) {
            transactions.executeWithoutResult(status -> look(arrival, clock.instant()));
        }
    }

    private void look(Arrival arrival, Instant now) {
        String prefix = "blind:" + arrival.environment.replace('~', '-') + ":";
        String id = prefix + arrival.at.toEpochMilli();
        Optional<Known> latest = latest(prefix);
        boolean running = latest.isPresent()
                && (latest.get().state == IncidentState.OPEN || latest.get().state == IncidentState.MITIGATED);
        boolean aboutThisSilence = latest.isPresent() && latest.get().id.equals(id);
        Known known = running || aboutThisSilence ? latest.orElse(null) : null;
        Instant backAt = known == null ? null : backAt(known, id, arrival.at);
        Blindness.Step step =
                blindness.judge(arrival.at, startedAt, now, known == null ? null : known.state, backAt, resolveAfter);
        if (known == null) {
            if (step == Blindness.Step.OPEN) {
                open(arrival, id, now);
            }
            return;
        }
        act(step, known, arrival, now, backAt);
    }

    private static @Nullable Instant backAt(Known known, String id, Instant arrivedAt) {
        if (known.mitigatedAt != null) {
            return known.mitigatedAt;
        }
        return known.id.equals(id) ? null : arrivedAt;
    }

    private void act(Blindness.Step step, Known known, Arrival arrival, Instant now, @Nullable Instant backAt) {
        String environment = arrival.environment;
        switch (step) {
            case NOTHING, OPEN -> {
                // An incident that runs, or was closed by a person, stays as it is.
            }
            case MITIGATE ->
                move(
                        known,
                        Event.HARM_BACK_IN_BAND,
                        backAt == null ? now : backAt,
                        "Telemetry from " + environment + " comes in again.");
            case OPEN_AGAIN ->
                move(known, Event.HARM_OUT_AGAIN, now, "Open again: " + environment + " fell silent once more.");
            case RESOLVE ->
                move(
                        known,
                        Event.RETURNED_FOR_GOOD,
                        now,
                        "Resolved: telemetry from " + environment + " has come in for " + SignalWords.span(resolveAfter)
                                + ".");
        }
    }

    private void move(Known known, Event event, Instant at, String text) {
        incidents.move(known.number, known.state, event, at, text, TimelineEntry.EVENKEEL, null);
    }

    private Optional<Known> latest(String prefix) {
        return jdbc.sql("""
                select number, id, state, onset, mitigated_at from incident
                 where starts_with(id, :prefix) order by number desc limit 1 for update""")
                .param("prefix", prefix)
                .query((row, n) -> new Known(
                        row.getLong("number"),
                        row.getString("id"),
                        IncidentState.valueOf(row.getString("state")),
                        Times.read(row, "onset"),
                        Times.readOrNull(row, "mitigated_at")))
                .optional();
    }

    private void open(Arrival arrival, String id, Instant now) {
        String title = "No telemetry comes in from " + arrival.environment + "; Evenkeel is blind there";
        Optional<Long> number = jdbc.sql("""
                insert into incident (id, environment, state, severity, pages, title, onset, onset_from, onset_to,
                                      detected_at, cause, epoch, sequence)
                values (:id, :environment, 'OPEN', :severity, true, :title, :onset, :onset, :onset, :now, :cause, 0, 0)
                on conflict (id) do nothing returning number""")
                .param("id", id)
                .param("environment", arrival.environment)
                .param("severity", Severity.SEV2.name())
                .param("title", title)
                .param("onset", Times.of(arrival.at))
                .param("now", Times.of(now))
                .param("cause", CauseKind.TELEMETRY.name())
                .query(Long.class)
                .optional();
        number.ifPresent(created -> {
            line(
                    created,
                    arrival.at,
                    "onset",
                    "Onset: the last telemetry of " + arrival.environment + " came in.",
                    IncidentStory.ONSET);
            line(
                    created,
                    now,
                    "detected",
                    "Incident opened: nothing has come in for " + SignalWords.span(Duration.between(arrival.at, now))
                            + ".",
                    "detected");
            timeline.announce("incident", created, "facts");
            timeline.announce("health", created, "blind");
        });
    }

    private void line(long number, Instant at, String kind, String text, String dedupe) {
        timeline.append(new TimelineEntry(number, at, kind, text, TimelineEntry.EVENKEEL, null, null, null, dedupe));
    }
}
