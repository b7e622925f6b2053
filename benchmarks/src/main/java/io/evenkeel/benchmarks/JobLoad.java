package io.evenkeel.benchmarks;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded load of number points: requests of ten entities, whose timestamps and values are patched in place each tick, so
 * that no payload repeats. Of 100 series 90 are gauges, 10 counters; the counters' metric is catalogued and so counted
 * back per series. Some gauges jump to threefold at a planted tick.
 */
final class JobLoad {
    static final int SERIES = 100;
    static final int ENTITIES_PER_REQUEST = 10;
    static final int COUNTERS = 10;
    private static final double MARK_VALUE = 1.234567890123e300;
    private static final long MARK_TIME = 0x7123456789abcdefL;

    final int entities;
    final int plantedTick;
    private final SplittableRandom random;
    private final List<byte[]> templates = new ArrayList<>();
    private final List<int[]> timePlaces = new ArrayList<>();
    private final List<int[]> valuePlaces = new ArrayList<>();
    private final double[] level;
    private final double[] total;
    /** Points sent per series, in the order entity × 100 + series: the generator's own table. */
    final int[] sent;

    JobLoad(long seed, int entities, int plantedTick, long startMillis) {
        this.random = new SplittableRandom(seed);
        this.entities = entities;
        this.plantedTick = plantedTick;
        level = new double[entities * SERIES];
        total = new double[entities * SERIES];
        sent = new int[entities * SERIES];
        for (int i = 0; i < level.length; i++) {
            level[i] = 50 + random.nextInt(1000);
        }
        for (int first = 0; first < entities; first += ENTITIES_PER_REQUEST) {
            byte[] template = template(first, startMillis);
            templates.add(template);
            timePlaces.add(places(template, MARK_TIME));
            valuePlaces.add(places(template, Double.doubleToRawLongBits(MARK_VALUE)));
        }
    }

    int requests() {
        return templates.size();
    }

    static boolean isPlanted(int entity, int series) {
        return entity % 20 == 0 && series == COUNTERS + entity / 20 % (SERIES - COUNTERS);
    }

    /** Bytes of a request at a tick; a fresh copy. */
    byte[] request(int index, int tick, long timeMillis) {
        byte[] bytes = templates.get(index).clone();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int place : timePlaces.get(index)) {
            buffer.putLong(place, timeMillis * 1_000_000);
        }
        int[] values = valuePlaces.get(index);
        int first = index * ENTITIES_PER_REQUEST * SERIES;
        for (int i = 0; i < values.length; i++) {
            int series = first + i;
            buffer.putDouble(values[i], value(series, tick));
            sent[series]++;
        }
        return bytes;
    }

    private double value(int series, int tick) {
        if (series % SERIES < COUNTERS) {
            total[series] += random.nextInt(100);
            return total[series];
        }
        double base = level[series] * (1 + 0.05 * random.nextGaussian());
        boolean jumped = tick >= plantedTick && isPlanted(series / SERIES, series % SERIES);
        return jumped ? 3 * base : base;
    }

    private byte[] template(int first, long startMillis) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (int entity = first; entity < Math.min(entities, first + ENTITIES_PER_REQUEST); entity++) {
            Sum.Builder sum = Sum.newBuilder()
                    .setIsMonotonic(true)
                    .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            Gauge.Builder gauge = Gauge.newBuilder();
            for (int series = 0; series < SERIES; series++) {
                NumberDataPoint.Builder point = NumberDataPoint.newBuilder()
                        .setStartTimeUnixNano(startMillis * 1_000_000)
                        .setTimeUnixNano(MARK_TIME)
                        .addAttributes(attribute("http.request.method", "GET"))
                        .addAttributes(attribute("http.route", "/api/v1/resource/{id}"))
                        .addAttributes(attribute("network.protocol.version", "1.1"))
                        .addAttributes(attribute("url.scheme", "https"))
                        .addAttributes(attribute("series", Integer.toString(series)))
                        .setAsDouble(MARK_VALUE);
                if (series < COUNTERS) {
                    sum.addDataPoints(point);
                } else {
                    gauge.addDataPoints(point);
                }
            }
            request.addResourceMetrics(ResourceMetrics.newBuilder()
                    .setResource(resource(entity))
                    .addScopeMetrics(ScopeMetrics.newBuilder()
                            .addMetrics(Metric.newBuilder()
                                    .setName("bench.counter")
                                    .setUnit("1")
                                    .setSum(sum))
                            .addMetrics(Metric.newBuilder()
                                    .setName("bench.gauge")
                                    .setUnit("1")
                                    .setGauge(gauge))));
        }
        return request.build().toByteArray();
    }

    private static Resource resource(int entity) {
        return Resource.newBuilder()
                .addAttributes(attribute("deployment.environment.name", "bench"))
                .addAttributes(attribute("service.namespace", "load"))
                .addAttributes(attribute("service.name", "service-" + entity))
                .addAttributes(attribute("service.version", "1.0.0"))
                .addAttributes(attribute("service.instance.id", "627cc493-f310-47de-96bd-" + entity))
                .addAttributes(attribute("host.name", "node-" + entity % 50))
                .addAttributes(attribute("os.type", "linux"))
                .addAttributes(attribute("process.pid", Integer.toString(1000 + entity)))
                .addAttributes(attribute("telemetry.sdk.language", "java"))
                .build();
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static int[] places(byte[] bytes, long mark) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i + 8 <= bytes.length; i++) {
            if (buffer.getLong(i) == mark) {
                places.add(i);
                i += 7;
            }
        }
        return places.stream().mapToInt(Integer::intValue).toArray();
    }
}
