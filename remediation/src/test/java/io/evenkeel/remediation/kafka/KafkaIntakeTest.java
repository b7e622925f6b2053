package io.evenkeel.remediation.kafka;

import static io.evenkeel.remediation.TestObjects.CHECKOUT;
import static io.evenkeel.remediation.TestObjects.FRONT_ERRORS;
import static io.evenkeel.remediation.TestObjects.ONSET;
import static io.evenkeel.remediation.TestObjects.PAYMENT;
import static io.evenkeel.remediation.TestObjects.deploy;
import static io.evenkeel.remediation.TestObjects.finding;
import static io.evenkeel.remediation.TestObjects.harm;
import static io.evenkeel.remediation.TestObjects.incident;
import static io.evenkeel.remediation.TestObjects.rollup;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.remediation.postgres.PostgresFindings;
import io.evenkeel.remediation.postgres.PostgresIncidentIntake;
import io.evenkeel.remediation.postgres.PostgresPipeline;
import io.evenkeel.remediation.postgres.PostgresRollups;
import io.evenkeel.remediation.postgres.PostgresTimeline;
import io.evenkeel.remediation.postgres.PostgresTopology;
import io.evenkeel.remediation.postgres.TestPostgres;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** From a real broker into a real database: nothing lost, nothing twice, one bad record stops nobody. */
class KafkaIntakeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static final AtomicInteger DISK_QUESTIONS = new AtomicInteger();

    private static TestKafka kafka;
    private static TestPostgres.Database database;
    private static KafkaProducer<byte[], byte[]> producer;
    private static KafkaEvents events;

    @BeforeAll
    static void start() throws Exception {
        kafka = TestKafka.start(directory);
        database = TestPostgres.shared().createDatabase();
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        events = KafkaEvents.connect(kafka.bootstrap(), InstantSource.system(), Duration.ofSeconds(10));
    }

    @AfterAll
    static void stop() {
        events.close();
        producer.close();
        database.close();
        kafka.close();
    }

    @Test
    void bringsEveryTopicInWhateverHappensOnTheWay() throws Exception {
        sendAndAbort(Topics.FINDINGS, "f-aborted", EventJson.write(finding("f-aborted", 1, 1)));
        send(Topics.INCIDENTS, "inc-1", EventJson.write(incident(1, 1, harm("f-front"))));
        send(Topics.FINDINGS, "f-front", EventJson.write(finding("f-front", 1, 1)));
        send(Topics.FINDINGS, "broken", "{\"id\": 7, ".getBytes(StandardCharsets.UTF_8));
        send(Topics.FINDINGS, "empty", "{}".getBytes(StandardCharsets.UTF_8));
        send(Topics.FINDINGS, "f-zero", EventJson.write(finding("f-\u0000", 1, 1)));
        send(Topics.FINDINGS, "f-after", EventJson.write(finding("f-after", 1, 1)));
        send(Topics.FINDINGS, "f-gone", null);
        send(Topics.TOPOLOGY, "e", EventJson.write(new CallEdge(CHECKOUT, PAYMENT, "http", 30, ONSET)));
        events.changed(deploy());
        Instant told = Instant.now().minusSeconds(60);
        send(Topics.PIPELINE, "door", EventJson.write(doorReport(told.plusSeconds(5), 70)));
        send(Topics.PIPELINE, "door", EventJson.write(doorReport(told, 60)));
        for (int i = 0; i < 1000; i++) {
            send(
                    Topics.ROLLUPS,
                    FRONT_ERRORS.id(),
                    EventJson.write(rollup(FRONT_ERRORS, ONSET.plusSeconds(10L * i), i, 1)));
        }
        producer.flush();

        AtomicBoolean databaseAway = new AtomicBoolean(true);
        try (KafkaIntake intake = intake(databaseAway)) {
            intake.start();
            await(() -> count("select count(*) from finding") == 2);
            assertThat(count("select count(*) from rollup"))
                    .as("the rollups wait for their database")
                    .isZero();
            databaseAway.set(false);
            await(() -> count("select count(*) from rollup") == 1000);
            await(() -> count("select count(*) from incident") == 1);
            await(() -> count("select count(*) from call_edge") == 1);
            await(() -> count("select count(*) from change_event") == 1);
            await(() -> intake.counters().storedOf(Topics.PIPELINE) == 2);
            assertThat(count("select (counts->0->>'count')::bigint from console_pipeline where part = 'door'"))
                    .as("the latest report of a part counts")
                    .isEqualTo(70);
            await(() -> intake.counters().putAsideOf(Topics.FINDINGS) == 3);
            assertThat(intake.counters().storedOf(Topics.FINDINGS)).isEqualTo(2);
            assertThat(intake.counters().skippedOf(Topics.FINDINGS)).isEqualTo(1);
        }
        List<ConsumerRecord<byte[], byte[]>> dead = read(Topics.DEAD_LETTER, 3);
        assertThat(dead)
                .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("broken", "empty", "f-zero");
        assertThat(dead)
                .allSatisfy(record -> assertThat(
                                record.headers().lastHeader("evenkeel_topic").value())
                        .isEqualTo(Topics.FINDINGS.getBytes(StandardCharsets.UTF_8)));

        send(Topics.ROLLUPS, "x", EventJson.write(rollup(FRONT_ERRORS, ONSET, 99, 2)));
        producer.flush();
        AtomicBoolean diskNearlyFull = new AtomicBoolean(true);
        DISK_QUESTIONS.set(0);
        send(Topics.FINDINGS, "f-full", EventJson.write(finding("f-full", 1, 1)));
        producer.flush();
        try (KafkaIntake again = intake(new AtomicBoolean(), diskNearlyFull)) {
            again.start();
            await(() -> count("select count(*) from finding") == 3);
            await(() -> DISK_QUESTIONS.get() > 20);
            assertThat(again.counters().storedOf(Topics.ROLLUPS))
                    .as("on a nearly full disk findings are stored and rollups wait")
                    .isZero();
            diskNearlyFull.set(false);
            await(() -> count("select count(*) from rollup where value = 99") == 1);
            await(() -> again.counters().storedOf(Topics.ROLLUPS) > 0);
            assertThat(again.counters().storedOf(Topics.ROLLUPS))
                    .as("goes on from the last commit")
                    .isEqualTo(1);
        }
        assertThat(count("select count(*) from rollup")).isEqualTo(1000);
        assertThat(count("select count(*) from finding where id = 'f-aborted'")).isZero();
    }

    /** As a replay of dead letters that was ended in the middle. */
    private static void sendAndAbort(String topic, String key, byte[] value) {
        try (KafkaProducer<byte[], byte[]> aborting = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrap(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "aborting"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            aborting.initTransactions();
            aborting.beginTransaction();
            aborting.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
            aborting.flush();
            aborting.abortTransaction();
        }
    }

    private static PipelineReport doorReport(Instant at, long items) {
        return new PipelineReport(
                PipelineReport.DOOR,
                ONSET.minusSeconds(60),
                at,
                List.of(new PipelineReport.Count("metrics", "items", PipelineReport.READ, "", items)),
                null,
                -1);
    }

    private static KafkaIntake intake(AtomicBoolean rollupsAway) {
        return intake(rollupsAway, new AtomicBoolean());
    }

    private static KafkaIntake intake(AtomicBoolean rollupsAway, AtomicBoolean diskNearlyFull) {
        JdbcTemplate batches = new JdbcTemplate(database.dataSource());
        PostgresTimeline timeline = new PostgresTimeline(database.jdbc());
        PostgresIncidentIntake incidents =
                new PostgresIncidentIntake(database.jdbc(), batches, database.transactions(), timeline, hint -> {});
        PostgresRollups rollups = new PostgresRollups(batches, database.transactions(), InstantSource.system());
        PostgresTopology topology = new PostgresTopology(batches);
        return new KafkaIntake(
                kafka.bootstrap(),
                events,
                new KafkaIntake.Stores(
                        incidents::take,
                        new PostgresFindings(database.jdbc(), batches, database.transactions())::store,
                        unless(rollupsAway, rollups::store),
                        topology::storeEdges,
                        topology::storeChanges,
                        new PostgresPipeline(batches, InstantSource.system())::store),
                () -> {
                    DISK_QUESTIONS.incrementAndGet();
                    return diskNearlyFull.get();
                });
    }

    private static <T> Consumer<T> unless(AtomicBoolean away, Consumer<T> store) {
        return batch -> {
            if (away.get()) {
                throw new DataAccessResourceFailureException("the database is away");
            }
            store.accept(batch);
        };
    }

    private static void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap(),
                        ConsumerConfig.GROUP_ID_CONFIG, "reader",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (records.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static long count(String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
