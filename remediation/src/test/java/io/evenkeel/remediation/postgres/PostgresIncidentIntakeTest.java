package io.evenkeel.remediation.postgres;

import static io.evenkeel.remediation.TestObjects.DETECTED;
import static io.evenkeel.remediation.TestObjects.ONSET;
import static io.evenkeel.remediation.TestObjects.ended;
import static io.evenkeel.remediation.TestObjects.harm;
import static io.evenkeel.remediation.TestObjects.incident;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.TestObjects;
import io.evenkeel.remediation.incident.IncidentFacts;
import io.evenkeel.remediation.incident.IncidentJudge;
import io.evenkeel.remediation.incident.Judgement;
import io.evenkeel.remediation.incident.UnstorableException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** An incident's way through the database: taken in, judged, moved, told. */
class PostgresIncidentIntakeTest {
    private static final Duration RESOLVE_AFTER = Duration.ofSeconds(30);
    private static final Instant CLOSED = ONSET.plusSeconds(200);

    private final List<Long> hints = new ArrayList<>();
    private TestPostgres.Database database;
    private PostgresIncidentIntake intake;
    private PostgresIncidents incidents;
    private PostgresIncidentFacts facts;
    private PostgresRollups rollups;
    private PostgresFindings findings;

    @BeforeEach
    void open() {
        database = TestPostgres.shared().createDatabase();
        JdbcTemplate batches = new JdbcTemplate(database.dataSource());
        PostgresTimeline timeline = new PostgresTimeline(database.jdbc());
        intake = new PostgresIncidentIntake(
                database.jdbc(), batches, database.transactions(), timeline, hint -> hints.add(hint.number()));
        incidents = new PostgresIncidents(
                database.jdbc(), database.transactions(), timeline, hint -> hints.add(hint.number()));
        facts = new PostgresIncidentFacts(database.jdbc(), 3);
        rollups = new PostgresRollups(batches, database.transactions(), () -> DETECTED);
        findings = new PostgresFindings(database.jdbc(), batches, database.transactions());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void tellsTheStoryOnceHoweverOftenItIsRead() {
        for (int round = 0; round < 3; round++) {
            intake.take(incident(1, 1, harm("f-front")));
            intake.take(incident(1, 2, harm("f-front")));
        }

        assertThat(texts("select text from timeline order by at, id"))
                .containsExactly(
                        "Deploy payment 4.12.0 (service.version changed)",
                        "Onset: front POST /checkout error ratio leaves its band.",
                        "Incident opened: Checkout fails for 48 % of requests (1 finding).",
                        "Probable cause: payment, bad deploy (confidence 0.93, uncalibrated).");
        assertThat(texts("select id from incident")).containsExactly("inc-1");
        assertThat(hints).containsExactly(1L, 1L);
    }

    @Test
    void aLowerEpochOrSequenceChangesNothing() {
        intake.take(incident(5, 7, harm("f-front"), harm("f-2")));

        assertThat(intake.take(incident(5, 6, harm("f-front")))).isEmpty();
        assertThat(intake.take(incident(4, 99, harm("f-front")))).isEmpty();
        assertThat(intake.take(incident(5, 7, harm("f-front")))).isEmpty();
        assertThat(number("select count(*) from incident_member")).isEqualTo(2);

        assertThat(intake.take(incident(6, 1, harm("f-front")))).hasValue(1);
        assertThat(number("select count(*) from incident_member")).isEqualTo(1);
    }

    @Test
    void isMitigatedByItsRollupsAndResolvedByItsFindings() {
        intake.take(incident(1, 1, harm("f-front")));
        findings.store(List.of(TestObjects.finding("f-front", 1, 1)));
        window(0, 0.48);
        window(10, 0.49);
        assertThat(judgeAll(ONSET.plusSeconds(30))).isEqualTo(IncidentState.OPEN);

        window(130, 0.001);
        window(140, 0.002);
        assertThat(judgeAll(ONSET.plusSeconds(151))).isEqualTo(IncidentState.OPEN);
        window(150, 0.001);
        assertThat(judgeAll(ONSET.plusSeconds(161))).isEqualTo(IncidentState.MITIGATED);
        assertThat(instant("select mitigated_at from incident")).isEqualTo(ONSET.plusSeconds(130));

        window(160, 0.5);
        window(170, 0.5);
        window(180, 0.5);
        assertThat(judgeAll(ONSET.plusSeconds(191))).isEqualTo(IncidentState.OPEN);

        window(190, 0.001);
        window(200, 0.001);
        window(210, 0.001);
        assertThat(judgeAll(ONSET.plusSeconds(221))).isEqualTo(IncidentState.MITIGATED);
        findings.store(List.of(TestObjects.finding("f-front", 1, 2, ONSET.plusSeconds(230), FindingEnding.RETURNED)));
        assertThat(judgeAll(ONSET.plusSeconds(259))).isEqualTo(IncidentState.MITIGATED);
        assertThat(judgeAll(ONSET.plusSeconds(260))).isEqualTo(IncidentState.RESOLVED);
        assertThat(instant("select mitigated_at from incident")).isEqualTo(ONSET.plusSeconds(190));
        assertThat(texts("select text from timeline where kind = 'state' order by at"))
                .containsExactly(
                        "Users are served again: front POST /checkout error ratio is back in the band of before, 2 min"
                                + " 10 s after the onset.",
                        "Users are served again: front POST /checkout error ratio is back in the band of before, 3 min"
                                + " 10 s after the onset.",
                        "Open again: front POST /checkout error ratio left its band once more.",
                        "Resolved: every harmed signal has been back in its band for 30 s.");
    }

    @Test
    void harmAfterTheEndOpensALinkedIncident() {
        resolved();

        assertThat(intake.take(incident(1, 3, ended("f-front", CLOSED, FindingEnding.RETURNED))))
                .as("the old harm alone is no return")
                .hasValue(1);
        assertThat(intake.take(incident(1, 4, ended("f-front", CLOSED, FindingEnding.RETURNED), harm("f-new"))))
                .hasValue(2);
        assertThat(intake.take(incident(1, 5, harm("f-new"))))
                .as("goes on there")
                .hasValue(2);

        assertThat(texts("select state from incident order by number")).containsExactly("RESOLVED", "OPEN");
        assertThat(number("select reopens from incident where number = 2")).isEqualTo(1);
        assertThat(texts("select text from timeline where dedupe like 'returned:%'"))
                .containsExactly("It came back as INC-2.");
    }

    /** The job may give the return an id of its own; the same harmed signal shortly after makes the link. */
    @Test
    void theSameHarmSoonAfterIsLinkedAlsoUnderANewId() {
        resolved();

        assertThat(intake.take(incident("inc-2", 1, 1, null, harm("f-other")))).hasValue(2);

        assertThat(number("select reopens from incident where number = 2")).isEqualTo(1);
    }

    @Test
    void aSupersededIncidentStaysWhenSomebodyActedOnIt() {
        intake.take(incident("inc-1", 1, 1, null, harm("f1")));
        intake.take(incident("inc-2", 1, 1, null, harm("f2")));
        database.jdbc()
                .sql("update incident set acted_on = true where number = 2")
                .update();

        intake.take(incident("inc-1", 2, 1, "", harm("f1")));
        intake.take(incident("inc-2", 2, 1, "", harm("f2")));
        judgeAll(CLOSED);

        assertThat(texts("select state from incident order by number")).containsExactly("SUPERSEDED", "OPEN");
        assertThat(texts("select needs_person from incident where number = 2").get(0))
                .contains("acted on");

        intake.take(incident("inc-1", 2, 2, null, harm("f1")));
        judgeAll(CLOSED);
        assertThat(texts("select state from incident order by number")).containsExactly("OPEN", "OPEN");
    }

    @Test
    void aMergeKeepsItsAliasEvenIfTheOtherComesLater() {
        intake.take(incident("inc-1", 1, 1, null, harm("f1")));
        intake.take(incident("inc-1", 1, 2, "inc-2", harm("f1")));
        judgeAll(CLOSED);
        assertThat(texts("select state from incident")).containsExactly("OPEN");

        intake.take(incident("inc-2", 1, 3, null, harm("f1")));
        judgeAll(CLOSED);

        assertThat(texts("select state from incident order by number")).containsExactly("MERGED", "OPEN");
        assertThat(number("select merged_into from incident where number = 1")).isEqualTo(2);
    }

    @Test
    void whatTheDatabaseRefusesForGoodIsToldApart() {
        assertThatThrownBy(() -> intake.take(incident("inc-\u0000", 1, 1, null, harm("f1"))))
                .isInstanceOf(UnstorableException.class);
    }

    @Test
    void watchesTheSignalsOfOpenIncidents() {
        intake.take(incident(1, 1, harm("f-front")));

        assertThat(incidents.signalsToWatch()).containsExactly(TestObjects.FRONT_ERRORS.id());
        resolve();
        assertThat(incidents.signalsToWatch()).isEmpty();
    }

    /** In an outage hundreds of findings are of a few services, and this is asked every few seconds. */
    @Test
    void asksOnceARoundWhenAServiceWasLastHeardOf_andByAnIndex() {
        intake.take(incident(1, 1, harm("f-front"), harm("f-front-2"), harm("f-front-3")));
        window(10, 0.4);
        List<String> asked = new ArrayList<>();
        PostgresIncidentFacts watched = new PostgresIncidentFacts(JdbcClient.create(overheard(asked)), 3);

        assertThat(watched.undecided())
                .singleElement()
                .satisfies(each -> assertThat(each.deciding())
                        .hasSize(3)
                        .allSatisfy(fact -> assertThat(fact.lastData()).isNotNull()));

        assertThat(asked).filteredOn(sql -> sql.contains("from signal")).hasSize(1);
        assertThat(texts("select indexdef from pg_indexes where tablename = 'signal'"))
                .anyMatch(index -> index.endsWith("(service)"));
    }

    private DataSource overheard(List<String> statements) {
        return new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, given) -> {
                            if (method.getName().equals("prepareStatement")) {
                                statements.add((String) given[0]);
                            }
                            return method.invoke(connection, given);
                        });
            }
        };
    }

    private void resolved() {
        intake.take(incident(1, 1, harm("f-front")));
        intake.take(incident(1, 2, ended("f-front", CLOSED, FindingEnding.RETURNED)));
        resolve();
    }

    private void resolve() {
        database.jdbc()
                .sql("update incident set state = 'RESOLVED', resolved_at = :at")
                .param("at", Times.of(DETECTED))
                .update();
    }

    private void window(int second, double value) {
        rollups.store(List.of(TestObjects.rollup(TestObjects.FRONT_ERRORS, ONSET.plusSeconds(second), value, 1)));
    }

    private IncidentState judgeAll(Instant now) {
        IncidentJudge judge = new IncidentJudge(RESOLVE_AFTER);
        for (IncidentFacts each : facts.undecided()) {
            Judgement judgement = judge.judge(each, now);
            incidents.apply(each.number(), each.state(), judgement, each.successor());
        }
        return incidents.state(1).orElseThrow();
    }

    private List<String> texts(String sql) {
        return database.jdbc().sql(sql).query(String.class).list();
    }

    private long number(String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }

    private Instant instant(String sql) {
        return database.jdbc()
                .sql(sql)
                .query((row, n) ->
                        row.getObject(1, java.time.OffsetDateTime.class).toInstant())
                .single();
    }
}
