package io.evenkeel.remediation.postgres;

import static io.evenkeel.remediation.TestObjects.ONSET;
import static io.evenkeel.remediation.TestObjects.harm;
import static io.evenkeel.remediation.TestObjects.incident;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.remediation.TestObjects;
import io.evenkeel.remediation.incident.TimelineEntry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresPostmortemsTest {
    private TestPostgres.Database database;
    private PostgresTimeline timeline;
    private PostgresPostmortems postmortems;

    @BeforeEach
    void open() {
        database = TestPostgres.shared().createDatabase();
        timeline = new PostgresTimeline(database.jdbc());
        postmortems = new PostgresPostmortems(database.jdbc(), database.transactions(), timeline);
        JdbcTemplate batches = new JdbcTemplate(database.dataSource());
        new PostgresIncidentIntake(database.jdbc(), batches, database.transactions(), timeline, hint -> {})
                .take(incident(1, 1, harm("f-front")));
        new PostgresFindings(database.jdbc(), batches, database.transactions())
                .store(List.of(TestObjects.finding("f-front", 1, 1)));
        new PostgresRollups(batches, database.transactions(), () -> ONSET)
                .store(List.of(
                        TestObjects.rollup(TestObjects.FRONT_ERRORS, ONSET, 0.48, 1),
                        TestObjects.rollup(TestObjects.FRONT_ERRORS, ONSET.plusSeconds(10), 0.61, 1)));
        repair();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void isWrittenWhenTheIncidentIsResolvedAndAgainWhenItsRowsChange() {
        assertThat(postmortems.stale()).as("not before the end").isEmpty();
        database.jdbc()
                .sql("update incident set state = 'RESOLVED', resolved_at = clock_timestamp(), mitigated_at = :at")
                .param("at", Times.of(ONSET.plusSeconds(132)))
                .update();

        assertThat(postmortems.stale()).containsExactly(1L);
        postmortems.draft(1);
        assertThat(text("select markdown from postmortem"))
                .contains("# Postmortem: Checkout fails for 48 % of requests")
                .contains("| Worst value | [61 %](/i/1/evidence/f-front) |")
                .contains("Roll back payment to 4.11.3")
                .contains("approved by an approver")
                .contains("recovered");
        assertThat(text("select html from console_postmortem"))
                .contains("<table>")
                .contains("href=\"/i/1/timeline#t");

        database.jdbc()
                .sql("update postmortem set generated_at = clock_timestamp() + interval '1 second'")
                .update();
        assertThat(postmortems.stale()).isEmpty();
        database.jdbc()
                .sql("update postmortem set generated_at = clock_timestamp()")
                .update();
        timeline.append(new TimelineEntry(
                1, ONSET.plusSeconds(900), "note", "The pool was too small.", "ada", null, null, null, "note:1"));
        assertThat(postmortems.stale()).containsExactly(1L);
        postmortems.draft(1);
        assertThat(text("select markdown from postmortem")).contains("Note by a responder: The pool was too small.");
        assertThat(text("select revision::text from postmortem")).isEqualTo("2");
    }

    private void repair() {
        database.jdbc().sql("""
                insert into runbook_version (hash, name, source) values ('h', 'rollback', 'kind: Runbook')""").update();
        database.jdbc().sql("""
                insert into execution (id, incident, environment, runbook, runbook_hash, cause, state, risk, trust, gate,
                    plan, digest, dedupe, requested_by, verdict, verdict_text)
                values ('7b1c9e3a-0000-4000-8000-000000000001', 1, 'demo', 'rollback', 'h', 'BAD_DEPLOY', 'CLOSED', 'HIGH',
                    'APPROVE', '{"outcome": "ASK", "reasons": ["high risk"]}', '{"title": "Roll back payment to 4.11.3"}',
                    'd', 'x', 'evenkeel', 'RECOVERED', 'error ratio back in its band')""").update();
        database.jdbc().sql("""
                insert into approval (execution, digest, decision, by, role, reason)
                values ('7b1c9e3a-0000-4000-8000-000000000001', 'd', 'approve', 'grace', 'approver', '')""").update();
    }

    private String text(String sql) {
        return database.jdbc().sql(sql).query(String.class).single();
    }
}
