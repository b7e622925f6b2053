package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Series ids, stream ids and resource hashes lie in checkpoints and priors: an upgrade that changed one would forget
 * everything learned. Lines of {@code golden/v1/series.tsv} are only ever added.
 */
class SeriesIdGoldenTest {
    private static final long TIME = 1_795_000_000_000_000_000L;

    @Test
    void idsAreThoseOfEveryRelease() throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] bytes = request().toByteArray();
        new MetricsWalk(InstantSource.fixed(Instant.EPOCH)).walk(bytes, 0, bytes.length, rows -> {
            for (int i = 0; i < rows.size; i++) {
                SeriesDefinition definition = definition(rows, rows.series[i]);
                lines.add("%s\t%s\t%016x\t%016x\t%016x\t%s\t%s\t%d\t%s"
                        .formatted(
                                rows.service,
                                rows.owner,
                                rows.resource,
                                rows.stream[i],
                                rows.series[i],
                                definition.metric(),
                                definition.unit(),
                                definition.type(),
                                definition.attributes()));
            }
        });
        assertThat(String.join("\n", lines) + "\n").isEqualTo(golden());
    }

    private static SeriesDefinition definition(EntityRows rows, long series) {
        return rows.definitions.stream()
                .filter(definition -> definition.series() == series)
                .findFirst()
                .orElseThrow();
    }

    private static String golden() throws IOException {
        try (InputStream in = SeriesIdGoldenTest.class.getResourceAsStream("/golden/v1/series.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ExportMetricsServiceRequest request() {
        Resource demo = Resource.newBuilder()
                .addAttributes(RandomOtlp.text("service.name", "catalog"))
                .addAttributes(RandomOtlp.text("service.namespace", "shop"))
                .addAttributes(RandomOtlp.text("deployment.environment.name", "demo"))
                .addAttributes(RandomOtlp.text("host.name", "node-3"))
                .addAttributes(attribute("process.pid", AnyValue.newBuilder().setIntValue(4711)))
                .build();
        Resource bare = Resource.getDefaultInstance();
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(metrics(demo, "io.opentelemetry.runtime", numbers()))
                .addResourceMetrics(metrics(demo, "", List.of(histogram())))
                .addResourceMetrics(
                        metrics(bare, "io.opentelemetry.runtime", numbers().subList(0, 1)))
                .build();
    }

    private static ResourceMetrics metrics(Resource resource, String scope, List<Metric> metrics) {
        return ResourceMetrics.newBuilder()
                .setResource(resource)
                .addScopeMetrics(ScopeMetrics.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName(scope))
                        .addAllMetrics(metrics))
                .build();
    }

    private static List<Metric> numbers() {
        return List.of(
                Metric.newBuilder()
                        .setName("jvm.memory.used")
                        .setUnit("By")
                        .setSum(Sum.newBuilder()
                                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                                .addDataPoints(point())
                                .addDataPoints(point(
                                        RandomOtlp.text("jvm.memory.type", "heap"),
                                        RandomOtlp.text("jvm.memory.pool.name", "G1 Eden, Space = 100%"))))
                        .build(),
                Metric.newBuilder()
                        .setName("jvm.cpu.time")
                        .setUnit("s")
                        .setSum(Sum.newBuilder()
                                .setIsMonotonic(true)
                                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                                .addDataPoints(point()))
                        .build(),
                Metric.newBuilder()
                        .setName("delta")
                        .setSum(Sum.newBuilder()
                                .setIsMonotonic(true)
                                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
                                .addDataPoints(point()))
                        .build(),
                Metric.newBuilder()
                        .setName("every.kind")
                        .setGauge(Gauge.newBuilder().addDataPoints(point(everyKind())))
                        .build());
    }

    private static KeyValue[] everyKind() {
        return new KeyValue[] {
            attribute("z", AnyValue.newBuilder().setBoolValue(true)),
            attribute("y", AnyValue.newBuilder().setIntValue(-9_007_199_254_740_993L)),
            attribute("x", AnyValue.newBuilder().setDoubleValue(0.1)),
            attribute("가", AnyValue.newBuilder().setStringValue("a\u0000b")),
            attribute("bytes", AnyValue.newBuilder().setBytesValue(com.google.protobuf.ByteString.copyFrom(new byte[] {
                0, (byte) 0xff
            }))),
            attribute("empty", AnyValue.newBuilder()),
            attribute(
                    "list",
                    AnyValue.newBuilder()
                            .setArrayValue(ArrayValue.newBuilder()
                                    .addValues(AnyValue.newBuilder().setIntValue(1))
                                    .addValues(AnyValue.newBuilder().setStringValue("two")))),
            attribute(
                    "map",
                    AnyValue.newBuilder()
                            .setKvlistValue(KeyValueList.newBuilder()
                                    .addValues(RandomOtlp.text("b", "2"))
                                    .addValues(RandomOtlp.text("a=", "1"))))
        };
    }

    private static Metric histogram() {
        return Metric.newBuilder()
                .setName("http.server.request.duration")
                .setUnit("s")
                .setHistogram(Histogram.newBuilder()
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .addDataPoints(HistogramDataPoint.newBuilder()
                                .setTimeUnixNano(TIME)
                                .addAttributes(RandomOtlp.text("http.route", "/cart/{id}"))
                                .addAttributes(attribute(
                                        "http.response.status_code",
                                        AnyValue.newBuilder().setIntValue(200)))))
                .build();
    }

    private static NumberDataPoint point(KeyValue... attributes) {
        return NumberDataPoint.newBuilder()
                .setTimeUnixNano(TIME)
                .setAsInt(1)
                .addAllAttributes(List.of(attributes))
                .build();
    }

    private static KeyValue attribute(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }
}
