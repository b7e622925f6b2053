package io.evenkeel.benchmarks;

import io.evenkeel.detection.flink.DetectionJob;
import io.evenkeel.detection.flink.DetectionOptions;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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

/**
 * Kafka topic (OTLP, lz4) → finding in topic: points judged per second with the production job (first step to P4 of the
 * performance goals), broker and generator beside it on the same cores. Time runs from the first point taken until every
 * point is accounted for and the last planted fault is readable as a finding. The rate over the second half of the points
 * stands beside it: the first is partly the compiler's.
 *
 * <p>Options: {@code --entities 1000 --ticks 480 --seed N}. Counts must equal the generator's table, all planted faults
 * must be found, and false findings are printed; otherwise the bench exits with 1.
 */
public final class JobBench {
    private static final long TICK_MILLIS = 10_000;
    /** Points that the generator may be ahead: it works to the end of the run, not before it. */
    private static final long MOST_AHEAD = 2_000_000;

    private static final long CLOCK_TICKS_PER_SECOND = 100;

    private JobBench() {}

    public static void main(String[] arguments) throws Exception {
        int entities = option(arguments, "--entities", 1000);
        int ticks = option(arguments, "--ticks", 480);
        int seed = option(arguments, "--seed", (int) (System.nanoTime() & 0xffffff));
        Path directory = Files.createTempDirectory("evenkeel-bench");
        int port = freePort();
        Process broker = broker(directory, port);
        boolean passed;
        try {
            passed = run("127.0.0.1:" + port, directory, entities, ticks, seed, broker.pid());
        } finally {
            broker.getOutputStream().close();
            broker.destroyForcibly().waitFor();
            delete(directory);
        }
        System.exit(passed ? 0 : 1);
    }

