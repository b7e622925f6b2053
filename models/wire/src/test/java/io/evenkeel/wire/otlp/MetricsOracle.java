package io.evenkeel.wire.otlp;

import com.dynatrace.hash4j.hashing.Hashing;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What the walk should make of a request, said over generated classes. */
final class MetricsOracle {
    /** The exemplar kept of a point: that with the largest value among its last sixteen that have a trace. */
    record Shown(long millis, double value, String traceId, long span) {}

    /** One row, with all that hangs on it. */
    record Row(
            String service,
            String owner,
            long resource,
            Map<String, String> facts,
            long stream,
            long series,
            byte type,
            long startMillis,
            long timeMillis,
            double value,
            long count,
            List<Long> buckets,
            List<Double> bounds,
            @Nullable Shown shown) {
        /** Two hundred bounds are no help in a failure message. */
        @Override
        public String toString() {
            return "Row[%s %s %x %s stream=%x series=%x type=%d %d..%d value=%s count=%d %d buckets#%x %d bounds#%x %s]"
                    .formatted(
                            service,
                            owner,
                            resource,
                            facts,
                            stream,
                            series,
                            type,
                            startMillis,
                            timeMillis,
                            value,
                            count,
                            buckets.size(),
                            buckets.hashCode(),
                            bounds.size(),
                            bounds.hashCode(),
                            shown);
        }
    }

    final List<Row> rows = new ArrayList<>();
    final Map<Skip, Long> skips = new EnumMap<>(Skip.class);

    private Map<String, String> resourceTexts = Map.of();
    private long resourceHash;
    private long scopeKey;
    private Metric metric = Metric.getDefaultInstance();

    static MetricsOracle of(ExportMetricsServiceRequest request) {
        MetricsOracle oracle = new MetricsOracle();
        for (var resource : request.getResourceMetricsList()) {
            List<KeyValue> attributes = resource.getResource().getAttributesList();
            oracle.resourceHash = CanonicalOracle.resource(attributes);
            oracle.resourceTexts = texts(attributes);
            for (var scope : resource.getScopeMetricsList()) {
                byte[] name = scope.getScope().getName().getBytes(StandardCharsets.UTF_8);
                oracle.scopeKey = Mix.of(oracle.resourceHash, Hashing.xxh3_64().hashBytesToLong(name));
                for (Metric metric : scope.getMetricsList()) {
                    oracle.metric = metric;
                    oracle.read();
                }
            }
        }
        return oracle;
    }

    /** The rows that a walk gave out, one by one. */
    static List<Row> flatten(List<EntityRows> all) {
        List<Row> rows = new ArrayList<>();
        for (EntityRows entity : all) {
            for (int i = 0; i < entity.size; i++) {
                int at = i;
                List<Long> buckets = entity.bucketFrom[i] < 0
                        ? List.of()
                        : LongStream.range(0, entity.bucketCount[i])
                                .map(b -> entity.buckets[entity.bucketFrom[at] + (int) b])
                                .boxed()
                                .toList();
                List<Double> bounds = buckets.isEmpty()
                        ? List.of()
                        : IntStream.range(0, buckets.size() - 1)
                                .mapToObj(b -> entity.bounds[entity.boundFrom[at] + b])
                                .toList();
                rows.add(new Row(
                        entity.service,
                        entity.owner,
                        entity.resource,
                        entity.facts,
                        entity.stream[i],
                        entity.series[i],
                        entity.type[i],
                        entity.startMillis[i],
                        entity.timeMillis[i],
                        entity.value[i],
                        entity.count[i],
                        buckets,
                        bounds,
                        shown(entity, i)));
            }
        }
        return rows;
    }

    static List<Row> withoutExemplars(List<Row> rows) {
        return rows.stream()
                .map(row -> new Row(
                        row.service,
                        row.owner,
                        row.resource,
                        row.facts,
                        row.stream,
                        row.series,
                        row.type,
                        row.startMillis,
                        row.timeMillis,
                        row.value,
                        row.count,
                        row.buckets,
                        row.bounds,
                        null))
                .toList();
    }

    private static @Nullable Shown shown(EntityRows entity, int point) {
        for (int e = 0; e < entity.exemplars; e++) {
            if (entity.exemplarPoint[e] == point) {
                String traceId = "%016x%016x".formatted(entity.exemplarTraceHigh[e], entity.exemplarTraceLow[e]);
                return new Shown(entity.exemplarMillis[e], entity.exemplarValue[e], traceId, entity.exemplarSpan[e]);
            }
        }
        return null;
    }

