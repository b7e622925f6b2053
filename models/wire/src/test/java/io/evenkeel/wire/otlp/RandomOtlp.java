package io.evenkeel.wire.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Requests such as exporters send, and such as only a hostile one would, from a seed. */
final class RandomOtlp {
    private static final long NOW = 1_795_000_000_000_000_000L;
    private static final List<String> WORDS = List.of(
            "http.route",
            "http.request.method",
            "jvm.memory.pool.name",
            "state",
            "a",
            "b",
            "é",
            "키",
            "k,=%",
            "",
            "x y");
    private static final List<String> VALUES =
            List.of("GET", "/cart/{id}", "used", "", "1", "a,b=c%", "\u0000nul", "가나다", "😀", "G1 Eden Space");

    final Random random;

    RandomOtlp(long seed) {
        random = new Random(seed);
    }

    ExportMetricsServiceRequest metrics() {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (int i = upTo(3); i > 0; i--) {
            ResourceMetrics.Builder resource = ResourceMetrics.newBuilder().setSchemaUrl(oneOf(VALUES));
            if (!oneIn(8)) {
                resource.setResource(resource());
            }
            for (int scope = upTo(3); scope > 0; scope--) {
                resource.addScopeMetrics(scopeMetrics());
            }
            request.addResourceMetrics(resource);
        }
        if (oneIn(6)) {
            request.setUnknownFields(unknown());
        }
        return request.build();
    }

    private ScopeMetrics scopeMetrics() {
        ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
        if (!oneIn(5)) {
            scope.setScope(InstrumentationScope.newBuilder()
                    .setName(oneOf(VALUES))
                    .setVersion("2." + upTo(9))
                    .addAllAttributes(attributes(upTo(2))));
        }
        for (int metric = upTo(5); metric > 0; metric--) {
            scope.addMetrics(metric());
        }
        return scope.build();
    }

    Resource resource() {
        List<KeyValue> attributes = new ArrayList<>(attributes(upTo(5)));
        maybe(attributes, "deployment.environment.name", "demo");
        maybe(attributes, "deployment.environment", "old");
        maybe(attributes, "service.namespace", "shop");
        maybe(attributes, "service.name", "pay/ment%" + upTo(3));
        maybe(attributes, "service.version", "1.4." + upTo(3));
        maybe(attributes, "service.instance.id", "catalog-2-" + upTo(9));
        maybe(attributes, "host.name", "node-" + upTo(3));
        maybe(attributes, "k8s.deployment.name", oneIn(2) ? "" : "deploy");
        maybe(attributes, "k8s.statefulset.name", "stateful");
        attributes.add(KeyValue.newBuilder()
                .setKey("process.pid")
                .setValue(AnyValue.newBuilder().setIntValue(upTo(9999)))
                .build());
        Collections.shuffle(attributes, random);
        Resource.Builder resource =
                Resource.newBuilder().addAllAttributes(attributes).setDroppedAttributesCount(upTo(2));
        if (oneIn(6)) {
            resource.setUnknownFields(unknown());
        }
        return resource.build();
    }

    private void maybe(List<KeyValue> attributes, String key, String value) {
        if (!oneIn(3)) {
            attributes.add(text(key, value));
        }
    }

    static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private Metric metric() {
        Metric.Builder metric = Metric.newBuilder()
                .setName(oneIn(12) ? "" : "metric." + oneOf(WORDS))
                .setDescription("what it is")
                .setUnit(oneOf(List.of("", "s", "By", "{request}")));
        if (oneIn(4)) {
            metric.addMetadata(text("prometheus.type", "gauge"));
        }
        if (oneIn(8)) {
            metric.setUnknownFields(unknown());
        }
        int points = upTo(6);
        switch (random.nextInt(6)) {
            case 0 -> metric.setGauge(Gauge.newBuilder().addAllDataPoints(numbers(points)));
            case 1 ->
                metric.setSum(Sum.newBuilder()
                        .addAllDataPoints(numbers(points))
                        .setAggregationTemporalityValue(temporality())
                        .setIsMonotonic(random.nextBoolean()));
            case 2 -> {
                Histogram.Builder histogram = Histogram.newBuilder().setAggregationTemporalityValue(temporality());
                List<Double> bounds = bounds();
                for (int i = 0; i < points; i++) {
                    histogram.addDataPoints(histogramPoint(oneIn(5) ? bounds() : bounds));
                }
                metric.setHistogram(histogram);
            }
            case 3 -> {
                ExponentialHistogram.Builder histogram =
                        ExponentialHistogram.newBuilder().setAggregationTemporalityValue(temporality());
                for (int i = 0; i < points; i++) {
                    histogram.addDataPoints(exponentialPoint());
                }
                metric.setExponentialHistogram(histogram);
            }
            case 4 -> {
                Summary.Builder summary = Summary.newBuilder();
                for (int i = 0; i < points; i++) {
                    summary.addDataPoints(summaryPoint());
                }
                metric.setSummary(summary);
            }
            default -> {}
        }
        return metric.build();
    }

