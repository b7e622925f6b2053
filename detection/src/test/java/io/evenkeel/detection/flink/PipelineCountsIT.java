package io.evenkeel.detection.flink;

import static io.evenkeel.detection.flink.OtlpRequests.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.PipelineReport.Count;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conservation, through the real job on a real broker: what a sender of good and bad telemetry knows of its own items is
 * what the job says became of them, each in one outcome, and after a restore the law holds for what is read from then on.
 */
class PipelineCountsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Signals that an entity may have (detection/README, "Counters"). */
    private static final int BOUND = 50_000;

    private static final Map<String, String> SIGNALS =
            Map.of(Topics.METRICS, "metrics", Topics.SPANS, "spans", Topics.LOGS, "logs");

    /** What the sender knows: items by signal, outcome and reason. */
    private final Map<String, Long> sent = new TreeMap<>();
    /** And how many records, by signal. */
    private final Map<String, Long> records = new TreeMap<>();

    private final long now = System.currentTimeMillis();
    private KafkaProducer<byte[], byte[]> producer;
    private int spanNumber;

    @Test
    void everyItemThatIsReadHasOneOutcome_alsoAfterARestore(@TempDir Path directory) throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(directory);
                KafkaProducer<byte[], byte[]> toKafka = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap, "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer = toKafka;
            Path checkpoints = directory.resolve("checkpoints");
            JobClient first = run(broker, 1_000, checkpoints, null);
            sendMetrics();
            sendSpans();
            sendLogs();

            PipelineReport report = await(told -> isWholeRead(told) && isAccountedFor(told));
            assertThat(outcomes(report)).isEqualTo(sent);
            assertThat(report.count("metrics", "records", "dead_letter")).isEqualTo(3);
            assertThat(report.count("metrics", "records", "empty")).isEqualTo(1);
            assertThat(report.count("spans", "records", "dead_letter")).isEqualTo(1);
            assertThat(report.count("logs", "records", "dead_letter")).isEqualTo(1);
            assertThat(report.newestData()).isEqualTo(Instant.ofEpochMilli(now));
            assertThat(report.waiting()).isZero();

            Path checkpoint = awaitAfter(NewestCheckpoint.in(checkpoints), checkpoints);
            first.cancel().get();
            awaitSilence();
            JobClient second = run(broker, 2_000, checkpoints, checkpoint);
            send(Topics.METRICS, points("shop", "later", 9, now + 1_000));
            PipelineReport restored =
                    await(told -> told.count("metrics", "items", "judged") >= 9 && isAccountedFor(told));
            assertThat(restored.since()).isAfter(report.since());
            assertThat(restored.count("metrics", "items", "quarantined"))
                    .as("what was read before the checkpoint is counted by the epoch that read it")
                    .isZero();
            second.cancel().get();
        }
    }

    private static boolean isAccountedFor(PipelineReport told) {
        return SIGNALS.values().stream()
                .allMatch(signal -> told.unaccounted(signal, "items") == 0 && told.unaccounted(signal, "records") == 0);
    }

    private boolean isWholeRead(PipelineReport told) {
        return records.entrySet().stream()
                .allMatch(signal -> told.count(signal.getKey(), "records", PipelineReport.READ) == signal.getValue());
    }

    private static Map<String, Long> outcomes(PipelineReport report) {
        return report.counts().stream()
                .filter(count ->
                        count.unit().equals("items") && !count.outcome().equals(PipelineReport.READ))
                .collect(Collectors.toMap(PipelineCountsIT::name, Count::count, Long::sum, TreeMap::new));
    }

    private static String name(Count count) {
        return (count.signal() + ' ' + count.outcome() + ' ' + count.reason()).strip();
    }

    private void expect(String name, long items) {
        sent.merge(name, items, Long::sum);
    }

    private void sendMetrics() throws Exception {
        // Kafka's partitions have no order between them; one partition has.
        for (int step = 0; step < 20; step++) {
            send(Topics.METRICS, points("shop", "orders", 50, now - (19 - step) * 1_000L));
        }
        expect("metrics judged", 1_000);
        for (int step = 15; step < 20; step++) {
            send(Topics.METRICS, points("shop", "orders", 50, now - (19 - step) * 1_000L));
        }
        expect("metrics duplicate", 250);
        send(Topics.METRICS, points("shop", "orders", 7, now - 180_000));
        expect("metrics late", 7);
        send(Topics.METRICS, points("shop", "orders", 5, now + 900_000));
        send(Topics.METRICS, points("unheard-of", "orders", 4, now + 900_000));
        expect("metrics quarantined", 9);
        send(Topics.METRICS, points("shop", "orders", 3, 0));
        expect("metrics refused no_time", 3);
        send(Topics.METRICS, gauge(Double.NaN, 0), gauge(Double.POSITIVE_INFINITY, 0));
        expect("metrics refused not_finite", 2);
        send(Topics.METRICS, gauge(1, 1));
        expect("metrics left_out no_recorded_value", 1);
        send(
                Topics.METRICS,
                metrics(
                        resource("shop", "checkout"),
                        Metric.newBuilder()
                                .setName("total")
                                .setSum(Sum.newBuilder()
                                        .setIsMonotonic(true)
                                        .addDataPoints(point(0, now))
                                        .addDataPoints(point(1, now)))));
        expect("metrics refused no_temporality", 2);
        send(Topics.METRICS, points("evenkeel", "orders", 6, now));
        expect("metrics left_out own", 6);
        for (int from = 0; from < BOUND + 100; from += 5_010) {
            send(Topics.METRICS, wide(from, 5_010));
        }
        expect("metrics judged", BOUND);
        expect("metrics refused beyond_bound", 100);
        send(Topics.METRICS, new byte[] {10, 127, 1, 2, 3}, "{\"resourceMetrics\": [".getBytes(StandardCharsets.UTF_8));
        send(Topics.METRICS, new byte[] {(byte) 0xff}, null);
    }

    private void sendSpans() throws Exception {
        byte[] good = spans("shop", 40, Span.SpanKind.SPAN_KIND_SERVER, now - 5_000, true);
        send(Topics.SPANS, good, spans("shop", 30, Span.SpanKind.SPAN_KIND_CLIENT, now, true));
        expect("spans judged", 70);
        send(Topics.SPANS, good);
        expect("spans duplicate", 40);
        send(Topics.SPANS, spans("shop", 3, Span.SpanKind.SPAN_KIND_SERVER, now - 300_000, true));
        expect("spans late", 3);
        send(Topics.SPANS, spans("shop", 2, Span.SpanKind.SPAN_KIND_SERVER, now + 900_000, true));
        expect("spans quarantined", 2);
        send(Topics.SPANS, spans("shop", 4, Span.SpanKind.SPAN_KIND_SERVER, now, false));
        expect("spans refused invalid_id", 4);
        send(Topics.SPANS, spans("shop", 2, Span.SpanKind.SPAN_KIND_SERVER, 0, true));
        expect("spans refused no_time", 2);
        send(Topics.SPANS, spans("shop", 6, Span.SpanKind.SPAN_KIND_INTERNAL, now, true));
        expect("spans left_out not_a_request", 6);
        send(Topics.SPANS, spans("evenkeel", 5, Span.SpanKind.SPAN_KIND_SERVER, now, true), new byte[] {10, 127, 1});
        expect("spans left_out own", 5);
    }

    private void sendLogs() throws Exception {
        send(Topics.LOGS, logs("shop", 30, now));
        expect("logs judged", 30);
        send(Topics.LOGS, logs("shop", 4, now - 300_000));
        expect("logs late", 4);
        send(Topics.LOGS, logs("shop", 3, now + 900_000));
        expect("logs quarantined", 3);
        send(Topics.LOGS, logs("shop", 5, 0));
        expect("logs refused no_time", 5);
        send(Topics.LOGS, logs("evenkeel", 2, now), new byte[] {10, 127, 1});
        expect("logs left_out own", 2);
    }

    private void send(String topic, byte[]... values) throws Exception {
        for (byte[] value : values) {
            producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
            records.merge(SIGNALS.get(topic), 1L, Long::sum);
        }
    }

    private static Resource resource(String namespace, String service) {
        Resource.Builder resource = OtlpRequests.resource(service, service + "-1").toBuilder();
        return resource.setAttributes(1, attribute("service.namespace", namespace))
                .build();
    }

    private static byte[] metrics(Resource resource, Metric.Builder metric) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(resource)
                        .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
                .build()
                .toByteArray();
    }

    private static byte[] points(String namespace, String metric, int series, long at) {
        Sum.Builder sum = Sum.newBuilder()
                .setIsMonotonic(true)
                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        for (int i = 0; i < series; i++) {
            sum.addDataPoints(point(i, at));
        }
        return metrics(
                resource(namespace, "checkout"),
                Metric.newBuilder().setName(metric).setSum(sum));
    }

    private static NumberDataPoint.Builder point(int series, long at) {
        return NumberDataPoint.newBuilder()
                .setStartTimeUnixNano(Math.max(0, at - 1_000) * 1_000_000)
                .setTimeUnixNano(at * 1_000_000)
                .setAsDouble(series)
                .addAttributes(attribute("n", Integer.toString(series)));
    }

    private byte[] gauge(double value, int flags) {
        NumberDataPoint.Builder point = NumberDataPoint.newBuilder()
                .setTimeUnixNano(now * 1_000_000)
                .setFlags(flags)
                .setAsDouble(value);
        return metrics(
                resource("shop", "checkout"),
                Metric.newBuilder().setName("depth").setGauge(Gauge.newBuilder().addDataPoints(point)));
    }

    /** Every request has ids of its own as attribute, as a careless service does it. */
    private byte[] wide(int from, int series) {
        Gauge.Builder gauge = Gauge.newBuilder();
        for (int i = from; i < from + series; i++) {
            gauge.addDataPoints(NumberDataPoint.newBuilder()
                    .setTimeUnixNano(now * 1_000_000)
                    .setAsDouble(i)
                    .addAttributes(attribute("user", Integer.toString(i))));
        }
        return metrics(
                resource("shop", "wide"), Metric.newBuilder().setName("basket").setGauge(gauge));
    }

    private byte[] spans(String namespace, int count, Span.SpanKind kind, long endMillis, boolean hasIds) {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (int i = 0; i < count; i++) {
            Span.Builder span = Span.newBuilder()
                    .setName("GET /")
                    .setKind(kind)
                    .setStartTimeUnixNano(Math.max(0, endMillis - 20) * 1_000_000)
                    .setEndTimeUnixNano(endMillis * 1_000_000);
            if (hasIds) {
                span.setTraceId(id(16)).setSpanId(id(8));
            }
            spans.addSpans(span);
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource(namespace, "checkout"))
                        .addScopeSpans(spans))
                .build()
                .toByteArray();
    }

    private ByteString id(int bytes) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(bytes).putInt(bytes - 4, ++spanNumber).array());
    }

    private static byte[] logs(String namespace, int count, long at) {
        ScopeLogs.Builder logs = ScopeLogs.newBuilder();
        for (int i = 0; i < count; i++) {
            logs.addLogRecords(
                    LogRecord.newBuilder().setTimeUnixNano(at * 1_000_000).setSeverityNumberValue(1 + i % 24));
        }
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .setResource(resource(namespace, "checkout"))
                        .addScopeLogs(logs))
                .build()
                .toByteArray();
    }

    private static JobClient run(EmbeddedBroker broker, long epoch, Path checkpoints, Path restoreFrom)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("metrics.reporter.pipeline.factory.class", PipelineReporter.Factory.class.getName());
        configuration.setString("execution.checkpointing.interval", "1 s");
        configuration.setString(
                "execution.checkpointing.dir", checkpoints.toUri().toString());
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        configuration.setString("restart-strategy.type", "none");
        if (restoreFrom != null) {
            configuration.setString(
                    "execution.state-recovery.path", restoreFrom.toUri().toString());
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        DetectionJob.build(environment, DetectionOptions.of(broker.bootstrap, epoch));
        return environment.executeAsync("detection");
    }

    /** The second that is done from now on has everything that was accounted for before. */
    private static Path awaitAfter(Path known, Path checkpoints) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Path newest = known;
        for (int done = 0; done < 2; ) {
            Path next = NewestCheckpoint.after(newest, checkpoints);
            if (next != null) {
                done++;
                newest = next;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no checkpoint after " + newest);
            }
            LockSupport.parkNanos(50_000_000);
        }
        return newest;
    }

    private static PipelineReport await(Predicate<PipelineReport> isSo) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            PipelineReport report = PipelineReporter.report().orElse(null);
            if (report != null && isSo.test(report)) {
                return report;
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new AssertionError("in vain; told is " + PipelineReporter.report());
    }

    private static void awaitSilence() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (PipelineReporter.report().isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the job that was cancelled still reports");
            }
            LockSupport.parkNanos(100_000_000);
        }
    }
}
