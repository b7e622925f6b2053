package io.evenkeel.benchmarks;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Seeded load of metric points, the same for every process that is told the seed: requests of ten entities whose times,
 * values and series names are patched in place each tick, so that no payload repeats. Of an entity's 100 series ten are
 * counters, ten histograms, five constant, five sparse (a point every fifth tick), thirty follow the day, forty are noise;
 * on every second tick a tenth of the points has its attributes in another order. With churn one point in a hundred is 25 s
 * late, one request in two hundred is sent twice, and a hundredth of the series are replaced by new ones every minute.
 * Planted gauges jump to threefold for five minutes. Holds the generator's own table. For one thread.
 */
final class MetricLoad {
    static final int SERIES = 100;
    static final int ENTITIES_PER_REQUEST = 10;
    static final long TICK_MILLIS = 10_000;
    /** Ticks that a planted fault lasts. */
    static final int FAULT_TICKS = 30;

    static final int COUNTERS = 10;
    static final int HISTOGRAMS_TO = 20;
    static final int CONSTANT_TO = 25;
    static final int SPARSE_TO = 30;
    static final int SEASONAL_TO = 60;
    private static final int SPARSE_TICKS = 5;
    private static final int TICKS_PER_MINUTE = 6;
    private static final int LATE_MILLIS = 25_000;
    private static final int BUCKETS = 15;
    /** How the name of a series ends that has been there from the start. */
    static final String FIRST_GENERATION = "-000";

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NOISE = 1 << 16;

    /** One request's bytes and where in them what changes stands; the k-th point is the same in both orders. */
    private record Template(byte[] bytes, int[] series, int[] times, int[] values, int[] counts, int[] generations) {}

    final int entities;
    private final boolean churn;
    private final int firstFault;
    private final int lastFault;
    private final int faults;
    private final SplittableRandom random;
    private final double[] noise = new double[NOISE];
    private int noiseAt;
    private final Template[][] regular;
    private final Template[][] sparse;

    private final double[] level;
    private final float[] phase;
    /** Of counters: the total. */
    private final double[] total;

    private final long[] histogramCount;
    private final short[] generation;
    /** Distinct points sent since the series began, time of the newest in order, and its value; by entity × 100 + series. */
    final int[] points;

    final long[] lastTime;
    final double[] lastValue;
    /** Points sent, those that are repetitions included; and those. */
    long sent;

    long repeated;
    private @Nullable Replay replay;

    /**
     * @param churn whether points come late and twice and series are replaced
     * @param firstFault tick of the first planted fault, and {@code lastFault} of the last
     * @param faults how many of the entities have one
     */
    MetricLoad(long seed, int entities, boolean churn, int firstFault, int lastFault, int faults, long startMillis) {
        random = new SplittableRandom(seed);
        this.entities = entities;
        this.churn = churn;
        this.firstFault = firstFault;
        this.lastFault = lastFault;
        this.faults = faults;
        Random gaussian = new Random(seed);
        Arrays.setAll(noise, i -> gaussian.nextGaussian());
        int series = entities * SERIES;
        level = new double[series];
        phase = new float[series];
        total = new double[series];
        histogramCount = new long[series];
        generation = new short[series];
        points = new int[series];
        lastTime = new long[series];
        lastValue = new double[series];
        for (int i = 0; i < series; i++) {
            level[i] = 50 + random.nextInt(1000);
            phase[i] = (float) (random.nextDouble() * 2 * Math.PI);
        }
        int requests = (entities + ENTITIES_PER_REQUEST - 1) / ENTITIES_PER_REQUEST;
        regular = new Template[requests][];
        sparse = new Template[requests][];
        for (int request = 0; request < requests; request++) {
            regular[request] = templates(request, false, startMillis);
            sparse[request] = templates(request, true, startMillis);
        }
    }

    /** Requests of one tick before the sparse ones; those follow on every fifth. */
    int requests(int tick) {
        return tick % SPARSE_TICKS == 0 ? 2 * regular.length : regular.length;
    }

    /** Points of all requests of ticks before this one, repetitions not counted. */
    long pointsBefore(int tick) {
        long sparseTicks = (tick + SPARSE_TICKS - 1) / SPARSE_TICKS;
        int sparseSeries = SPARSE_TO - CONSTANT_TO;
        return (long) entities * ((long) tick * (SERIES - sparseSeries) + sparseTicks * sparseSeries);
    }

