package io.evenkeel.remediation.runner;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.gate.ApprovalJudge;
import io.evenkeel.remediation.gate.Person;
import io.evenkeel.remediation.postgres.PostgresApprovals;
import io.evenkeel.remediation.postgres.RepairStores;
import io.evenkeel.remediation.postgres.TestPostgres;
import io.evenkeel.remediation.runbook.ConfigurationDirectory;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.wire.event.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A whole repair side for tests: real PostgreSQL, a platform over real HTTP, the files of {@code src/test/resources/config}.
 * Time passes by moving everything that is written into the past, so that the database's own clock stays the only one.
 */
final class RepairBed implements AutoCloseable {
    static final ServiceKey FRONT = new ServiceKey("demo", "shop", "front");
    static final ServiceKey PAYMENT = new ServiceKey("demo", "shop", "payment");
    static final ServiceKey CATALOG = new ServiceKey("demo", "shop", "catalog");
    static final SignalKey HARM = SignalKey.ofService(FRONT, SignalKind.ERROR_RATIO);
    static final SignalKey CAUSE = SignalKey.ofService(PAYMENT, SignalKind.ERROR_RATIO);
    static final Person ADA = new Person("ada", "approver", false);
    static final Person BOB = new Person("bob", "approver", false);

    final TestPostgres.Database database = TestPostgres.shared().createDatabase();
    final JdbcClient jdbc = database.jdbc();
    final RepairStores stores = RepairStores.over(jdbc, database.transactions());
    final FakePlatform platform;
    final Path directory;
    final Path stopFile;
    private final Expansion expansion;
    private ConfigurationInForce configuration = new ConfigurationInForce();
    private ConfigurationKeeper keeper;
    private final AtomicInteger owners = new AtomicInteger();
    private Remediation remediation;

    RepairBed(Path temporary) {
        try {
            platform = new FakePlatform();
            directory = Files.createDirectories(temporary.resolve("config"));
            stopFile = temporary.resolve("STOP");
            Path source = Path.of("src/test/resources/config");
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.toList()) {
                    Path copy = directory.resolve(source.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.copy(file, copy);
                    }
                }
            }
            Files.writeString(temporary.resolve("token"), FakePlatform.TOKEN + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String port = Integer.toString(platform.port());
        expansion = new Expansion(name -> switch (name) {
            case "port" -> port;
            case "data-dir" -> temporary.toString();
            default -> null;
        });
        keeper = keeper();
        load();
        remediation = engine(place -> {});
    }

    private ConfigurationKeeper keeper() {
        return new ConfigurationKeeper(
                new ConfigurationDirectory(Remediation.verbs(), expansion), stores.runbooks(), configuration);
    }

    private void load() {
        if (!keeper.check(directory).problems().isEmpty()) {
            throw new AssertionError(keeper.check(directory).problems().toString());
        }
        keeper.accept();
    }

    /** Another process over the same database. */
    Remediation engine(FaultPoints faults) {
        return new Remediation(new Remediation.Parts(
                stores,
                configuration,
                Remediation.executors(configuration),
                stopFile,
                "engine-" + owners.incrementAndGet(),
                () -> true,
                UUID::randomUUID,
                RandomGenerator.of("L64X128MixRandom"),
                faults));
    }

    Remediation remediation() {
        return remediation;
    }

    /** The process dies and another one takes over, after the dead one's leases have run out; it reads the files late. */
    void restart() {
        configuration = new ConfigurationInForce();
        keeper = keeper();
        remediation = engine(place -> {});
        timePasses(Duration.ofSeconds(30));
        for (long incident : stores.cases().toPlan()) {
            turn(incident);
        }
        load();
    }

    void file(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        load();
    }

