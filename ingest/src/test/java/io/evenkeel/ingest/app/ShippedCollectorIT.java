package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.service;
import static io.evenkeel.ingest.TestObjects.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.otlp.LogsWalk;
import io.evenkeel.wire.otlp.MetricsWalk;
import io.evenkeel.wire.otlp.SpansWalk;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Collector configurations of {@code deploy/collector}, as they are shipped, in a real Collector: Kafka goes, the
 * Collector is killed, both come back, and nothing it had taken is lost. Only what the files leave to the environment is
 * set.
 */
class ShippedCollectorIT {
    private static final Path SHIPPED = Path.of("../deploy/collector");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PARTITIONS = 4;

    @TempDir
    Path directory;

    private final String binary = CollectorBinary.find();
    private final Set<String> taken = new TreeSet<>();
    private int grpc;
    private int http;
    private TestBroker broker;
    private Process collector;

    @BeforeEach
    void start() throws Exception {
        if (!binary.isEmpty()) {
            grpc = freePort();
            http = freePort();
            broker = new TestBroker(Files.createDirectory(directory.resolve("kafka")));
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (collector != null) {
            kill();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void queueOnDisk_outlivesKafkaAndTheCollectorItself() throws Exception {
        CollectorBinary.assume(binary, "deploy/collector/door.yaml");
        try (OtlpReceiver receiver =
                OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0))) {
            run("door.yaml", Map.of("EVENKEEL_ENDPOINT", "http://127.0.0.1:" + receiver.httpPort()));
            export(0, 60);
            await(() -> landed().containsAll(taken));

            broker.stop();
            export(60, 120);
            kill();
            run("door.yaml", Map.of("EVENKEEL_ENDPOINT", "http://127.0.0.1:" + receiver.httpPort()));
            export(120, 180);
            broker.start();

            await(() -> landed().containsAll(taken));
            assertThat(taken).hasSize(180 * 3);
            await(() -> ownMetrics().contains("otelcol_exporter_queue_size"));
        }
    }

    @Test
    void collectorThatWritesToKafkaItself_losesNothingEither() throws Exception {
        CollectorBinary.assume(binary, "deploy/collector/kafka.yaml");
        Map<String, String> environment = Map.of("EVENKEEL_KAFKA", broker.bootstrap());
        run("kafka.yaml", environment);
        export(0, 60);
        await(() -> landed().containsAll(taken));

        broker.stop();
        export(60, 120);
        kill();
        broker.start();
        run("kafka.yaml", environment);
        export(120, 180);

        await(() -> landed().containsAll(taken));
        assertThat(taken).hasSize(180 * 3);
        for (String topic : Set.of(Topics.METRICS, Topics.SPANS, Topics.LOGS)) {
            assertThat(broker.compressions(topic)).containsExactly(CompressionType.ZSTD);
            assertThat(broker.records(topic)).allSatisfy(record -> {
                assertThat(record.key()).isNotEmpty();
                assertThat(record.partition())
                        .as("where a Java client would have put it")
                        .isEqualTo(Utils.toPositive(Utils.murmur2(record.key())) % PARTITIONS);
            });
        }
        assertThat(broker.records(Topics.SPANS))
                .allSatisfy(record -> assertThat(traceIds(record)).hasSize(1));
        assertThat(walked()).isEqualTo(names().size());
    }

    /** What the detection job reads of the records, with its own walks. */
    private long walked() {
        InstantSource noon = InstantSource.fixed(Instant.ofEpochSecond(0, NOON));
        MetricsWalk metrics = new MetricsWalk(noon);
        broker.values(Topics.METRICS).forEach(record -> metrics.walk(record, 0, record.length, rows -> {}));
        SpansWalk spans = new SpansWalk(noon);
        broker.values(Topics.SPANS).forEach(record -> spans.walk(record, 0, record.length, rows -> {}));
        LogsWalk logs = new LogsWalk();
        broker.values(Topics.LOGS).forEach(record -> logs.walk(record, 0, record.length, rows -> {}));
        return metrics.counts().accepted()
                + spans.counts().accepted()
                + logs.counts().accepted();
    }

    private void run(String configuration, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        binary, "--config", SHIPPED.resolve(configuration).toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("said").toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("COLLECTOR_GRPC", "127.0.0.1:" + grpc);
        builder.environment().put("COLLECTOR_HTTP", "127.0.0.1:" + http);
        builder.environment().put("COLLECTOR_QUEUE", directory.resolve("queue").toString());
        collector = builder.start();
        await(() -> isListening(grpc) && isListening(http));
    }

    /** As a machine that goes down: nothing is told, nothing flushed. */
    private void kill() throws InterruptedException {
        collector.destroyForcibly();
        assertThat(collector.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** A point, a span and a log record each, of five services in turn; all must be taken by the Collector. */
    private void export(int from, int to) throws Exception {
        Sender sender = new Sender(http);
        for (int i = from; i < to; i++) {
            ExportMetricsServiceRequest.Builder point = gauge("m" + i, NOON).toBuilder();
            point.getResourceMetricsBuilder(0).setResource(resource(i));
            send(sender, "/v1/metrics", "m" + i, point.build().toByteArray());
            send(sender, "/v1/traces", "s" + i, span(i).toByteArray());
            send(sender, "/v1/logs", "l" + i, log(i).toByteArray());
        }
    }

    private void send(Sender sender, String path, String name, byte[] body) throws Exception {
        assertThat(sender.post(path, "application/x-protobuf", body).statusCode())
                .isEqualTo(200);
        taken.add(name);
    }

    private static Resource resource(int i) {
        return service("shop-" + i % 5).toBuilder()
                .addAttributes(text("host.name", "node-1"))
                .build();
    }

    private static ExportTraceServiceRequest span(int i) {
        byte[] trace = ByteBuffer.allocate(16).putLong(0, 7).putLong(8, i).array();
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource(i))
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder()
                                        .setName("s" + i)
                                        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                                        .setTraceId(ByteString.copyFrom(trace))
                                        .setSpanId(ByteString.copyFromUtf8("12345678"))
                                        .setStartTimeUnixNano(NOON)
                                        .setEndTimeUnixNano(NOON + 1))))
                .build();
    }

    private static ExportLogsServiceRequest log(int i) {
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .setResource(resource(i))
                        .addScopeLogs(ScopeLogs.newBuilder()
                                .addLogRecords(LogRecord.newBuilder()
                                        .setTimeUnixNano(NOON)
                                        .setBody(AnyValue.newBuilder().setStringValue("l" + i)))))
                .build();
    }

    private Set<String> landed() throws Exception {
        return new HashSet<>(names());
    }

    /** Of everything in Kafka but the Collector's own metrics; an item that was sent twice stands twice. */
    private List<String> names() throws Exception {
        Landed landed = Landed.anywhere(broker);
        return Stream.of(
                        landed.metrics().stream().map(Metric::getName),
                        landed.spanNames().stream(),
                        landed.bodies().stream())
                .flatMap(Function.identity())
                .filter(name -> name.matches("[msl]\\d+"))
                .toList();
    }

    private Set<String> ownMetrics() throws Exception {
        return Set.copyOf(Landed.of("otelcol", broker).metricNames());
    }

    private static Set<ByteString> traceIds(ConsumerRecord<byte[], byte[]> record) {
        Set<ByteString> ids = new HashSet<>();
        try {
            ExportTraceServiceRequest.parseFrom(record.value())
                    .getResourceSpansList()
                    .forEach(resource -> resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList().forEach(span -> ids.add(span.getTraceId()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(collector.isAlive()).as(said()).isTrue();
            assertThat(System.nanoTime()).as(said()).isLessThan(deadline);
            collector.waitFor(200, TimeUnit.MILLISECONDS);
        }
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("said"));
    }

    private static boolean isListening(int port) {
        try (Socket ignored = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
