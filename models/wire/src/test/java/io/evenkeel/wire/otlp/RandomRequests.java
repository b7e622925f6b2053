package io.evenkeel.wire.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Random;

/** Valid requests of any shape from a seed: the same seed gives the same request. */
final class RandomRequests {
    private static final long NOON = 1_700_000_000_000_000_000L;

    private final Random random;

    RandomRequests(long seed) {
        random = new Random(seed);
    }

    ExportMetricsServiceRequest metrics() {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (int r = random.nextInt(4); r > 0; r--) {
            ResourceMetrics.Builder resource =
                    request.addResourceMetricsBuilder().setResource(resource()).setSchemaUrl(word());
            for (int s = random.nextInt(4); s > 0; s--) {
                ScopeMetrics.Builder scope = resource.addScopeMetricsBuilder().setScope(scope());
                for (int m = random.nextInt(12); m > 0; m--) {
                    scope.addMetrics(metric());
                }
                scope.setSchemaUrl(word());
            }
        }
        return request.build();
    }

    ExportTraceServiceRequest spans() {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int r = random.nextInt(4); r > 0; r--) {
            ResourceSpans.Builder resource =
                    request.addResourceSpansBuilder().setResource(resource()).setSchemaUrl(word());
            for (int s = random.nextInt(4); s > 0; s--) {
                ScopeSpans.Builder scope = resource.addScopeSpansBuilder().setScope(scope());
                for (int i = random.nextInt(100); i > 0; i--) {
                    scope.addSpans(span());
                }
            }
        }
        return request.build();
    }

    ExportLogsServiceRequest logs() {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        for (int r = random.nextInt(4); r > 0; r--) {
            ResourceLogs.Builder resource = request.addResourceLogsBuilder().setResource(resource());
            for (int s = random.nextInt(4); s > 0; s--) {
                ScopeLogs.Builder scope = resource.addScopeLogsBuilder().setScope(scope());
                for (int i = random.nextInt(100); i > 0; i--) {
                    scope.addLogRecords(log());
                }
            }
        }
        return request.build();
    }

    private Resource resource() {
        Resource.Builder resource = Resource.newBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            resource.addAttributes(attribute(0));
        }
        return resource.build();
    }

    private InstrumentationScope scope() {
        return InstrumentationScope.newBuilder()
                .setName(word())
                .setVersion("1." + random.nextInt(9))
                .build();
    }

    private Metric metric() {
        Metric.Builder metric = Metric.newBuilder().setName(word()).setUnit("s").setDescription(word());
        int points = random.nextInt(60);
        switch (random.nextInt(5)) {
            case 0 -> {
                Gauge.Builder gauge = metric.getGaugeBuilder();
                repeat(points, () -> gauge.addDataPoints(number()));
            }
            case 1 -> {
                Sum.Builder sum = metric.getSumBuilder().setAggregationTemporality(temporality());
                sum.setIsMonotonic(random.nextBoolean());
                repeat(points, () -> sum.addDataPoints(number()));
            }
            case 2 -> {
                Histogram.Builder histogram = metric.getHistogramBuilder().setAggregationTemporality(temporality());
                repeat(points, () -> histogram.addDataPoints(histogramPoint()));
            }
            case 3 -> {
                ExponentialHistogram.Builder histogram =
                        metric.getExponentialHistogramBuilder().setAggregationTemporality(temporality());
                repeat(points, () -> histogram.addDataPoints(exponentialPoint()));
            }
            default -> {
                Summary.Builder summary = metric.getSummaryBuilder();
                repeat(points, () -> summary.addDataPoints(summaryPoint()));
            }
        }
        return metric.build();
    }

    private AggregationTemporality temporality() {
        return random.nextBoolean()
                ? AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
                : AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
    }

    private NumberDataPoint number() {
        NumberDataPoint.Builder point = NumberDataPoint.newBuilder()
                .setStartTimeUnixNano(NOON)
                .setTimeUnixNano(time())
                .addAttributes(attribute(0));
        if (random.nextBoolean()) {
            point.setAsInt(random.nextInt(3) - 1L);
        } else {
            point.setAsDouble(anyDouble());
        }
        if (random.nextInt(4) == 0) {
            point.addExemplars(Exemplar.newBuilder().setTimeUnixNano(time()).setAsDouble(anyDouble()));
        }
        return point.build();
    }

    private double anyDouble() {
        double[] some = {0, -0.0, 1.5, 1e300, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, -1e-7};
        return random.nextBoolean() ? random.nextGaussian() : some[random.nextInt(some.length)];
    }

    private HistogramDataPoint histogramPoint() {
        HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                .setTimeUnixNano(time())
                .setCount(random.nextInt(1000))
                .setSum(random.nextDouble());
        int bounds = random.nextInt(12);
        for (int i = 0; i < bounds; i++) {
            point.addExplicitBounds(i * 0.5).addBucketCounts(random.nextLong() >>> random.nextInt(64));
        }
        if (bounds > 0 || random.nextBoolean()) {
            point.addBucketCounts(3);
        }
        return point.build();
    }

    private ExponentialHistogramDataPoint exponentialPoint() {
        ExponentialHistogramDataPoint.Builder point = ExponentialHistogramDataPoint.newBuilder()
                .setTimeUnixNano(time())
                .setCount(2)
                .setScale(random.nextInt(40) - 20)
                .setZeroCount(1);
        point.getPositiveBuilder().setOffset(random.nextInt(20) - 10).addBucketCounts(random.nextLong() >>> 1);
        return point.build();
    }

    private SummaryDataPoint summaryPoint() {
        SummaryDataPoint.Builder point =
                SummaryDataPoint.newBuilder().setTimeUnixNano(time()).setCount(random.nextInt(100));
        point.addQuantileValuesBuilder().setQuantile(0.99).setValue(random.nextDouble());
        return point.build();
    }

    private Span span() {
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setName(word())
                .setKindValue(random.nextInt(6))
                .setStartTimeUnixNano(time())
                .setEndTimeUnixNano(time())
                .setFlags(random.nextInt(0x400))
                .addAttributes(attribute(0));
        if (random.nextBoolean()) {
            span.setParentSpanId(id(8));
        }
        if (random.nextInt(3) == 0) {
            span.setStatus(Status.newBuilder().setMessage(word()).setCodeValue(random.nextInt(3)));
            span.addEventsBuilder().setTimeUnixNano(time()).setName(word()).addAttributes(attribute(0));
            span.addLinksBuilder().setTraceId(id(16)).setSpanId(id(8));
        }
        return span.build();
    }

    private LogRecord log() {
        return LogRecord.newBuilder()
                .setTimeUnixNano(random.nextBoolean() ? time() : 0)
                .setObservedTimeUnixNano(time())
                .setSeverityNumber(SeverityNumber.forNumber(random.nextInt(25)))
                .setBody(value(0))
                .addAttributes(attribute(0))
                .setTraceId(random.nextBoolean() ? id(16) : ByteString.EMPTY)
                .build();
    }

    private KeyValue attribute(int depth) {
        return KeyValue.newBuilder().setKey(word()).setValue(value(depth)).build();
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        switch (random.nextInt(depth < 3 ? 8 : 6)) {
            case 0 -> value.setBoolValue(random.nextBoolean());
            case 1 -> value.setIntValue(random.nextLong());
            case 2 -> value.setDoubleValue(anyDouble());
            case 3 -> value.setBytesValue(id(random.nextInt(20)));
            case 4 -> {} // an empty value is a legal value
            case 5 -> value.setStringValue(word());
            case 6 -> value.setArrayValue(ArrayValue.newBuilder().addValues(value(depth + 1)));
            default -> value.setKvlistValue(KeyValueList.newBuilder().addValues(attribute(depth + 1)));
        }
        return value.build();
    }

    private long time() {
        return NOON + 1 + random.nextInt(1_000_000);
    }

    private ByteString id(int length) {
        byte[] id = new byte[length];
        random.nextBytes(id);
        if (length > 0) {
            id[0] |= 1;
        }
        return ByteString.copyFrom(id);
    }

    private String word() {
        String[] words = {"http.route", "값", "naïve \"quoted\"\n", "", "queue.depth", "🚢", "\u0000", "a".repeat(200)};
        return words[random.nextInt(words.length)] + random.nextInt(100);
    }

    private static void repeat(int times, Runnable step) {
        for (int i = 0; i < times; i++) {
            step.run();
        }
    }
}
