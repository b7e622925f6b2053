package io.evenkeel.benchmarks.proof;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** One series of a load process: makes its next point as an SDK would, and remembers nothing of what became of it. */
final class LoadSeries {
    private static final double[] BOUNDS = {0.1, 0.5, 1};

    /** What the series is, and the name of its metric. */
    enum Kind {
        GAUGE("load.queue"),
        COUNTER_DELTA("load.orders"),
        COUNTER_CUMULATIVE("load.requests"),
        HISTOGRAM_DELTA("load.wait"),
        HISTOGRAM_CUMULATIVE("load.duration");

        final String metric;

        Kind(String metric) {
            this.metric = metric;
        }

        boolean isDelta() {
            return this == COUNTER_DELTA || this == HISTOGRAM_DELTA;
        }
    }

    private final Kind kind;
    private final int number;
    private final RandomGenerator random;
    private final long beganMillis;
    private long previousMillis;
    private long total;
    private double sum;
    private final long[] buckets = new long[BOUNDS.length + 1];

    LoadSeries(Kind kind, int number, long beganMillis, RandomGenerator random) {
        this.kind = kind;
        this.number = number;
        this.beganMillis = beganMillis;
        this.previousMillis = beganMillis;
        this.random = random;
    }

    Kind kind() {
        return kind;
    }

    /** Its attributes in canonical form, which name it among the series of its metric. */
    String attributes() {
        return "series=" + number;
    }

    /**
     * A point and what can be told of it in a rollup.
     *
     * @param metric metric with this one point
     * @param value a gauge's value or a delta's increment; whole, so that sums are exact
     * @param coveredSeconds seconds that a delta covers
     */
    record Made(Metric metric, double value, double coveredSeconds) {}

    Made next(long nowMillis) {
        long start = kind.isDelta() ? previousMillis : beganMillis;
        double covered = (nowMillis - previousMillis) / 1000.0;
        previousMillis = nowMillis;
        Metric.Builder metric = Metric.newBuilder().setName(kind.metric);
        return switch (kind) {
            case GAUGE -> {
                double value = random.nextInt(1 << 20);
                metric.setUnit("{order}").setGauge(Gauge.newBuilder().addDataPoints(number(0, nowMillis, value)));
                yield new Made(metric.build(), value, 0);
            }
            case COUNTER_DELTA, COUNTER_CUMULATIVE -> {
                int increment = random.nextInt(1 << 10);
                total += increment;
                metric.setUnit("{order}")
                        .setSum(Sum.newBuilder()
                                .setIsMonotonic(true)
                                .setAggregationTemporality(temporality())
                                .addDataPoints(number(start, nowMillis, kind.isDelta() ? increment : total)));
                yield new Made(metric.build(), increment, covered);
            }
            case HISTOGRAM_DELTA, HISTOGRAM_CUMULATIVE -> {
                metric.setUnit("s")
                        .setHistogram(Histogram.newBuilder()
                                .setAggregationTemporality(temporality())
                                .addDataPoints(observed(start, nowMillis)));
                yield new Made(metric.build(), 0, covered);
            }
        };
    }

    private AggregationTemporality temporality() {
        return kind.isDelta()
                ? AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
                : AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
    }

    private NumberDataPoint number(long startMillis, long timeMillis, double value) {
        return NumberDataPoint.newBuilder()
                .setStartTimeUnixNano(startMillis * 1_000_000)
                .setTimeUnixNano(timeMillis * 1_000_000)
                .addAttributes(attribute())
                .setAsDouble(value)
                .build();
    }

    private HistogramDataPoint observed(long startMillis, long timeMillis) {
        if (kind.isDelta()) {
            Arrays.fill(buckets, 0);
            sum = 0;
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            double seconds = random.nextDouble(1.5);
            int bucket = 0;
            while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
                bucket++;
            }
            buckets[bucket]++;
            sum += seconds;
        }
        HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                .setStartTimeUnixNano(startMillis * 1_000_000)
                .setTimeUnixNano(timeMillis * 1_000_000)
                .addAttributes(attribute())
                .setSum(sum);
        long count = 0;
        for (long inBucket : buckets) {
            point.addBucketCounts(inBucket);
            count += inBucket;
        }
        for (double bound : BOUNDS) {
            point.addExplicitBounds(bound);
        }
        return point.setCount(count).build();
    }

    private KeyValue attribute() {
        return KeyValue.newBuilder()
                .setKey("series")
                .setValue(AnyValue.newBuilder().setStringValue(Integer.toString(number)))
                .build();
    }
}
