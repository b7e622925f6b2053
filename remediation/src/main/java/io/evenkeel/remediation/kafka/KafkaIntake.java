package io.evenkeel.remediation.kafka;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.event.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Brings the jobs' events into the database: one thread for incidents and findings, one for rollups, one for the call
 * graph, changes and the pipeline's own reports, so that a flood of rollups never delays an incident.
 */
public final class KafkaIntake implements AutoCloseable {
    /**
     * Where events go.
     *
     * @param incident takes one version of an incident
     * @param findings stores a batch
     * @param rollups stores a batch
     * @param edges stores a batch
     * @param changes stores a batch
     * @param pipeline stores a batch
     */
    public record Stores(
            Consumer<Incident> incident,
            Consumer<List<Finding>> findings,
            Consumer<List<Rollup>> rollups,
            Consumer<List<CallEdge>> edges,
            Consumer<List<Change>> changes,
            Consumer<List<PipelineReport>> pipeline) {}

    /** Large enough that a backlog of hours is read in few upserts; a batch of rollups takes some ten milliseconds. */
    private static final int BATCH = 4000;

    /** A batch may be tried for this long before the group gives its partitions away. */
    private static final Duration LONGEST_BATCH = Duration.ofMinutes(10);

    private final IntakeCounters counters = new IntakeCounters();
    private final List<IntakeLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param diskNearlyFull asked some times a second; while it says true no rollups are stored, so that what is left of
     *     the disk serves incidents, intents and the audit trail
     */
    public KafkaIntake(String bootstrap, KafkaEvents events, Stores stores, BooleanSupplier diskNearlyFull) {
        Intake<Incident> incidents = new Intake<>(Incident.class, batch -> batch.forEach(stores.incident()), counters);
        Intake<Finding> findings = new Intake<>(Finding.class, stores.findings(), counters);
        Intake<Rollup> rollups = new Intake<>(Rollup.class, stores.rollups(), counters);
        Intake<CallEdge> edges = new Intake<>(CallEdge.class, stores.edges(), counters);
        Intake<Change> changes = new Intake<>(Change.class, stores.changes(), counters);
        Intake<PipelineReport> pipeline = new Intake<>(PipelineReport.class, stores.pipeline(), counters);
        add(
                "incidents",
                bootstrap,
                events,
                Map.of(Topics.INCIDENTS, incidents, Topics.FINDINGS, findings),
                () -> false);
        add("rollups", bootstrap, events, Map.of(Topics.ROLLUPS, rollups), diskNearlyFull);
        add(
                "graph",
                bootstrap,
                events,
                Map.of(Topics.TOPOLOGY, edges, Topics.CHANGES, changes, Topics.PIPELINE, pipeline),
                () -> false);
    }

    private void add(
            String name, String bootstrap, KafkaEvents events, Map<String, Intake<?>> intakes, BooleanSupplier held) {
        IntakeLoop loop = new IntakeLoop(name, intakes, () -> consumer(name, bootstrap), events, held);
        loops.add(loop);
        threads.add(new Thread(loop, "intake-" + name));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String name, String bootstrap) {
        return new KafkaConsumer<>(
                Map.ofEntries(
                        Map.entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                        Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "evenkeel-control-" + name),
                        Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "evenkeel-control-" + name),
                        Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                        Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                        Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                        // dead letters come back in transactions; the copies of one that was aborted come back once
                        // more
                        Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                        Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH),
                        Map.entry(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) LONGEST_BATCH.toMillis()),
                        Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    public IntakeCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        loops.forEach(IntakeLoop::stop);
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
