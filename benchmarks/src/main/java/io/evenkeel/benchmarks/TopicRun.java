package io.evenkeel.benchmarks;

import io.evenkeel.detection.flink.DetectionOptions;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One job from topic to finding: broker, job and generator each in a process of its own on the same cores, this process
 * reads the findings as anybody would. Either timed in one piece, which is what comes after the plan's warm ticks, until
 * every point is accounted for, every planted fault can be read as a finding and the last offset is committed; or in turns
 * with another run beside the same broker, stopped (not ended) while it is not its turn.
 */
final class TopicRun implements AutoCloseable {
    /** Whose job it is. */
    enum Side {
        OURS(Topics.METRICS, Topics.FINDINGS, DetectionOptions.DEFAULT_GROUP),
        TWIN(OrdinaryTwin.POINTS, OrdinaryTwin.FINDINGS, OrdinaryTwin.GROUP);

        final String points;
        final String findings;
        final String group;

        Side(String points, String findings, String group) {
            this.points = points;
            this.findings = findings;
            this.group = group;
        }
    }

    private static final int RECEIVED = JobProcess.COUNTERS.indexOf("received");
    private static final int ACCEPTED = JobProcess.COUNTERS.indexOf("accepted");
    private static final long MOST_SECONDS_AFTER = 60;

    /**
     * How one run went. CPU is that of the timed part, in ns of all threads of a process.
     *
     * @param points accepted in the timed part; a repeated one is not judged twice
     * @param ticks that the generator has sent
     */
    record Outcome(
            long points,
            double seconds,
            long jobCpu,
            long brokerCpu,
            long generatorCpu,
            Map<String, Long> counters,
            int ticks,
            List<Noted> findings,
            Path table,
            String savepoint) {
        double rate() {
            return points / seconds;
        }

        /** One of {@link JobProcess#COUNTERS}, {@code sent} or {@code repeated}. */
        long count(String name) {
            return Objects.requireNonNull(counters.get(name));
        }
    }

    /** A finding that opened, and when this process could read it. */
    record Noted(Finding finding, long readableNanos) {}

    /** The job's counters, and when it told them. */
    private record Told(long[] counters, long nanos) {}

    /** Where everything stood at one moment. */
    private record Mark(long accepted, long nanos, long job, long broker, long generator) {}

    private final Side side;
    private final LoadPlan plan;
    private final Broker broker;
    private final Path directory;
    private final ChildJvm job;
    private final ChildJvm generator;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Noted> findings = new ArrayList<>();
    /** CPU of the generator when it was last seen alive, ns. */
    private long generatorCpu;

    private volatile Told told = new Told(new long[JobProcess.COUNTERS.size()], 0);

    /**
     * @param rate points a second by the clock, 0 = as fast as the job takes them
     * @param jobFlags of the job's JVM
     */
    TopicRun(Broker broker, Side side, LoadPlan plan, int rate, List<String> jobFlags, List<String> jobWords)
            throws IOException, InterruptedException {
        this.broker = broker;
        this.side = side;
        this.plan = plan;
        directory = Files.createDirectories(broker.directory().resolve(side.name()));
        publishCatalogue();
        List<String> words = new ArrayList<>(
                List.of("--bootstrap", broker.bootstrap(), "--directory", directory.toString(), "--side", side.name()));
        words.addAll(jobWords);
        job = ChildJvm.start(JobProcess.class, jobFlags, words, this::count);
        job.await("ready");
        List<String> generatorWords = new ArrayList<>(plan.words());
        generatorWords.addAll(List.of("--bootstrap", broker.bootstrap(), "--topic", side.points));
        generatorWords.addAll(List.of("--table", table().toString(), "--rate", Integer.toString(rate)));
        generator = ChildJvm.start(
                GeneratorProcess.class, ChildJvm.flags(512, "-XX:+UseSerialGC"), generatorWords, line -> {});
        generator.await("ready");
        consumer = findingsConsumer();
    }

    private Path table() {
        return directory.resolve("table");
    }

    /** The whole plan, timed behind its warm ticks. */
    Outcome timed() throws Exception {
        long warm = plan.load().pointsBefore(plan.warmTicks());
        while (told.counters[ACCEPTED] < warm) {
            step();
        }
        return end(mark());
    }

    /** Lets it work for that long and stops it again. */
    Abba.Cost turn(Duration length) throws IOException, InterruptedException {
        job.resume();
        generator.resume();
        Mark from = nextMark();
        while (told.nanos - from.nanos < length.toNanos()) {
            step();
        }
        Mark to = nextMark();
        generator.pause();
        job.pause();
        if (!generator.isAlive()) {
            throw new IllegalStateException("the load of " + side + " was used up before the last turn");
        }
        double points = to.accepted - from.accepted;
        System.out.printf(
                "  %s: %.0f points/s, %.0f ns of the job's CPU a point%n",
                side, points * 1e9 / (to.nanos - from.nanos), (to.job - from.job) / points);
        return new Abba.Cost((to.nanos - from.nanos) / points, (to.job - from.job) / points);
    }