    /** Series of an entity's fault; -1 when it has none. */
    int faultySeries(int entity) {
        return faultySeries(entity, entities, faults);
    }

    static int faultySeries(int entity, int entities, int faults) {
        int step = Math.max(1, entities / faults);
        return entity % step == 0 && entity / step < faults ? SEASONAL_TO + entity % (SERIES - SEASONAL_TO) : -1;
    }

    /** Takes what each series was sent per tick; NaN for a point that came late. */
    interface Replay {
        void point(int series, int generation, double value);
    }

    /** Draws the load once more, that many ticks of it. */
    void replay(LoadPlan plan, int ticks, Replay out) {
        replay = out;
        for (int tick = 0; tick < ticks; tick++) {
            for (int request = 0; request < requests(tick); request++) {
                request(request, tick, plan.timeMillis(tick));
                isRepeated(request);
            }
        }
    }

    /** Tick at which an entity's fault begins. */
    int faultTick(int entity) {
        int span = Math.max(1, lastFault - firstFault + 1);
        return firstFault + (int) (Integer.toUnsignedLong(entity * 0x9E3779B9) % span);
    }

    /** Bytes of a request at a tick, in a fresh array; ticks and requests must be asked for in order, each once. */
    byte[] request(int index, int tick, long timeMillis) {
        if (index == 0 && churn && tick > 0 && tick % TICKS_PER_MINUTE == 0) {
            replaceSeries();
        }
        boolean isSparse = index >= regular.length;
        Template[] orders = isSparse ? sparse[index - regular.length] : regular[index];
        Template template = orders[tick % 2];
        byte[] bytes = template.bytes.clone();
        long nanos = timeMillis * 1_000_000;
        int[] series = template.series;
        for (int k = 0; k < series.length; k++) {
            point(template, bytes, k, series[k], tick, timeMillis, nanos);
        }
        sent += series.length;
        return bytes;
    }

    /** Whether the request last made is to be sent again, as a client does that got no answer. */
    boolean isRepeated(int index) {
        boolean again = churn && random.nextInt(200) == 0;
        if (again) {
            int length = (index >= regular.length ? sparse[index - regular.length] : regular[index])[0].series.length;
            sent += length;
            repeated += length;
        }
        return again;
    }

    private void point(Template template, byte[] bytes, int k, int series, int tick, long millis, long nanos) {
        int kind = series % SERIES;
        double value = value(series, kind, tick);
        LONGS.set(bytes, template.values[k], Double.doubleToRawLongBits(value));
        if (kind >= COUNTERS && kind < HISTOGRAMS_TO) {
            histogram(bytes, template.counts[k], series);
        }
        boolean late = churn && kind >= SPARSE_TO && isPunctual(series, millis) && random.nextInt(70) == 0;
        LONGS.set(bytes, template.times[k], late ? nanos - LATE_MILLIS * 1_000_000L : nanos);
        points[series]++;
        if (!late) {
            lastTime[series] = millis;
            lastValue[series] = value;
        }
        if (replay != null) {
            replay.point(series, generation[series], late ? Double.NaN : value);
        }
    }

    /** Late is only what stands behind a punctual point: late ones together would be an exporter that has slowed down. */
    private boolean isPunctual(int series, long millis) {
        return points[series] > 3 && millis - lastTime[series] == TICK_MILLIS;
    }

    private double value(int series, int kind, int tick) {
        if (kind < COUNTERS) {
            total[series] += 1 + (noiseAt++ & 63);
            return total[series];
        }
        double gaussian = noise[noiseAt++ & (NOISE - 1)];
        if (kind < HISTOGRAMS_TO) {
            histogramCount[series] += 20 + (noiseAt & 7);
            total[series] += (20 + (noiseAt & 7)) * 0.05 * (1 + 0.05 * gaussian);
            return total[series];
        }
        if (kind < CONSTANT_TO) {
            return level[series];
        }
        double base = level[series] * (1 + 0.05 * gaussian);
        if (kind >= SPARSE_TO && kind < SEASONAL_TO) {
            double day = 2 * Math.PI * tick * TICK_MILLIS / 86_400_000.0;
            return base * (1 + 0.3 * Math.sin(phase[series] + day));
        }
        return isFaulty(series, tick) ? 3 * base : base;
    }