    private static boolean run(String bootstrap, Path directory, int entities, int ticks, int seed, long brokerPid)
            throws Exception {
        long start = System.currentTimeMillis() - ticks * TICK_MILLIS;
        JobLoad load = new JobLoad(seed, entities, Math.max(40, ticks - 15), start - 60_000);
        long points = (long) entities * JobLoad.SERIES * ticks;
        catalogue(bootstrap);
        long cpuBefore = cpuTicks(ProcessHandle.current().pid());
        long brokerBefore = cpuTicks(brokerPid);
        JobClient job = start(bootstrap, directory);
        CompletableFuture<Void> generator = CompletableFuture.runAsync(() -> publish(bootstrap, load, ticks, start));
        awaitReceived(1, generator);
        long cpuStarted = cpuTicks(ProcessHandle.current().pid());
        long from = System.nanoTime();
        long halfway = awaitReceived(points / 2, generator);
        long received = BenchReporter.sum("points.received");
        long taken = awaitReceived(points, generator);
        int planted = entities >= 20 ? (entities + 19) / 20 : 1;
        Set<String> found = new HashSet<>();
        Set<String> wrong = new HashSet<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (found.size() < planted && System.nanoTime() < deadline) {
            read(bootstrap, Topics.FINDINGS, record -> sort(record, found, wrong));
        }
        long done = System.nanoTime();
        long cpu = cpuTicks(ProcessHandle.current().pid()) - cpuStarted;
        long startup = cpuStarted - cpuBefore;
        long brokerCpu = cpuTicks(brokerPid) - brokerBefore;
        generator.join();
        boolean counted = countsMatch(bootstrap, load, ticks);
        job.cancel().get();

        double seconds = (done - from) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"job\",\"seed\":%d,\"series\":%d,\"points\":%d,\"wallSeconds\":%.2f,\"pointsPerSecond\":%.0f,"
                        + "\"secondsToTake\":%.2f,\"secondHalfPointsPerSecond\":%.0f,\"jobAndGeneratorCpuNsPerPoint\":%.0f,\"brokerCpuNsPerPoint\":%.0f,"
                        + "\"startupCpuSeconds\":%.1f,\"accepted\":%d,"
                        + "\"duplicates\":%d,\"late\":%d,\"quarantined\":%d,\"refused\":%d,\"judgedSteps\":%d,\"planted\":%d,"
                        + "\"found\":%d,\"falseFindings\":%d,\"countsMatch\":%b,\"cores\":%d,\"maxHeapMb\":%d,"
                        + "\"java\":\"%s\",\"loadAverage\":\"%s\"}%n",
                seed,
                entities * JobLoad.SERIES,
                points,
                seconds,
                points / seconds,
                (taken - from) / 1e9,
                (points - received) * 1e9 / (taken - halfway),
                nanosPerPoint(cpu, points),
                nanosPerPoint(brokerCpu, points),
                (double) startup / CLOCK_TICKS_PER_SECOND,
                BenchReporter.sum("points.accepted"),
                BenchReporter.sum("points.duplicates"),
                BenchReporter.sum("points.late"),
                BenchReporter.sum("points.quarantined"),
                BenchReporter.sum("points.refused"),
                BenchReporter.sum("points.judgedSteps"),
                planted,
                found.size(),
                wrong.size(),
                counted,
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                System.getProperty("java.version"),
                Files.readString(Path.of("/proc/loadavg")).trim());
        return counted && found.size() == planted && BenchReporter.sum("points.accepted") == points;
    }

    /** Time at which so many points had been received; fails with the generator, whose points would never come. */
    private static long awaitReceived(long points, CompletableFuture<Void> generator) {
        while (BenchReporter.sum("points.received") < points) {
            if (generator.isCompletedExceptionally()) {
                generator.join();
            }
            LockSupport.parkNanos(5_000_000);
        }
        return System.nanoTime();
    }

    private static double nanosPerPoint(long ticks, long points) {
        return ticks * 1e9 / CLOCK_TICKS_PER_SECOND / points;
    }

    private static void catalogue(String bootstrap) {
        byte[] catalogue = EventJson.write(new CatalogueConfig("bench", List.of(), List.of("bench.counter")));
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrap)) {
            producer.send(new ProducerRecord<>(
                    Topics.CONFIG, Topics.CONFIG_CATALOGUE.getBytes(StandardCharsets.UTF_8), catalogue));
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "compression.type", "lz4", "linger.ms", "5"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void publish(String bootstrap, JobLoad load, int ticks, long start) {
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrap)) {
            for (int tick = 0; tick < ticks; tick++) {
                long sent = (long) tick * load.entities * JobLoad.SERIES;
                while (sent - BenchReporter.sum("points.received") > MOST_AHEAD) {
                    LockSupport.parkNanos(1_000_000);
                }
                for (int request = 0; request < load.requests(); request++) {
                    byte[] bytes = load.request(request, tick, start + tick * TICK_MILLIS + request);
                    producer.send(new ProducerRecord<>(Topics.METRICS, request % 4, null, bytes));
                }
            }
        }
    }

    private static JobClient start(String bootstrap, Path directory) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "1 s");
        configuration.setString(
                "execution.checkpointing.dir",
                directory.resolve("checkpoints").toUri().toString());
        configuration.setString("taskmanager.numberOfTaskSlots", "2");
        configuration.setString("metrics.reporters", "bench");
        configuration.setString("metrics.reporter.bench.factory.class", BenchReporter.class.getName());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        DetectionJob.build(environment, DetectionOptions.of(bootstrap, System.currentTimeMillis()));
        return environment.executeAsync("job-bench");
    }

    private static void sort(ConsumerRecord<byte[], byte[]> record, Set<String> found, Set<String> wrong) {
        Finding finding = EventJson.read(record.value(), Finding.class);
        String name = finding.signal().service().name();
        int entity = name.startsWith("service-") ? Integer.parseInt(name.substring("service-".length())) : -1;
        String attributes = finding.signal().attributes();
        int at = attributes.indexOf("series=") + "series=".length();
        int comma = attributes.indexOf(',', at);
        boolean planted = attributes.contains("series=")
                && JobLoad.isPlanted(
                        entity, Integer.parseInt(attributes.substring(at, comma < 0 ? attributes.length() : comma)));
        (planted ? found : wrong).add(finding.signal().id());
    }

    /** One window of one signal. */
    private record Window(String signal, Instant start) {}

    /** What the newest revision of a window says. */
    private record Count(long revision, long points) {}

    private static boolean countsMatch(String bootstrap, JobLoad load, int ticks) {
        long expected = (long) load.entities * JobLoad.COUNTERS;
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (System.nanoTime() < deadline) {
            Map<Window, Count> windows = new HashMap<>();
            // The job still runs in this process: only what is compared may be kept.
            read(bootstrap, Topics.ROLLUPS, record -> {
                Rollup row = EventJson.read(record.value(), Rollup.class);
                if (row.signal().metric().equals("bench.counter")) {
                    windows.merge(
                            new Window(row.signal().id(), row.start()),
                            new Count(row.revision(), row.count()),
                            (a, b) -> a.revision >= b.revision ? a : b);
                }
            });
            Map<String, Long> counts = new HashMap<>();
            windows.forEach((window, count) -> counts.merge(window.signal, count.points, Long::sum));
            if (counts.size() == expected && counts.values().stream().allMatch(count -> count == ticks)) {
                return Arrays.stream(load.sent).allMatch(count -> count == ticks);
            }
            LockSupport.parkNanos(1_000_000_000);
        }
        return false;
    }

    private static void read(String bootstrap, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(each);
            }
        }
    }

    /** utime + stime of a process, in clock ticks (proc(5), /proc/PID/stat fields 14 and 15). */
    private static long cpuTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static Process broker(Path directory, int port) throws IOException {
        Process broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchBroker.class.getName(),
                        directory.resolve("broker").toString(),
                        Integer.toString(port),
                        Integer.toString(freePort()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("the broker process ended before it was ready");
        }
        return broker;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int option(String[] arguments, String name, int fallback) {
        int at = Arrays.asList(arguments).indexOf(name);
        return at < 0 ? fallback : Integer.parseInt(arguments[at + 1]);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