    private int temporality() {
        int pick = random.nextInt(10);
        if (pick == 0) {
            return AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED_VALUE;
        }
        return pick == 1 ? 3 : 1 + random.nextInt(2);
    }

    private List<NumberDataPoint> numbers(int points) {
        List<NumberDataPoint> numbers = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            NumberDataPoint.Builder point = NumberDataPoint.newBuilder()
                    .addAllAttributes(attributes(upTo(6)))
                    .setStartTimeUnixNano(oneIn(4) ? 0 : NOW - 1_000_000_000L)
                    .setTimeUnixNano(time())
                    .setFlags(flags());
            int kind = random.nextInt(10);
            if (kind < 4) {
                point.setAsDouble(real());
            } else if (kind < 9) {
                point.setAsInt(random.nextLong() >> random.nextInt(63));
            }
            for (int e = oneIn(4) ? upTo(3) : 0; e > 0; e--) {
                point.addExemplars(exemplar());
            }
            if (oneIn(8)) {
                point.setUnknownFields(unknown());
            }
            numbers.add(point.build());
        }
        return numbers;
    }

    private HistogramDataPoint histogramPoint(List<Double> bounds) {
        HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                .addAllAttributes(attributes(upTo(4)))
                .setStartTimeUnixNano(NOW - 1_000_000_000L)
                .setTimeUnixNano(time())
                .setFlags(flags())
                .setMin(real())
                .setMax(real());
        if (!oneIn(4)) {
            point.setSum(real());
        }
        int buckets = oneIn(8) ? upTo(4) : bounds.size() + 1;
        if (oneIn(10)) {
            buckets = 0;
            bounds = List.of();
        }
        long count = 0;
        for (int i = 0; i < buckets; i++) {
            long bucket = oneIn(60) ? -1 : random.nextInt(1000);
            point.addBucketCounts(bucket);
            count += bucket;
        }
        point.addAllExplicitBounds(bounds).setCount(oneIn(30) ? -5 : count);
        for (int i = oneIn(3) ? upTo(40) : 0; i > 0; i--) {
            point.addExemplars(exemplar());
        }
        return point.build();
    }

    private List<Double> bounds() {
        List<Double> bounds = new ArrayList<>();
        double bound = -0.5;
        for (int i = upTo(15); i > 0; i--) {
            bound += oneIn(40) ? 0 : random.nextDouble() + 0.001;
            bounds.add(oneIn(80) ? Double.NaN : bound);
        }
        return bounds;
    }

    private ExponentialHistogramDataPoint exponentialPoint() {
        ExponentialHistogramDataPoint.Builder point = ExponentialHistogramDataPoint.newBuilder()
                .addAllAttributes(attributes(upTo(3)))
                .setTimeUnixNano(time())
                .setFlags(flags())
                .setCount(random.nextInt(1000))
                .setScale(oneIn(12) ? random.nextInt() : random.nextInt(31) - 10)
                .setZeroCount(oneIn(30) ? -1 : upTo(3))
                .setZeroThreshold(1e-9);
        if (!oneIn(5)) {
            point.setSum(real());
        }
        if (!oneIn(4)) {
            point.setPositive(exponentialBuckets());
        }
        if (oneIn(4)) {
            point.setNegative(exponentialBuckets());
        }
        return point.build();
    }

    private ExponentialHistogramDataPoint.Buckets exponentialBuckets() {
        ExponentialHistogramDataPoint.Buckets.Builder buckets = ExponentialHistogramDataPoint.Buckets.newBuilder()
                .setOffset(oneIn(10) ? random.nextInt() : random.nextInt(400) - 200);
        for (int i = upTo(20); i > 0; i--) {
            buckets.addBucketCounts(oneIn(100) ? -1 : random.nextInt(300));
        }
        return buckets.build();
    }

    private SummaryDataPoint summaryPoint() {
        return SummaryDataPoint.newBuilder()
                .addAllAttributes(attributes(upTo(3)))
                .setTimeUnixNano(time())
                .setStartTimeUnixNano(oneIn(10) ? -1 : 5)
                .setCount(oneIn(20) ? -1 : upTo(100))
                .setSum(real())
                .addQuantileValues(SummaryDataPoint.ValueAtQuantile.newBuilder()
                        .setQuantile(0.5)
                        .setValue(3))
                .build();
    }

    private Exemplar exemplar() {
        Exemplar.Builder exemplar =
                Exemplar.newBuilder().addFilteredAttributes(text("user", "x")).setTimeUnixNano(NOW);
        if (oneIn(3)) {
            exemplar.setAsInt(upTo(5));
        } else if (!oneIn(10)) {
            exemplar.setAsDouble(oneIn(10) ? Double.NaN : random.nextInt(20) / 4.0);
        }
        byte[] trace = new byte[oneIn(8) ? 8 : 16];
        byte[] span = new byte[oneIn(8) ? 3 : 8];
        random.nextBytes(span);
        if (!oneIn(5)) {
            random.nextBytes(trace);
        }
        return exemplar.setTraceId(ByteString.copyFrom(trace))
                .setSpanId(ByteString.copyFrom(span))
                .build();
    }

    List<KeyValue> attributes(int count) {
        List<KeyValue> attributes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            KeyValue.Builder attribute = KeyValue.newBuilder().setKey(oneOf(WORDS));
            if (!oneIn(15)) {
                attribute.setValue(value(0));
            }
            if (oneIn(20)) {
                attribute.setUnknownFields(unknown());
            }
            attributes.add(attribute.build());
        }
        return attributes;
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        switch (random.nextInt(depth > 3 ? 6 : 14)) {
            case 0 -> value.setBoolValue(random.nextBoolean());
            case 1 -> value.setIntValue(random.nextLong() >> random.nextInt(63));
            case 2 -> value.setDoubleValue(real());
            case 3 -> value.setBytesValue(ByteString.copyFromUtf8(oneOf(VALUES)));
            case 4 -> value.setStringValueStrindex(3);
            case 5 -> {}
            case 6 -> {
                ArrayValue.Builder array = ArrayValue.newBuilder();
                for (int i = upTo(3); i > 0; i--) {
                    array.addValues(value(depth + 1));
                }
                value.setArrayValue(array);
            }
            case 7 -> {
                KeyValueList.Builder list = KeyValueList.newBuilder();
                for (int i = upTo(3); i > 0; i--) {
                    list.addValues(KeyValue.newBuilder().setKey(oneOf(WORDS)).setValue(value(depth + 1)));
                }
                value.setKvlistValue(list);
            }
            default -> value.setStringValue(oneOf(VALUES));
        }
        return value.build();
    }

    UnknownFieldSet unknown() {
        return UnknownFieldSet.newBuilder()
                .addField(
                        900 + upTo(5),
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(random.nextLong())
                                .addFixed32(7)
                                .addFixed64(8)
                                .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                .addGroup(UnknownFieldSet.newBuilder()
                                        .addField(
                                                1,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addVarint(1)
                                                        .build())
                                        .build())
                                .build())
                .build();
    }

    long time() {
        if (oneIn(15)) {
            return 0;
        }
        return oneIn(40) ? random.nextLong() : NOW + random.nextInt(60_000) * 1_000_000L;
    }

    private int flags() {
        return oneIn(10) ? 1 + 2 * upTo(3) : 2 * upTo(2);
    }

    private double real() {
        return switch (random.nextInt(20)) {
            case 0 -> Double.NaN;
            case 1 -> Double.NEGATIVE_INFINITY;
            case 2 -> 0.0;
            default -> random.nextGaussian() * 1000;
        };
    }

    /** 0 .. most. */
    int upTo(int most) {
        return random.nextInt(most + 1);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
