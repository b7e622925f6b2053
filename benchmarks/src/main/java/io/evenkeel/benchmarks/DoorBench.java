package io.evenkeel.benchmarks;

import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * P13: OTLP over HTTP until Kafka has acknowledged, data points a second for each core that the receiving process uses.
 * Broker, door and exporter are processes of their own; eight requests of 950 points are on their way at a time, as bytes
 * and gzipped in turns. What lies in Kafka afterwards is read back and counted with the generated classes.
 */
public final class DoorBench {
    private static final int CONCURRENT = 8;
    private static final int ENTITIES = 640;
    private static final int WARM_ROUNDS = 4;
    private static final double NOISY = 1.4;

    private final URI address;
    private final ChildJvm door;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final MetricLoad load;
    private int tick;
    private long sent;

    private DoorBench(URI address, ChildJvm door, int seed) {
        this.address = address;
        this.door = door;
        load = new MetricLoad(seed, ENTITIES, true, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 1_700_000_000_000L);
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        GoalResult result = GoalResult.start(Goal.P13, arguments);
        int rounds = arguments.number("--rounds", 7);
        try (Broker broker = Broker.start()) {
            String bootstrap = broker.bootstrap();
            try (ChildJvm door = ChildJvm.start(
                    BenchDoor.class, ChildJvm.flags(512, "-XX:+UseSerialGC"), List.of(bootstrap), line -> {})) {
                String port = door.await("port ").substring("port ".length());
                DoorBench bench =
                        new DoorBench(URI.create("http://127.0.0.1:" + port + "/v1/metrics"), door, result.seed());
                bench.measure(rounds, result);
                bench.check(bootstrap, result);
            }
        }
        System.exit(result.finish());
    }

    /** What one round cost. */
    private record Round(long points, long doorNanos, long wallNanos) {
        double pointsPerCoreSecond() {
            return points * 1e9 / doorNanos;
        }
    }

    private void measure(int rounds, GoalResult result) throws Exception {
        List<Round> plain = new ArrayList<>();
        List<Round> gzipped = new ArrayList<>();
        for (int round = 0; round < WARM_ROUNDS + rounds; round++) {
            Round asBytes = round(false);
            Round asGzip = round(true);
            if (round >= WARM_ROUNDS) {
                plain.add(asBytes);
                gzipped.add(asGzip);
            }
        }
        double[] rates =
                plain.stream().mapToDouble(Round::pointsPerCoreSecond).sorted().toArray();
        double[] gzipRates = gzipped.stream()
                .mapToDouble(Round::pointsPerCoreSecond)
                .sorted()
                .toArray();
        if (rates[rates.length - 1] > NOISY * rates[0]) {
            result.noisy("rounds from " + Math.round(rates[0]) + " to " + Math.round(rates[rates.length - 1]));
        }
        result.figure("least", rates[0]);
        result.figure("most", rates[rates.length - 1]);
        result.figure("gzipped", gzipRates[gzipRates.length / 2]);
        result.figure(
                "wallPointsPerSecond",
                plain.stream().mapToLong(Round::points).sum()
                        * 1e9
                        / plain.stream().mapToLong(Round::wallNanos).sum());
        result.figure("bytesPerPoint", (double) load.request(0, tick, now()).length / pointsOf(0));
        result.measure("acknowledged", rates[rates.length / 2]);
    }

    /** Sends ten ticks; bodies are made before the clocks run. */
    private Round round(boolean gzip) throws Exception {
        List<HttpRequest> requests = new ArrayList<>();
        long points = 0;
        for (int i = 0; i < 10; i++) {
            for (int request = 0; request < load.requests(1); request++) {
                byte[] body = load.request(request, tick, now());
                points += pointsOf(request);
                HttpRequest.Builder builder = HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/x-protobuf");
                if (gzip) {
                    builder.header("Content-Encoding", "gzip");
                }
                requests.add(builder.POST(HttpRequest.BodyPublishers.ofByteArray(gzip ? gzipped(body) : body))
                        .build());
            }
            tick++;
        }
        long cpu = door.cpuNanos();
        long from = System.nanoTime();
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < CONCURRENT; lane++) {
            lanes.add(lane(requests, lane));
        }
        CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).get();
        long wall = System.nanoTime() - from;
        sent += points;
        return new Round(points, door.cpuNanos() - cpu, wall);
    }

    private CompletableFuture<Void> lane(List<HttpRequest> requests, int at) {
        if (at >= requests.size()) {
            return CompletableFuture.completedFuture(null);
        }
        return client.sendAsync(requests.get(at), HttpResponse.BodyHandlers.ofByteArray())
                .thenCompose(answer -> {
                    if (answer.statusCode() != 200 || answer.body().length > 0) {
                        throw new IllegalStateException("the door answered " + answer.statusCode());
                    }
                    return lane(requests, at + CONCURRENT);
                });
    }

    private int pointsOf(int request) {
        int first = request * MetricLoad.ENTITIES_PER_REQUEST;
        return Math.min(MetricLoad.ENTITIES_PER_REQUEST, ENTITIES - first)
                * (MetricLoad.SERIES - (MetricLoad.SPARSE_TO - MetricLoad.CONSTANT_TO));
    }

    private long now() {
        return System.currentTimeMillis() + tick * MetricLoad.TICK_MILLIS / 1000;
    }

    private static byte[] gzipped(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 8);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private void check(String bootstrap, GoalResult result) throws IOException {
        long stored = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.METRICS).stream()
                    .map(partition -> new TopicPartition(Topics.METRICS, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    stored += points(ExportMetricsServiceRequest.parseFrom(record.value()));
                }
            }
        }
        result.figure("sent", sent);
        result.figure("stored", stored);
        if (stored != sent) {
            result.wrong(stored + " points lie in Kafka, " + sent + " were acknowledged");
        }
    }

    private static long points(ExportMetricsServiceRequest request) {
        return request.getResourceMetricsList().stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .mapToLong(metric -> metric.getGauge().getDataPointsCount()
                        + metric.getSum().getDataPointsCount()
                        + metric.getHistogram().getDataPointsCount())
                .sum();
    }
}