    /** After the last turn: sends no more, and waits until everything sent is accounted for. */
    Outcome end() throws Exception {
        job.resume();
        generator.resume();
        generator.say("stop");
        return end(mark());
    }

    private Outcome end(Mark from) throws Exception {
        while (generator.isAlive()) {
            step();
        }
        String[] totals = generator.await("sent").split(" ");
        long sent = Long.parseLong(totals[1]);
        int ticks = Integer.parseInt(totals[3]);
        boolean isOurs = side == Side.OURS;
        Set<Integer> missing = isOurs ? plan.faultsToFind(ticks) : Set.of();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_AFTER);
        while ((told.counters[RECEIVED] < sent || isMissing(missing)) && System.nanoTime() < deadline) {
            step();
        }
        awaitCommitted();
        Mark done = mark();
        TimeUnit.MILLISECONDS.sleep(200);
        long[] last = told.counters;
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < last.length; i++) {
            counts.put(JobProcess.COUNTERS.get(i), last[i]);
        }
        counts.put("sent", sent);
        counts.put("repeated", Long.parseLong(totals[2]));
        String savepoint = "";
        if (isOurs) {
            job.say("savepoint");
            savepoint = job.await("savepoint").substring("savepoint ".length());
        }
        return new Outcome(
                last[ACCEPTED] - from.accepted,
                (done.nanos - from.nanos) / 1e9,
                done.job - from.job,
                done.broker - from.broker,
                done.generator - from.generator,
                counts,
                ticks,
                findings,
                table(),
                savepoint);
    }

    private Mark mark() throws IOException {
        return new Mark(
                told.counters[ACCEPTED],
                System.nanoTime(),
                job.cpuNanos(),
                broker.process().cpuNanos(),
                generatorCpu());
    }

    /** The mark at which the job next tells its counters: between two tellings they are up to 50 ms old. */
    private Mark nextMark() throws IOException {
        long now = System.nanoTime();
        while (told.nanos < now) {
            step();
        }
        Told at = told;
        Mark mark = mark();
        return new Mark(at.counters[ACCEPTED], at.nanos, mark.job, mark.broker, mark.generator);
    }

    private long generatorCpu() {
        try {
            generatorCpu = Math.max(generatorCpu, generator.cpuNanos());
        } catch (IOException ended) {
            // It has sent everything; what it was last seen with stands.
        }
        return generatorCpu;
    }

    private void step() throws IOException {
        if (!job.isAlive()) {
            throw new IllegalStateException("the job has ended");
        }
        if (generator.isAlive()) {
            generatorCpu();
            try {
                generator.say(Long.toString(told.counters[RECEIVED]));
            } catch (IOException ended) {
                // It has sent everything.
            }
        }
        consumer.poll(Duration.ofMillis(5)).forEach(record -> {
            long now = System.nanoTime();
            if (side == Side.OURS) {
                Finding finding = EventJson.read(record.value(), Finding.class);
                if (finding.sequence() == 1) {
                    findings.add(new Noted(finding, now));
                }
            }
        });
    }

    private boolean isMissing(Set<Integer> entities) {
        Set<Integer> found = TopicToAlertBench.planted(plan, findings).keySet();
        return !found.containsAll(entities);
    }

    private void count(String line) {
        long now = System.nanoTime();
        String[] words = line.split(" ");
        long[] next = new long[words.length - 1];
        for (int i = 1; i < words.length; i++) {
            next[i - 1] = Long.parseLong(words[i]);
        }
        told = new Told(next, now);
    }

    private void awaitCommitted() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_AFTER);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            while (System.nanoTime() < deadline) {
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(side.group)
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
                for (int partition = 0; partition < GeneratorProcess.PARTITIONS; partition++) {
                    wanted.put(new TopicPartition(side.points, partition), OffsetSpec.latest());
                }
                var ends = admin.listOffsets(wanted).all().get();
                boolean all = ends.entrySet().stream()
                        .allMatch(end -> committed.get(end.getKey()) != null
                                && committed.get(end.getKey()).offset()
                                        >= end.getValue().offset());
                if (all) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new IllegalStateException("not all offsets were committed " + MOST_SECONDS_AFTER
                + " s after the load ended; the job's counters are " + Arrays.toString(told.counters));
    }

    private void publishCatalogue() {
        byte[] catalogue = EventJson.write(new CatalogueConfig("bench", List.of(), List.of("bench.counter")));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    Topics.CONFIG, Topics.CONFIG_CATALOGUE.getBytes(StandardCharsets.UTF_8), catalogue));
        }
    }

    private KafkaConsumer<byte[], byte[]> findingsConsumer() {
        KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "fetch.max.wait.ms", "10"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = reader.partitionsFor(side.findings).stream()
                .map(partition -> new TopicPartition(side.findings, partition.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        return reader;
    }

    @Override
    public void close() {
        consumer.close();
        generator.close();
        job.close();
    }
}
