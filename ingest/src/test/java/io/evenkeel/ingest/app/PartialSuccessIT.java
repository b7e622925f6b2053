package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.service;
import static io.evenkeel.ingest.TestObjects.span;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.otlp.ItemFault;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bad item never costs its request: it is left out, counted and told, and the rest is stored. */
class PartialSuccessIT {
    private static final String PROTOBUF = "application/x-protobuf";

    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;
    private static Sender sender;

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0));
        sender = new Sender(receiver.httpPort());
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    @Test
    void leavesOutPointsWithoutTimeAndSaysSo() throws Exception {
        byte[] body = gauge("partly", NOON, 0, NOON + 1, 0).toByteArray();

        ExportMetricsServiceResponse response = metrics(body);

        assertThat(response.getPartialSuccess().getRejectedDataPoints()).isEqualTo(2);
        assertThat(response.getPartialSuccess().getErrorMessage())
                .isEqualTo("left out 2 data points: 2 without a time");
        assertThat(points("partly")).isEqualTo(2);
        assertThat(receiver.counters().items().get(OtlpSignal.METRICS).rejected())
                .containsKey(ItemFault.NO_TIME);
    }

    /** The answer stays short however much is wrong: it counts by kind, and never lists. */
    @Test
    void thousandsOfBadPoints_areToldInAShortAnswer() throws Exception {
        Sum.Builder untimed =
                Sum.newBuilder().setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        Sum.Builder untempered = Sum.newBuilder();
        Histogram.Builder mismatched =
                Histogram.newBuilder().setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        for (int i = 0; i < 20_000; i++) {
            untimed.addDataPoints(NumberDataPoint.newBuilder().setAsInt(i));
            untempered.addDataPoints(
                    NumberDataPoint.newBuilder().setTimeUnixNano(NOON).setAsInt(i));
            mismatched.addDataPoints(HistogramDataPoint.newBuilder()
                    .setTimeUnixNano(NOON)
                    .addBucketCounts(1)
                    .addExplicitBounds(1));
        }
        byte[] body = request(
                        Metric.newBuilder().setName("untimed").setSum(untimed).build(),
                        Metric.newBuilder()
                                .setName("untempered")
                                .setSum(untempered)
                                .build(),
                        Metric.newBuilder()
                                .setName("mismatched")
                                .setHistogram(mismatched)
                                .build(),
                        gauge("good", NOON)
                                .getResourceMetrics(0)
                                .getScopeMetrics(0)
                                .getMetrics(0))
                .toByteArray();

        HttpResponse<byte[]> answer = sender.post("/v1/metrics", PROTOBUF, body);

        assertThat(answer.body().length).isBetween(1, 1000);
        var partial = ExportMetricsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedDataPoints()).isEqualTo(60_000);
        assertThat(partial.getErrorMessage())
                .isEqualTo("left out 60000 data points: 20000 without a time, 20000 whose bucket counts do not match"
                        + " their bounds, 20000 without an aggregation temporality");
        assertThat(points("good")).isEqualTo(1);
    }

    /** Ids of zeros and of a wrong length are left out; a span that ends before it starts is the detector's affair. */
    @Test
    void leavesOutSpansWithInvalidIds() throws Exception {
        byte[] good = utf8("0123456789abcdef");
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (byte[] id : List.of(new byte[16], utf8("short"), good)) {
            request.addAllResourceSpans(span("s", id).getResourceSpansList());
        }
        var backwards = span("backwards", good).toBuilder();
        backwards
                .getResourceSpansBuilder(0)
                .getScopeSpansBuilder(0)
                .getSpansBuilder(0)
                .setEndTimeUnixNano(NOON - 1);
        request.addAllResourceSpans(backwards.getResourceSpansList());

        HttpResponse<byte[]> answer =
                sender.post("/v1/traces", PROTOBUF, request.build().toByteArray());

        var partial = ExportTraceServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedSpans()).isEqualTo(2);
        assertThat(partial.getErrorMessage()).isEqualTo("left out 2 spans: 2 with an invalid trace id");
        assertThat(broker.values(Topics.SPANS)).hasSize(1);
    }

    /** One record that no broker would take goes, the others stay. */
    @Test
    void leavesOutALogRecordThatFitsNoKafkaRecord() throws Exception {
        List<LogRecord> records = IntStream.of(10, 1_200_000, 10)
                .mapToObj(size -> LogRecord.newBuilder()
                        .setTimeUnixNano(NOON)
                        .setBody(AnyValue.newBuilder().setStringValue("x".repeat(size)))
                        .build())
                .toList();
        byte[] body = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .setResource(service("shop"))
                        .addScopeLogs(ScopeLogs.newBuilder().addAllLogRecords(records)))
                .build()
                .toByteArray();

        HttpResponse<byte[]> answer = sender.post("/v1/logs", PROTOBUF, body);

        var partial = ExportLogsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedLogRecords()).isEqualTo(1);
        assertThat(partial.getErrorMessage()).isEqualTo("left out 1 log records: 1 too large for one record");
    }

    /**
     * An exporter that did not hear the answer sends again: both stand in Kafka, byte for byte the same, so that readers
     * know the second for what it is (detection, {@code DetectionJobIT}).
     */
    @Test
    void requestSentTwice_liesTwiceByteForByte() throws Exception {
        byte[] body = gauge("sent.twice", NOON).toByteArray();

        metrics(body);
        metrics(body);

        assertThat(broker.values(Topics.METRICS).stream()
                        .filter(record -> new String(record, StandardCharsets.ISO_8859_1).contains("sent.twice")))
                .containsExactly(body, body);
    }

    private static ExportMetricsServiceResponse metrics(byte[] body) throws Exception {
        HttpResponse<byte[]> answer = sender.post("/v1/metrics", PROTOBUF, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        return ExportMetricsServiceResponse.parseFrom(answer.body());
    }

    private static ExportMetricsServiceRequest request(Metric... metrics) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(service("shop"))
                        .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
                .build();
    }

    private static long points(String metric) throws Exception {
        long points = 0;
        for (byte[] record : broker.values(Topics.METRICS)) {
            points += ExportMetricsServiceRequest.parseFrom(record).getResourceMetricsList().stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .filter(found -> found.getName().equals(metric))
                    .mapToLong(found -> found.getGauge().getDataPointsCount())
                    .sum();
        }
        return points;
    }
}