    boolean isFaulty(int series, int tick) {
        int entity = series / SERIES;
        if (series % SERIES < SEASONAL_TO || faultySeries(entity) != series % SERIES) {
            return false;
        }
        int from = faultTick(entity);
        return tick >= from && tick < from + FAULT_TICKS;
    }

    private void histogram(byte[] bytes, int at, int series) {
        long count = histogramCount[series];
        LONGS.set(bytes, at, count);
        int buckets = at + 8 + 8 + 1 + 1 + 1;
        long each = count / BUCKETS;
        for (int b = 0; b < BUCKETS - 1; b++) {
            LONGS.set(bytes, buckets + 8 * b, each);
        }
        LONGS.set(bytes, buckets + 8 * (BUCKETS - 1), count - each * (BUCKETS - 1));
    }

    private void replaceSeries() {
        int replaced = entities * SERIES / 100;
        for (int i = 0; i < replaced; i++) {
            int series = random.nextInt(entities * SERIES);
            boolean isPlanted = faultySeries(series / SERIES) == series % SERIES;
            if (isPlanted || generation[series] == 999) {
                continue;
            }
            generation[series]++;
            points[series] = 0;
            total[series] = 0;
            histogramCount[series] = 0;
            lastTime[series] = 0;
            rename(series);
        }
    }

    /** Series attribute of a series now, for example {@code 00042-003}. */
    String name(int series) {
        return String.format("%05d-%03d", series % SERIES, generation[series]);
    }

    private void rename(int series) {
        int request = series / SERIES / ENTITIES_PER_REQUEST;
        int kind = series % SERIES;
        boolean isSparse = kind >= CONSTANT_TO && kind < SPARSE_TO;
        byte[] digits = name(series).substring(6).getBytes(StandardCharsets.US_ASCII);
        for (Template template : (isSparse ? sparse : regular)[request]) {
            for (int k = 0; k < template.series.length; k++) {
                if (template.series[k] == series) {
                    System.arraycopy(
                            digits, 0, template.bytes, template.generations[k] + 1, LoadTemplates.GENERATION_DIGITS);
                    break;
                }
            }
        }
    }

    private Template[] templates(int request, boolean isSparse, long startMillis) {
        return new Template[] {
            template(request, isSparse, startMillis, false), template(request, isSparse, startMillis, true)
        };
    }

    private Template template(int request, boolean isSparse, long startMillis, boolean shuffled) {
        ExportMetricsServiceRequest.Builder built = ExportMetricsServiceRequest.newBuilder();
        List<Integer> order = new ArrayList<>();
        int first = request * ENTITIES_PER_REQUEST;
        for (int entity = first; entity < Math.min(entities, first + ENTITIES_PER_REQUEST); entity++) {
            ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
            if (isSparse) {
                scope.addMetrics(gauge("bench.sparse", entity, CONSTANT_TO, SPARSE_TO, shuffled, order));
            } else {
                scope.addMetrics(counters(entity, startMillis, shuffled, order));
                scope.addMetrics(histograms(entity, startMillis, shuffled, order));
                scope.addMetrics(gauge("bench.constant", entity, HISTOGRAMS_TO, CONSTANT_TO, shuffled, order));
                scope.addMetrics(gauge("bench.seasonal", entity, SPARSE_TO, SEASONAL_TO, shuffled, order));
                scope.addMetrics(gauge("bench.gauge", entity, SEASONAL_TO, SERIES, shuffled, order));
            }
            built.addResourceMetrics(
                    ResourceMetrics.newBuilder().setResource(resource(entity)).addScopeMetrics(scope));
        }
        byte[] bytes = built.build().toByteArray();
        int[] series = order.stream().mapToInt(Integer::intValue).toArray();
        int[] times = LoadTemplates.places(bytes, LoadTemplates.TIME);
        int[] values = LoadTemplates.places(bytes, LoadTemplates.VALUE);
        int[] histogramCounts = LoadTemplates.places(bytes, LoadTemplates.COUNT);
        int[] counts = new int[series.length];
        int next = 0;
        for (int k = 0; k < series.length; k++) {
            int kind = series[k] % SERIES;
            counts[k] = kind >= COUNTERS && kind < HISTOGRAMS_TO ? histogramCounts[next++] : -1;
        }
        int[] generations = LoadTemplates.places(bytes, LoadTemplates.GENERATION);
        for (int place : generations) {
            Arrays.fill(bytes, place + 1, place + 1 + LoadTemplates.GENERATION_DIGITS, (byte) '0');
        }
        return new Template(bytes, series, times, values, counts, generations);
    }

