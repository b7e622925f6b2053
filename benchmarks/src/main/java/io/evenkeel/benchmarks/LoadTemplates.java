package io.evenkeel.benchmarks;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the loads make requests of which no two are the same and none costs more than a copy: a template is serialized once
 * with marks for what changes, their places in the bytes are kept, and times, values and digits are written over them.
 */
final class LoadTemplates {
    /** Values that no load sends and no other field has. */
    static final long TIME = 0x7123456789abcdefL;

    static final double VALUE = 1.234567890123e300;
    static final long COUNT = 0x6fedcba987654321L;
    /** Behind the number of a series; the digits that a new one differs by are written over all but the dash. */
    static final String GENERATION = "-@@@";

    static final int GENERATION_DIGITS = 3;

    private LoadTemplates() {}

    static int[] places(byte[] bytes, double mark) {
        return places(bytes, Double.doubleToRawLongBits(mark));
    }

    static int[] places(byte[] bytes, long mark) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.rangeClosed(0, bytes.length - Long.BYTES)
                .filter(at -> buffer.getLong(at) == mark)
                .toArray();
    }

    static int[] places(byte[] bytes, String mark) {
        byte[] text = mark.getBytes(StandardCharsets.US_ASCII);
        return IntStream.rangeClosed(0, bytes.length - text.length)
                .filter(at -> bytes[at] == text[0])
                .filter(at -> IntStream.range(1, text.length).allMatch(i -> bytes[at + i] == text[i]))
                .toArray();
    }

    static Metric gauge(String name, List<NumberDataPoint> points) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit("1")
                .setGauge(Gauge.newBuilder().addAllDataPoints(points))
                .build();
    }

    static Metric totals(String name, String unit, List<NumberDataPoint> points) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit(unit)
                .setSum(Sum.newBuilder()
                        .setIsMonotonic(true)
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .addAllDataPoints(points))
                .build();
    }

    /** Histograms of durations. */
    static Metric histograms(String name, List<HistogramDataPoint> points) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit("s")
                .setHistogram(Histogram.newBuilder()
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .addAllDataPoints(points))
                .build();
    }

    static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
