package io.evenkeel.remediation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.remediation.TestObjects;
import io.evenkeel.remediation.incident.Blindness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Silence of an environment as a timeline, on a hand-moved clock. */
class PostgresBlindnessTest {
    private static final Instant STARTED = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration RESOLVE_AFTER = Duration.ofSeconds(30);

    private final AtomicReference<Instant> now = new AtomicReference<>(STARTED);
    private TestPostgres.Database database;
    private PostgresRollups rollups;
    private PostgresBlindness blindness;

    @BeforeEach
    void open() {
        database = TestPostgres.shared().createDatabase();
        PostgresTimeline timeline = new PostgresTimeline(database.jdbc());
        rollups = new PostgresRollups(new JdbcTemplate(database.dataSource()), database.transactions(), now::get);
        blindness = new PostgresBlindness(
                database.jdbc(),
                database.transactions(),
                timeline,
                new PostgresIncidents(database.jdbc(), database.transactions(), timeline, hint -> {}),
                new Blindness(Duration.ofSeconds(60), Duration.ofMinutes(3)),
                RESOLVE_AFTER,
                now::get);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void opensOneIncidentForASilenceAndEndsItWhenDataIsBack() {
        at(600);
        dataComes();
        at(659);
        assertThat(states()).isEmpty();

        at(661);
        at(700);
        assertThat(states()).containsExactly("OPEN");
        assertThat(texts("select title from incident"))
                .containsExactly("No telemetry comes in from demo; Evenkeel is blind there");

        dataComes();
        at(705);
        assertThat(states()).containsExactly("MITIGATED");
        at(720);
        dataComes();
        at(731);
        assertThat(states()).containsExactly("RESOLVED");
        assertThat(texts("select text from timeline order by at, id"))
                .containsExactly(
                        "Onset: the last telemetry of demo came in.",
                        "Incident opened: nothing has come in for 1 min 1 s.",
                        "Telemetry from demo comes in again.",
                        "Resolved: telemetry from demo has come in for 30 s.");

        at(800);
        assertThat(states()).as("the next silence is an incident of its own").containsExactly("RESOLVED", "OPEN");
    }

    @Test
    void aPersonWhoResolvedASilenceIsNotAskedAgain() {
        at(600);
        dataComes();
        at(661);
        database.jdbc()
                .sql("update incident set state = 'RESOLVED', resolved_at = now()")
                .update();

        at(2000);

        assertThat(states()).containsExactly("RESOLVED");
    }

    private void at(int second) {
        now.set(STARTED.plusSeconds(second));
        blindness.look();
    }

    private void dataComes() {
        rollups.store(List.of(
                TestObjects.rollup(SignalKey.ofService(TestObjects.FRONT, SignalKind.REQUEST_RATE), now.get(), 30, 1)));
    }

    private List<String> states() {
        return texts("select state from incident order by number");
    }

    private List<String> texts(String sql) {
        return database.jdbc().sql(sql).query(String.class).list();
    }
}