    private static Metric gauge(String name, int entity, int from, int to, boolean shuffled, List<Integer> order) {
        List<NumberDataPoint> points = new ArrayList<>();
        for (int kind = from; kind < to; kind++) {
            order.add(entity * SERIES + kind);
            points.add(NumberDataPoint.newBuilder()
                    .setTimeUnixNano(LoadTemplates.TIME)
                    .addAllAttributes(attributes(entity, kind, shuffled))
                    .setAsDouble(LoadTemplates.VALUE)
                    .build());
        }
        return LoadTemplates.gauge(name, points);
    }

    private static Metric counters(int entity, long startMillis, boolean shuffled, List<Integer> order) {
        List<NumberDataPoint> points = new ArrayList<>();
        for (int kind = 0; kind < COUNTERS; kind++) {
            order.add(entity * SERIES + kind);
            points.add(NumberDataPoint.newBuilder()
                    .setStartTimeUnixNano(startMillis * 1_000_000)
                    .setTimeUnixNano(LoadTemplates.TIME)
                    .addAllAttributes(attributes(entity, kind, shuffled))
                    .setAsDouble(LoadTemplates.VALUE)
                    .build());
        }
        return LoadTemplates.totals("bench.counter", "1", points);
    }

    private static Metric histograms(int entity, long startMillis, boolean shuffled, List<Integer> order) {
        List<HistogramDataPoint> points = new ArrayList<>();
        for (int kind = COUNTERS; kind < HISTOGRAMS_TO; kind++) {
            order.add(entity * SERIES + kind);
            HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                    .setStartTimeUnixNano(startMillis * 1_000_000)
                    .setTimeUnixNano(LoadTemplates.TIME)
                    .addAllAttributes(attributes(entity, kind, shuffled))
                    .setCount(LoadTemplates.COUNT)
                    .setSum(LoadTemplates.VALUE)
                    .addAllBucketCounts(Collections.nCopies(BUCKETS, 0L));
            for (int bound = 1; bound < BUCKETS; bound++) {
                point.addExplicitBounds(0.005 * (1 << Math.min(bound, 20)));
            }
            points.add(point.build());
        }
        return LoadTemplates.histograms("bench.histogram", points);
    }

    private static List<KeyValue> attributes(int entity, int kind, boolean shuffled) {
        List<KeyValue> attributes = new ArrayList<>(List.of(
                LoadTemplates.text("http.request.method", "GET"),
                LoadTemplates.text("http.route", "/api/v1/resource/{id}"),
                LoadTemplates.text("network.protocol.version", "1.1"),
                LoadTemplates.text("url.scheme", "https"),
                LoadTemplates.text("series", String.format("%05d", kind) + LoadTemplates.GENERATION)));
        if (shuffled && (entity + kind) % 10 == 0) {
            Collections.rotate(attributes, 2);
        }
        return attributes;
    }

    private static Resource resource(int entity) {
        return Resource.newBuilder()
                .addAttributes(LoadTemplates.text("deployment.environment.name", "bench"))
                .addAttributes(LoadTemplates.text("service.namespace", "load"))
                .addAttributes(LoadTemplates.text("service.name", "service-" + entity))
                .addAttributes(LoadTemplates.text("service.version", "1.0.0"))
                .addAttributes(LoadTemplates.text("service.instance.id", "627cc493-f310-47de-96bd-" + entity))
                .addAttributes(LoadTemplates.text("host.name", "node-" + entity % 50))
                .addAttributes(LoadTemplates.text("os.type", "linux"))
                .addAttributes(LoadTemplates.text("process.pid", Integer.toString(1000 + entity)))
                .addAttributes(LoadTemplates.text("telemetry.sdk.language", "java"))
                .build();
    }
}