    String fileText(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bad version of payment: half of the front's requests fail. */
    long badDeploy() {
        Instant onset = now().minusSeconds(60);
        Suspect suspect = new Suspect(
                PAYMENT, null, CauseKind.BAD_DEPLOY, 0.9, 0.85, false, false, "Deployed right before.", List.of());
        Change change = new Change(
                "deploy:1",
                PAYMENT,
                ChangeKind.DEPLOY,
                "1.4.2",
                "1.4.3",
                onset.minusSeconds(5),
                "service.version",
                "Deploy");
        return incident(onset, suspect, List.of(change));
    }

    /** A replica of catalog hangs. */
    long hang() {
        platform.state("catalog", "catalog-2-7f3a", "hung");
        Suspect suspect = new Suspect(
                CATALOG, "catalog-2-7f3a", CauseKind.HANG, 0.9, 0.6, false, false, "Silent since 20 s.", List.of());
        return incident(now().minusSeconds(60), suspect, List.of());
    }

    /** Replicas of payment crashed; the incident does not say which. */
    long crash(String... instances) {
        for (String instance : instances) {
            platform.state("payment", instance, "stopped");
        }
        Suspect suspect =
                new Suspect(PAYMENT, null, CauseKind.CRASH, 0.9, 0.6, false, false, "A process is gone.", List.of());
        return incident(now().minusSeconds(60), suspect, List.of());
    }

    private long incident(Instant onset, Suspect suspect, List<Change> changes) {
        Harm harm = new Harm(
                HARM, "f-harm-" + owners.incrementAndGet(), 0.5, 0.01, 0.0, 0.03, 12, 300, "front fails for 50 %");
        long number = jdbc.sql("""
                insert into incident (id, environment, state, severity, pages, title, onset, onset_from, onset_to, detected_at,
                                      cause, cause_service, confidence, harm, suspects, changes, epoch, sequence)
                values (:id, 'demo', 'OPEN', 'SEV1', true, 'front fails', :onset, :onset, :onset, :onset, :cause, :service, :confidence,
                        :harm::jsonb, :suspects::jsonb, :changes::jsonb, 1, 1) returning number""")
                .param("id", UUID.randomUUID().toString())
                .param("onset", onset.atOffset(ZoneOffset.UTC))
                .param("cause", suspect.cause().name())
                .param("service", suspect.service().id())
                .param("confidence", suspect.confidence())
                .param("harm", json(harm))
                .param("suspects", json(List.of(suspect)))
                .param("changes", json(changes))
                .query(Long.class)
                .single();
        finding(number, harm.findingId(), HARM, "HARM", onset);
        if (suspect.service().equals(PAYMENT)) {
            finding(number, "f-cause-" + number, CAUSE, "CAUSE", onset);
        }
        measured(HARM, onset.minusSeconds(300), onset, 0.01, 200);
        measured(CAUSE, onset.minusSeconds(300), onset, 0.01, 200);
        measured(HARM, onset, now(), 0.5, 200);
        measured(CAUSE, onset, now(), 0.5, 200);
        dataArrives();
        return number;
    }

    private void finding(long incident, String id, SignalKey signal, String role, Instant onset) {
        FrozenBand band = FrozenBand.constant(onset, 0, 0.01, 0.03);
        jdbc.sql("""
                insert into finding (id, kind, signal, service, environment, direction, onset, onset_from, onset_to, opened_at,
                                     updated_at, score, value, expected, lower, upper, impact, impact_unit, band, young_baseline, epoch,
                                     sequence)
                values (:id, 'ANOMALY', :signal, :service, 'demo', :direction, :onset, :onset, :onset, :onset, :onset, 9, 0.5, 0.01, 0,
                        0.03, 12, '{request}/s', :band::jsonb, false, 1, 1)""")
                .param("id", id)
                .param("signal", signal.id())
                .param("service", signal.service().id())
                .param("direction", Direction.UP.name())
                .param("onset", onset.atOffset(ZoneOffset.UTC))
                .param("band", json(band))
                .update();
        jdbc.sql("""
                insert into incident_member (incident, finding, kind, signal, role, onset, reason)
                values (:incident, :id, 'ANOMALY', :signal, :role, :onset, 'test')""")
                .param("incident", incident)
                .param("id", id)
                .param("signal", signal.id())
                .param("role", role)
                .param("onset", onset.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Rollups of 10 s with one value. */
    void measured(SignalKey signal, Instant from, Instant to, double value, long count) {
        for (Instant start = Instant.ofEpochSecond(from.getEpochSecond() / 10 * 10);
                start.isBefore(to);
                start = start.plusSeconds(10)) {
            jdbc.sql("""
                    insert into rollup (signal, start, width, count, value, expected, lower, upper, revision)
                    values (:signal, :start, 10, :count, :value, 0.01, 0, 0.03, 1)
                    on conflict (signal, start, width) do update set value = excluded.value, count = excluded.count""")
                    .param("signal", signal.id())
                    .param("start", start.atOffset(ZoneOffset.UTC))
                    .param("count", count)
                    .param("value", value)
                    .update();
        }
    }

    void dataArrives() {
        jdbc.sql("""
                insert into data_arrival (environment, arrived_at, newest) values ('demo', clock_timestamp(), clock_timestamp())
                on conflict (environment) do update set newest = excluded.newest, arrived_at = excluded.arrived_at""").update();
    }

    /** Both signals are at this level since the time that long ago, and the findings end so. */
    void measuredSince(Duration ago, double value) {
        measured(HARM, now().minus(ago), now(), value, 200);
        measured(CAUSE, now().minus(ago), now(), value, 200);
        dataArrives();
    }

    void findingsEnd(long incident, String ending) {
        jdbc.sql("""
                update finding set closed_at = clock_timestamp(), ending = :ending
                 where id in (select finding from incident_member where incident = :incident)""").param("ending", ending).param("incident", incident).update();
    }

    Instant now() {
        return jdbc.sql("select clock_timestamp()")
                .query((row, n) ->
                        row.getObject(1, java.time.OffsetDateTime.class).toInstant())
                .single();
    }

    /** Everything that is written becomes that much older; data of the environment still arrives. */
    void timePasses(Duration duration) {
        shift(
                "execution",
                "requested_at, expires_at, deadline_at, started_at, ended_at, verified_at, lease_until, next_check_at",
                duration);
        shift("execution_step", "intent_at, dispatched_at, ended_at, undone_at", duration);
        shift("incident", "onset, onset_from, onset_to, detected_at", duration);
        shift("finding", "onset, onset_from, onset_to, opened_at, closed_at", duration);
        // By way of a place where no row is: moved directly, a row could meet one that has not moved yet.
        long seconds = duration.toSeconds() / 10 * 10;
        for (long by : List.of(seconds - 100_000_000, 100_000_000L)) {
            jdbc.sql("update rollup set start = start - make_interval(secs => :seconds)")
                    .param("seconds", (double) by)
                    .update();
        }
        dataArrives();
    }

    private void shift(String table, String columns, Duration duration) {
        String sets = String.join(
                ", ",
                Stream.of(columns.split(", "))
                        .map(column -> column + " = " + column + " - make_interval(secs => :seconds)")
                        .toList());
        jdbc.sql("update " + table + " set " + sets)
                .param("seconds", duration.toMillis() / 1000.0)
                .update();
    }

    /** Looks at the incident and drives whatever is due, until nothing is. */
    void turn(long incident) {
        remediation.planner().look(incident);
        while (remediation.runner().driveOne()) {}
    }

    /** As {@link #turn} while short pauses of the engine pass. */
    void turns(long incident, int times) {
        for (int i = 0; i < times; i++) {
            turn(incident);
            timePasses(Duration.ofSeconds(2));
        }
    }

    List<ExecutionRow> executions(long incident) {
        return stores.executions().of(incident);
    }

    ExecutionRow only(long incident) {
        List<ExecutionRow> rows = executions(incident);
        if (rows.size() != 1) {
            throw new AssertionError("expected one execution, there are " + rows.size());
        }
        return rows.get(0);
    }

    PostgresApprovals.Outcome approve(ExecutionRow row, Person person) {
        return stores.approvals()
                .decide(row.id(), person, ApprovalJudge.Decision.APPROVE, row.digest(), "looks right")
                .orElseThrow();
    }

    List<String> timeline(long incident) {
        return jdbc.sql("select text from timeline where incident = :n order by id")
                .param("n", incident)
                .query(String.class)
                .list();
    }

    private static String json(Object value) {
        return new String(EventJson.write(value), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        platform.close();
        database.close();
    }
}
