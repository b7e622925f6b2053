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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
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
import org.jspecify.annotations.Nullable;

/**
 * One run from topic to finding: broker, job and generator each in a process of its own on the same cores, this process
 * reads the findings as anybody would. Timed is what comes after the plan's warm ticks, until every point is accounted for,
 * every planted fault can be read as a finding and the last offset is committed.
 */
final class TopicRun implements AutoCloseable {
    private static final int RECEIVED = 0;
    private static final long MOST_SECONDS_AFTER = 60;

    /** How one run went. CPU is that of the timed part, in ns of all threads of a process. */
    record Outcome(
            long points,
            double seconds,
            long jobCpu,
            long brokerCpu,
            long generatorCpu,
            Map<String, Long> counters,
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

    private final LoadPlan plan;
    private final Path directory;
    private final String bootstrap;
    private final ChildJvm broker;
    private final List<ChildJvm> children = new ArrayList<>();
    private volatile long[] counters = new long[JobProcess.COUNTERS.size()];

    private TopicRun(LoadPlan plan, Path directory, String bootstrap, ChildJvm broker) {
        this.plan = plan;
        this.directory = directory;
        this.bootstrap = bootstrap;
        this.broker = broker;
        children.add(broker);
    }

    static TopicRun open(LoadPlan plan) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("evenkeel-bench");
        int port = ChildJvm.freePort();
        ChildJvm broker = ChildJvm.start(
                BenchBroker.class,
                ChildJvm.flags(512, "-XX:+UseSerialGC"),
                List.of(
                        directory.resolve("broker").toString(),
                        Integer.toString(port),
                        Integer.toString(ChildJvm.freePort())),
                line -> {});
        broker.await("ready");
        return new TopicRun(plan, directory, "127.0.0.1:" + port, broker);
    }

    /**
     * @param variant empty for our job, {@code twin} for the ordinary one, whose findings are not ours to read
     * @param rate points a second by the clock, 0 = as fast as the job takes them
     * @param jobFlags of the job's JVM
     */
    Outcome run(String variant, int rate, List<String> jobFlags, List<String> jobWords) throws Exception {
        publishCatalogue();
        List<String> words = new ArrayList<>(
                List.of("--bootstrap", bootstrap, "--directory", directory.toString(), "--variant", variant));
        words.addAll(jobWords);
        ChildJvm job = ChildJvm.start(JobProcess.class, jobFlags, words, this::count);
        children.add(job);
        job.await("ready");
        Path table = directory.resolve("table");
        List<String> generatorWords = new ArrayList<>(plan.words());
        generatorWords.addAll(
                List.of("--bootstrap", bootstrap, "--table", table.toString(), "--rate", Integer.toString(rate)));
        if (rate > 0) {
            generatorWords.addAll(List.of("--ahead", Long.toString(Long.MAX_VALUE)));
        }
        ChildJvm generator = ChildJvm.start(
                GeneratorProcess.class, ChildJvm.flags(512, "-XX:+UseSerialGC"), generatorWords, line -> {});
        children.add(generator);
        generator.await("ready");

        boolean isOurs = variant.isEmpty();
        long warm = plan.load().pointsBefore(plan.warmTicks());
        List<Noted> findings = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = findingsConsumer()) {
            while (counters[RECEIVED] < warm) {
                step(generator, job, consumer, findings, isOurs);
            }
            long from = System.nanoTime();
            long before = counters[RECEIVED];
            long jobBefore = job.cpuNanos();
            long brokerBefore = broker.cpuNanos();
            long generatorBefore = generator.cpuNanos();
            long generatorCpu = generatorBefore;
            while (generator.isAlive()) {
                generatorCpu = Math.max(generatorCpu, cpuOrZero(generator));
                step(generator, job, consumer, findings, isOurs);
            }
            String[] totals = generator.await("sent").split(" ");
            long sent = Long.parseLong(totals[1]);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_AFTER);
            while ((counters[RECEIVED] < sent || isOurs && missing(findings) > 0) && System.nanoTime() < deadline) {
                step(null, job, consumer, findings, isOurs);
            }
            awaitCommitted(isOurs ? DetectionOptions.DEFAULT_GROUP : "twin", deadline);
            long done = System.nanoTime();
            long jobCpu = job.cpuNanos() - jobBefore;
            long brokerCpu = broker.cpuNanos() - brokerBefore;
            TimeUnit.MILLISECONDS.sleep(200);
            Map<String, Long> counts = new HashMap<>();
            for (int i = 0; i < counters.length; i++) {
                counts.put(JobProcess.COUNTERS.get(i), counters[i]);
            }
            counts.put("sent", sent);
            counts.put("repeated", Long.parseLong(totals[2]));
            String savepoint = "";
            if (isOurs) {
                job.say("savepoint");
                savepoint = job.await("savepoint").substring("savepoint ".length());
            }
            return new Outcome(
                    counters[RECEIVED] - before,
                    (done - from) / 1e9,
                    jobCpu,
                    brokerCpu,
                    generatorCpu - generatorBefore,
                    counts,
                    findings,
                    table,
                    savepoint);
        }
    }

    private static long cpuOrZero(ChildJvm child) {
        try {
            return child.cpuNanos();
        } catch (IOException ended) {
            return 0;
        }
    }

    private void step(
            @Nullable ChildJvm generator,
            ChildJvm job,
            KafkaConsumer<byte[], byte[]> consumer,
            List<Noted> findings,
            boolean isOurs)
            throws IOException {
        if (!job.isAlive()) {
            throw new IllegalStateException("the job has ended");
        }
        if (generator != null && generator.isAlive()) {
            try {
                generator.say(Long.toString(counters[RECEIVED]));
            } catch (IOException ended) {
                // It has sent everything.
            }
        }
        consumer.poll(Duration.ofMillis(5)).forEach(record -> {
            long now = System.nanoTime();
            if (isOurs) {
                Finding finding = EventJson.read(record.value(), Finding.class);
                if (finding.sequence() == 1) {
                    findings.add(new Noted(finding, now));
                }
            }
        });
    }

    /** Planted faults that no finding tells of yet. */
    private int missing(List<Noted> findings) {
        TreeSet<Integer> found = new TreeSet<>();
        findings.forEach(noted -> {
            int entity = TopicToAlertBench.entity(noted.finding());
            if (TopicToAlertBench.isPlanted(plan, noted.finding())) {
                found.add(entity);
            }
        });
        return plan.faults() - found.size();
    }

    private void count(String line) {
        String[] words = line.split(" ");
        long[] next = new long[words.length - 1];
        for (int i = 1; i < words.length; i++) {
            next[i - 1] = Long.parseLong(words[i]);
        }
        counters = next;
    }

    private void awaitCommitted(String group, long deadline) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            while (System.nanoTime() < deadline) {
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
                for (int partition = 0; partition < 4; partition++) {
                    wanted.put(new TopicPartition(Topics.METRICS, partition), OffsetSpec.latest());
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
        throw new IllegalStateException("not all offsets were committed in time");
    }

    private void publishCatalogue() {
        byte[] catalogue = EventJson.write(new CatalogueConfig("bench", List.of(), List.of("bench.counter")));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    Topics.CONFIG, Topics.CONFIG_CATALOGUE.getBytes(StandardCharsets.UTF_8), catalogue));
        }
    }

    private KafkaConsumer<byte[], byte[]> findingsConsumer() {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "fetch.max.wait.ms", "10"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.FINDINGS).stream()
                .map(partition -> new TopicPartition(Topics.FINDINGS, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    @Override
    public void close() throws IOException {
        children.forEach(ChildJvm::close);
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
