package io.evenkeel.benchmarks;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.InvalidProtocolBufferException;
import io.evenkeel.wire.otlp.PointType;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The rival of P1: generated classes, the same columns, the same series id. Written as one would who cares about speed:
 * columns and buffers are used again, attributes are sorted in place. It may not be slowed down; DecodeBench checks.
 */
final class GeneratedMetrics {
    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    long[] series = new long[4096];
    byte[] type = new byte[4096];
    long[] timeMillis = new long[4096];
    double[] value = new double[4096];
    long[] count = new long[4096];
    long[] buckets = new long[4096 * 16];
    int size;
    int bucketsSize;
    int boundsSize;
    private double[] bounds = new double[4096 * 16];

    private byte[] canonical = new byte[1024];
    private int length;
    private KeyValue[] sorted = new KeyValue[16];

    /** Reads a request into the columns, which then hold only it. */
    void read(byte[] bytes) {
        size = 0;
        bucketsSize = 0;
        boundsSize = 0;
        ExportMetricsServiceRequest request;
        try {
            request = ExportMetricsServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                for (Metric metric : scope.getMetricsList()) {
                    read(metric);
                }
            }
        }
    }

    private void read(Metric metric) {
        switch (metric.getDataCase()) {
            case GAUGE -> {
                for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
                    number(metric, point, PointType.GAUGE);
                }
            }
            case SUM -> {
                for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
                    number(metric, point, PointType.COUNTER_CUMULATIVE);
                }
            }
            case HISTOGRAM -> {
                for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
                    histogram(metric, point);
                }
            }
            default -> throw new IllegalArgumentException("not in these payloads: " + metric.getDataCase());
        }
    }

    private void number(Metric metric, NumberDataPoint point, byte pointType) {
        series[size] = id(metric, pointType, point.getAttributesList());
        type[size] = pointType;
        timeMillis[size] = point.getTimeUnixNano() / 1_000_000;
        value[size] = point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
        count[size++] = 0;
    }

    private void histogram(Metric metric, HistogramDataPoint point) {
        series[size] = id(metric, PointType.HISTOGRAM_CUMULATIVE, point.getAttributesList());
        type[size] = PointType.HISTOGRAM_CUMULATIVE;
        timeMillis[size] = point.getTimeUnixNano() / 1_000_000;
        value[size] = point.getSum();
        count[size++] = point.getCount();
        for (int i = 0; i < point.getBucketCountsCount(); i++) {
            buckets[bucketsSize++] = point.getBucketCounts(i);
        }
        for (int i = 0; i < point.getExplicitBoundsCount(); i++) {
            bounds[boundsSize++] = point.getExplicitBounds(i);
        }
    }

    /** XXH3 over the canonical form of {@code io.evenkeel.wire.otlp.CanonicalForm}. */
    private long id(Metric metric, byte pointType, List<KeyValue> attributes) {
        length = 0;
        putText(metric.getName());
        putText(metric.getUnit());
        room(1);
        canonical[length++] = pointType;
        int n = attributes.size();
        putInt(n);
        if (n > sorted.length) {
            sorted = Arrays.copyOf(sorted, n);
        }
        for (int i = 0; i < n; i++) {
            KeyValue attribute = attributes.get(i);
            int at = i;
            while (at > 0 && sorted[at - 1].getKey().compareTo(attribute.getKey()) > 0) {
                sorted[at] = sorted[at - 1];
                at--;
            }
            sorted[at] = attribute;
        }
        for (int i = 0; i < n; i++) {
            putText(sorted[i].getKey());
            putValue(sorted[i].getValue());
        }
        return XXH3.hashBytesToLong(canonical, 0, length);
    }

    private void putValue(AnyValue any) {
        room(1);
        switch (any.getValueCase()) {
            case STRING_VALUE -> {
                canonical[length++] = 's';
                putText(any.getStringValue());
            }
            case INT_VALUE -> {
                canonical[length++] = 'i';
                putInt((int) any.getIntValue());
                putInt((int) (any.getIntValue() >>> 32));
            }
            default -> throw new IllegalArgumentException("not in these payloads: " + any.getValueCase());
        }
    }

    private void putText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putInt(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, canonical, length, utf8.length);
        length += utf8.length;
    }

    private void putInt(int number) {
        room(Integer.BYTES);
        canonical[length++] = (byte) number;
        canonical[length++] = (byte) (number >>> 8);
        canonical[length++] = (byte) (number >>> 16);
        canonical[length++] = (byte) (number >>> 24);
    }

    private void room(int more) {
        if (length + more > canonical.length) {
            canonical = Arrays.copyOf(canonical, Math.max(length + more, canonical.length * 2));
        }
    }
}