    /** The last sixteen are looked at; of those with equal values the one that stands first in what the walk looks at. */
    private static @Nullable Shown shown(List<Exemplar> exemplars) {
        int looked = 16;
        List<Exemplar> last =
                new ArrayList<>(exemplars.subList(Math.max(0, exemplars.size() - looked), exemplars.size()));
        if (exemplars.size() > looked) {
            // The walk's ring: what came seventeenth stands where the first had been.
            Collections.rotate(last, exemplars.size() % looked);
        }
        Shown best = null;
        for (Exemplar exemplar : last) {
            double value = exemplar.getValueCase() == Exemplar.ValueCase.AS_INT
                    ? exemplar.getAsInt()
                    : exemplar.hasAsDouble() ? exemplar.getAsDouble() : Double.NaN;
            byte[] trace = exemplar.getTraceId().toByteArray();
            boolean traced = trace.length == 16 && !new BigInteger(1, trace).equals(BigInteger.ZERO);
            if (traced && Double.isFinite(value) && (best == null || value > best.value)) {
                byte[] span = exemplar.getSpanId().toByteArray();
                best = new Shown(
                        Long.divideUnsigned(exemplar.getTimeUnixNano(), 1_000_000),
                        value,
                        HexFormat.of().formatHex(trace),
                        span.length == 8 ? new BigInteger(span).longValue() : 0);
            }
        }
        return best;
    }

    private void read() {
        switch (metric.getDataCase()) {
            case GAUGE -> metric.getGauge().getDataPointsList().forEach(p -> number(p, PointType.GAUGE));
            case SUM -> {
                byte cumulative = metric.getSum().getIsMonotonic() ? PointType.COUNTER_CUMULATIVE : PointType.UP_DOWN;
                byte type = type(metric.getSum().getAggregationTemporality(), cumulative, PointType.COUNTER_DELTA);
                metric.getSum().getDataPointsList().forEach(p -> number(p, type));
            }
            case HISTOGRAM -> {
                byte type = type(
                        metric.getHistogram().getAggregationTemporality(),
                        PointType.HISTOGRAM_CUMULATIVE,
                        PointType.HISTOGRAM_DELTA);
                metric.getHistogram().getDataPointsList().forEach(p -> histogram(p, type));
            }
            case EXPONENTIAL_HISTOGRAM -> {
                byte type = type(
                        metric.getExponentialHistogram().getAggregationTemporality(),
                        PointType.HISTOGRAM_CUMULATIVE,
                        PointType.HISTOGRAM_DELTA);
                metric.getExponentialHistogram().getDataPointsList().forEach(p -> exponential(p, type));
            }
            case SUMMARY -> metric.getSummary().getDataPointsList().forEach(this::summary);
            case DATA_NOT_SET -> {}
        }
    }

    private static byte type(AggregationTemporality temporality, byte cumulative, byte delta) {
        return switch (temporality) {
            case AGGREGATION_TEMPORALITY_CUMULATIVE -> cumulative;
            case AGGREGATION_TEMPORALITY_DELTA -> delta;
            default -> PointSink.REFUSED;
        };
    }

    private void number(NumberDataPoint point, byte type) {
        boolean isInt = point.getValueCase() == NumberDataPoint.ValueCase.AS_INT;
        double value = isInt ? point.getAsInt() : point.getAsDouble();
        Skip skip = common(point.getFlags(), point.getTimeUnixNano(), type, point.getAttributesList());
        if (skip == null && point.getValueCase() == NumberDataPoint.ValueCase.VALUE_NOT_SET) {
            skip = Skip.NO_VALUE;
        }
        if (skip == null && !Double.isFinite(value)) {
            skip = Skip.NOT_FINITE;
        }
        put(
                skip,
                type,
                point.getAttributesList(),
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                value,
                0,
                List.of(),
                List.of(),
                point.getExemplarsList());
    }

    private void histogram(HistogramDataPoint point, byte type) {
        List<Double> bounds = point.getExplicitBoundsList();
        List<Long> buckets = point.getBucketCountsList();
        Skip skip = common(point.getFlags(), point.getTimeUnixNano(), type, point.getAttributesList());
        if (skip == null && point.hasSum() && !Double.isFinite(point.getSum())) {
            skip = Skip.NOT_FINITE;
        }
        if (skip == null && point.getCount() < 0) {
            skip = Skip.COUNT_OUT_OF_RANGE;
        }
        boolean none = bounds.isEmpty() && buckets.isEmpty();
        boolean ascending = bounds.stream().noneMatch(d -> d.isNaN())
                && IntStream.range(1, bounds.size()).allMatch(i -> (double) bounds.get(i - 1) < bounds.get(i));
        if (skip == null && !none && (buckets.size() != bounds.size() + 1 || !ascending)) {
            skip = Skip.BUCKET_MISMATCH;
        }
        if (skip == null && buckets.stream().anyMatch(b -> b < 0)) {
            skip = Skip.COUNT_OUT_OF_RANGE;
        }
        put(
                skip,
                type,
                point.getAttributesList(),
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                point.hasSum() ? point.getSum() : Double.NaN,
                point.getCount(),
                buckets,
                bounds,
                point.getExemplarsList());
    }

