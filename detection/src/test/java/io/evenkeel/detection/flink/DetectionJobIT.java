package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.History;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real job on a real broker. Holds STACK.md pitfall 1 (a client upgrade that breaks the connector's checkpoints) and
 * the promise that a restore counts every point once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DetectionJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SERIES = 50;

    private Path directory;
    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        broker = new EmbeddedBroker(directory);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap, "acks", "all", "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        byte[] catalogue = EventJson.write(new CatalogueConfig("hash", List.of(), List.of("load.*")));
        producer.send(new ProducerRecord<>(
                        Topics.CONFIG, Topics.CONFIG_CATALOGUE.getBytes(StandardCharsets.UTF_8), catalogue))
                .get();
    }

    @AfterAll
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void countsEveryPointOnceOverARestoreAndDuplicates() throws Exception {
        long base = System.currentTimeMillis() - 30_000;
        AtomicInteger step = new AtomicInteger();
        Path checkpoints = directory.resolve("checkpoints");

        JobClient first = run(1_000, checkpoints, null);
        for (int i = 0; i < 20; i++) {
            send(base, step.getAndIncrement());
        }
        sendAndAbort(base);
        producer.send(new ProducerRecord<>(Topics.METRICS, new byte[] {10, 127, 1, 2, 3}))
                .get();
        Path checkpoint = await("a checkpoint", () -> NewestCheckpoint.in(checkpoints));
        // More after the checkpoint: counted by the first run, then again by the second from its offsets.
        for (int i = 0; i < 20; i++) {
            send(base, step.getAndIncrement());
        }
        await("rows of the first run", () -> total() > 0 ? true : null);
        Path kept = await("a later checkpoint", () -> NewestCheckpoint.after(checkpoint, checkpoints));
        first.cancel().get();
        await("the end of the first run", () -> status(first) == JobStatus.CANCELED ? true : null);
        for (int i = 0; i < 10; i++) {
            send(base, step.getAndIncrement());
        }
        // A retry after a lost answer: the same requests lie in Kafka a second time.
        for (int i = 30; i < 45; i++) {
            send(base, i);
        }

        JobClient second = run(2_000, checkpoints, kept);
        long expected = (long) step.get() * SERIES;
        await("every point", () -> total() >= expected ? true : null, this::seen);

        Map<String, Long> perSeries = new TreeMap<>();
        load().forEach(row -> perSeries.merge(row.signal().attributes(), row.count(), Long::sum));
        assertThat(perSeries).hasSize(SERIES);
        assertThat(perSeries.values()).allMatch(count -> count == step.get());
        assertThat(rows().values())
                .extracting(row -> row.signal().service().name())
                .doesNotContain("aborted");
        assertThat(read(Topics.DEAD_LETTER)).isNotEmpty().allSatisfy(record -> {
            assertThat(record.headers().lastHeader("evenkeel_topic").value())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(Topics.METRICS);
            assertThat(record.headers().lastHeader("evenkeel_reason").value()).isNotEmpty();
        });
        second.cancel().get();
    }

    @Test
    void notesFailingCallsFromSpansAndDrawsTheCallGraph() throws Exception {
        Random random = new Random(11);
        long base = System.currentTimeMillis() / 10_000 * 10_000 - 300_000;
        JobClient job = run(3_000, directory.resolve("spans"), null);
        for (int second = 0; second < 290; second++) {
            double failShare = second < 240 ? 0 : 0.5;
            byte[] request = OtlpRequests.calls(
                    "checkout", "payment", "127.0.0.1:9484", base + second * 1000L, failShare, random);
            producer.send(new ProducerRecord<>(Topics.SPANS, 0, null, request)).get();
        }

        SignalKey edge = SignalKey.ofEdge(
                ServiceKey.parse("demo/shop/checkout"), ServiceKey.parse("demo/shop/payment"), SignalKind.ERROR_RATIO);
        Finding finding = await("the finding", () -> findings().get(edge));

        assertThat(finding.onset()).isEqualTo(Instant.ofEpochMilli(base + 240_000));
        assertThat(finding.value()).isBetween(0.35, 0.65);
        assertThat(finding.upper()).isLessThan(0.05);
        assertThat(finding.impact()).isBetween(6.0, 14.0);
        assertThat(finding.attributes())
                .containsEntry("peer", "127.0.0.1:9484")
                .containsEntry("peer.share", "1.00")
                .containsEntry("error.type", "500");
        assertThat(finding.exemplars()).isNotEmpty();
        assertThat(finding.evidence().values()).hasSizeGreaterThan(20);
        assertThat(findings())
                .containsKey(SignalKey.ofService(ServiceKey.parse("demo/shop/payment"), SignalKind.ERROR_RATIO));
        assertThat(read(Topics.TOPOLOGY))
                .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                .contains("demo/shop/checkout>demo/shop/payment");
        assertThat(read(Topics.FINDINGS)).allSatisfy(record -> {
            assertThat(record.key()).isNotEmpty();
            assertThat(record.headers().lastHeader("ce_type").value())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("io.evenkeel.finding.v1");
        });
        job.cancel().get();
    }

    /** Live it is 25 a second, in the past it was 20: what is expected right after the start is the past's. */
    @Test
    void goesByThePriorsOfTheTopicAndKeepsThemOverARestore() throws Exception {
        long now = System.currentTimeMillis() / 60_000 * 60_000;
        History past = new History(SecretMask.standard(), InstantSource.system());
        for (int i = 0; i < 200; i++) {
            long at = now - 86_400_000 + i * 10_000L;
            past.accept(OtlpSignal.METRICS, OtlpRequests.deltas("past", 3, at - 10_000, at, n -> 200));
        }
        Map<String, Prior> priors = past.priors();
        assertThat(priors).hasSize(3);
        for (Map.Entry<String, Prior> prior : priors.entrySet()) {
            prior(prior.getKey(), prior.getValue().packed());
        }
        prior("demo/shop/past|gauge||||broken|", new byte[] {9, 9});
        prior("no signal at all|", new byte[] {1});
        prior("demo/shop/past|gauge||||taken.back|", null);
        Path checkpoints = directory.resolve("priors");
        AtomicInteger step = new AtomicInteger();

        JobClient first = run(4_000, checkpoints, null);
        Rollup row = await("a band", () -> bandOfThePast(now, step, Instant.EPOCH));
        assertThat(row.expected()).isBetween(20.0, 24.0);
        Path checkpoint = await("a checkpoint", () -> NewestCheckpoint.in(checkpoints));
        Path kept = await("a later checkpoint", () -> NewestCheckpoint.after(checkpoint, checkpoints));
        first.cancel().get();
        await("the end of the first run", () -> status(first) == JobStatus.CANCELED ? true : null);
        // What has been taken outlives the topic.
        for (String signal : priors.keySet()) {
            prior(signal, null);
        }
        JobClient second = run(5_000, checkpoints, kept);
        Instant later = row.start().plusSeconds(60);
        Rollup after = await("a band after the restore", () -> bandOfThePast(now, step, later));

        assertThat(after.expected()).isBetween(20.0, 24.9);
        assertThat(findings().keySet())
                .noneMatch(signal -> signal.service().name().equals("past"));
        assertThat(read(Topics.ROLLUPS))
                .noneMatch(record -> EventJson.read(record.value(), Rollup.class)
                        .start()
                        .isBefore(Instant.ofEpochMilli(now - 3_600_000)));
        second.cancel().get();
    }

    private void prior(String signal, byte[] packed) throws Exception {
        producer.send(new ProducerRecord<>(Topics.PRIORS, signal.getBytes(StandardCharsets.UTF_8), packed))
                .get();
    }

    /** Sends the next ten seconds, and gives a minute that began at or after a time and has the past's band. */
    private Rollup bandOfThePast(long now, AtomicInteger step, Instant from) throws Exception {
        long at = now - 720_000 + step.getAndIncrement() * 10_000L;
        if (at < now + 120_000) {
            byte[] request = OtlpRequests.deltas("past", 3, at - 10_000, at, n -> 250);
            producer.send(new ProducerRecord<>(Topics.METRICS, request)).get();
        }
        return rows().values().stream()
                .filter(row -> row.signal().service().name().equals("past")
                        && !row.start().isBefore(from)
                        && row.expected() < 24.95)
                .findFirst()
                .orElse(null);
    }

    /** From the middle on one trace in twenty is kept, with its threshold in the tracestate. */
    @Test
    void sampledSpansStandForAllRequestsAndAChangeOfSamplingOpensNothing() throws Exception {
        Random random = new Random(12);
        long base = System.currentTimeMillis() / 10_000 * 10_000 - 600_000;
        JobClient job = run(4_000, directory.resolve("sampled"), null);
        for (int second = 0; second < 590; second++) {
            byte[] request = OtlpRequests.calls(
                    "basket", "billing", "127.0.0.1:9485", base + second * 1000L, 0.01, random, second >= 300);
            producer.send(new ProducerRecord<>(Topics.SPANS, 0, null, request)).get();
        }

        List<Rollup> sampled = await("the last minutes", () -> {
            List<Rollup> rows = tens(SignalKind.REQUEST_RATE, base + 320_000);
            return rows.size() >= 24 ? rows : null;
        });

        double rate = sampled.stream().mapToDouble(Rollup::value).average().orElseThrow();
        double requests = sampled.stream().mapToLong(Rollup::count).average().orElseThrow();
        assertThat(rate).isBetween(15.0, 25.0);
        assertThat(requests).isBetween(150.0, 250.0);
        assertThat(tens(SignalKind.ERROR_RATIO, base + 320_000)).isNotEmpty();
        assertThat(findings().keySet())
                .noneMatch(signal ->
                        List.of("basket", "billing").contains(signal.service().name()));
        job.cancel().get();
    }

    /** Known ten seconds of {@code billing} from a time on. */
    private List<Rollup> tens(SignalKind kind, long since) {
        SignalKey key = SignalKey.ofService(ServiceKey.parse("demo/shop/billing"), kind);
        Map<Instant, Rollup> rows = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(Topics.ROLLUPS)) {
            Rollup row = EventJson.read(record.value(), Rollup.class);
            boolean asked = row.signal().equals(key) && row.widthSeconds() == 10;
            if (asked && row.start().toEpochMilli() >= since && !Double.isNaN(row.value())) {
                rows.merge(row.start(), row, (a, b) -> a.revision() >= b.revision() ? a : b);
            }
        }
        return List.copyOf(rows.values());
    }

    /** Latest version of each finding, by signal. */
    private Map<SignalKey, Finding> findings() {
        Map<SignalKey, Finding> findings = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(Topics.FINDINGS)) {
            Finding finding = EventJson.read(record.value(), Finding.class);
            findings.merge(finding.signal(), finding, (a, b) -> b.supersedes(a) ? b : a);
        }
        return findings;
    }

    /** As a replay of dead letters that was ended in the middle, to every partition. */
    private void sendAndAbort(long base) {
        try (KafkaProducer<byte[], byte[]> aborting = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap, "transactional.id", "aborting"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            aborting.initTransactions();
            aborting.beginTransaction();
            byte[] request = OtlpRequests.deltas("aborted", 1, base - 500, base, n -> n);
            aborting.partitionsFor(Topics.METRICS)
                    .forEach(info ->
                            aborting.send(new ProducerRecord<>(Topics.METRICS, info.partition(), null, request)));
            aborting.flush();
            aborting.abortTransaction();
        }
    }

    private void send(long base, int step) throws Exception {
        long at = base + step * 500L;
        byte[] request = OtlpRequests.deltas("load", SERIES, at - 500, at, n -> n + step);
        producer.send(new ProducerRecord<>(Topics.METRICS, request)).get();
    }

    private JobClient run(long epoch, Path checkpoints, Path restoreFrom) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "2 s");
        configuration.setString(
                "execution.checkpointing.dir", checkpoints.toUri().toString());
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("taskmanager.numberOfTaskSlots", "2");
        if (restoreFrom != null) {
            configuration.setString(
                    "execution.state-recovery.path", restoreFrom.toUri().toString());
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        DetectionJob.build(environment, DetectionOptions.of(broker.bootstrap, epoch));
        return environment.executeAsync("detection");
    }

    private static JobStatus status(JobClient job) {
        try {
            return job.getJobStatus().get();
        } catch (Exception e) {
            // The mini cluster goes away with its job.
            return JobStatus.CANCELED;
        }
    }

    private long total() {
        return load().mapToLong(Rollup::count).sum();
    }

    private Stream<Rollup> load() {
        return rows().values().stream()
                .filter(row -> row.signal().service().name().equals("load"));
    }

    /** Final rows: of each window the one with the highest revision. */
    private Map<String, Rollup> rows() {
        Map<String, Rollup> rows = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(Topics.ROLLUPS)) {
            Rollup row = EventJson.read(record.value(), Rollup.class);
            if (row.signal().metric().equals("load.points")) {
                rows.merge(
                        row.signal().id() + row.start() + row.widthSeconds(),
                        row,
                        (a, b) -> a.revision() >= b.revision() ? a : b);
            }
        }
        return rows;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new java.util.ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    private String seen() {
        Map<String, Long> windows = new TreeMap<>();
        load().forEach(row -> windows.merge(row.start() + " rev " + row.revision(), row.count(), Long::sum));
        return "points per window: " + windows;
    }

    private interface Probe<T> {
        T ask() throws Exception;
    }

    /** Polls until the probe answers; a deadline instead of a sleep. */
    private static <T> T await(String what, Probe<T> probe) throws Exception {
        return await(what, probe, () -> "");
    }

    private static <T> T await(String what, Probe<T> probe, Supplier<String> otherwise) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            T answer = probe.ask();
            if (answer != null) {
                return answer;
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
        }
        throw new AssertionError("waited " + PATIENCE + " in vain for " + what + "; " + otherwise.get());
    }
}