    private void exponential(ExponentialHistogramDataPoint point, byte type) {
        long[] buckets = new long[ExponentialPoints.BOUNDS + 1];
        buckets[0] = point.getZeroCount();
        boolean outOfRange = point.getZeroCount() < 0;
        for (var side : List.of(point.getPositive(), point.getNegative())) {
            for (int i = 0; i < side.getBucketCountsCount(); i++) {
                long count = side.getBucketCounts(i);
                outOfRange |= count < 0;
                long index = (long) side.getOffset() + i;
                int to = side == point.getNegative() ? 0 : fixedBucket(index, point.getScale());
                buckets[to] += count;
            }
        }
        outOfRange |= LongStream.of(buckets).anyMatch(b -> b < 0);
        Skip skip = common(point.getFlags(), point.getTimeUnixNano(), type, point.getAttributesList());
        if (skip == null && point.hasSum() && !Double.isFinite(point.getSum())) {
            skip = Skip.NOT_FINITE;
        }
        if (skip == null && (point.getCount() < 0 || outOfRange)) {
            skip = Skip.COUNT_OUT_OF_RANGE;
        }
        put(
                skip,
                type,
                point.getAttributesList(),
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                point.hasSum() ? point.getSum() : Double.NaN,
                point.getCount(),
                LongStream.of(buckets).boxed().toList(),
                DoubleStream.iterate(ExponentialPoints.LOWEST, k -> k + 1)
                        .limit(ExponentialPoints.BOUNDS)
                        .map(k -> ExponentialPoints.bound((int) k))
                        .boxed()
                        .toList(),
                point.getExemplarsList());
    }

    /** By the logarithm of the bucket's upper bound, in quarters of an octave, rounded up. */
    private static int fixedBucket(long index, int scale) {
        int sane = Math.max(-30, Math.min(60, scale));
        double quarters = Math.ceil((index + 1) * StrictMath.pow(2, 2.0 - sane));
        return (int) Math.max(0, Math.min(ExponentialPoints.BOUNDS, quarters - ExponentialPoints.LOWEST));
    }

    private void summary(SummaryDataPoint point) {
        byte type = PointType.HISTOGRAM_CUMULATIVE;
        Skip skip = common(point.getFlags(), point.getTimeUnixNano(), type, point.getAttributesList());
        if (skip == null && !Double.isFinite(point.getSum())) {
            skip = Skip.NOT_FINITE;
        }
        if (skip == null && point.getCount() < 0) {
            skip = Skip.COUNT_OUT_OF_RANGE;
        }
        put(
                skip,
                type,
                point.getAttributesList(),
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                point.getSum(),
                point.getCount(),
                List.of(),
                List.of(),
                List.of());
    }

    private Skip common(int flags, long time, byte type, List<KeyValue> attributes) {
        if (type == PointSink.REFUSED) {
            return Skip.NO_TEMPORALITY;
        }
        if (metric.getName().isEmpty()) {
            return Skip.NO_NAME;
        }
        if (attributes.size() > SeriesIndex.MAX_ATTRIBUTES) {
            return Skip.ATTRIBUTES_BEYOND_BOUND;
        }
        if ((flags & 1) == 1) {
            return Skip.NO_RECORDED_VALUE;
        }
        return time == 0 ? Skip.NO_TIME : null;
    }

    private void put(
            Skip skip,
            byte type,
            List<KeyValue> attributes,
            long start,
            long time,
            double value,
            long count,
            List<Long> buckets,
            List<Double> bounds,
            List<Exemplar> exemplars) {
        if (skip != null) {
            skips.merge(skip, 1L, Long::sum);
            return;
        }
        long series = CanonicalOracle.series(metric.getName(), metric.getUnit(), type, attributes);
        Map<String, String> facts = new TreeMap<>(resourceTexts);
        facts.keySet().retainAll(List.of("service.instance.id", "service.version", "host.name", "process.pid"));
        rows.add(new Row(
                service(resourceTexts),
                owner(resourceTexts),
                resourceHash,
                facts,
                Mix.of(scopeKey, series),
                series,
                type,
                Long.divideUnsigned(start, 1_000_000),
                Long.divideUnsigned(time, 1_000_000),
                value,
                count,
                buckets,
                buckets.isEmpty() ? List.of() : bounds,
                shown(exemplars)));
    }

    static String service(Map<String, String> texts) {
        String environment = texts.getOrDefault("deployment.environment.name", "");
        if (environment.isEmpty()) {
            environment = texts.getOrDefault("deployment.environment", "");
        }
        return new ServiceKey(
                        environment,
                        texts.getOrDefault("service.namespace", ""),
                        texts.getOrDefault("service.name", ""))
                .id();
    }

    static String owner(Map<String, String> texts) {
        for (String key : List.of("k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "host.name")) {
            String value = texts.getOrDefault(key, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** String and integer values by key; no other kind is used for the keys that matter here. */
    static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new TreeMap<>();
        for (KeyValue attribute : attributes) {
            AnyValue value = attribute.getValue();
            String text = value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
            texts.put(attribute.getKey(), text.replaceAll("\\p{Cntrl}", "?"));
        }
        return texts;
    }
}
