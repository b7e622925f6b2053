package io.evenkeel.benchmarks;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Seeded metrics of many entities, 100 series each, ten entities a request: 30 seasonal gauges, 40 plain ones, 10 totals, 10
 * histograms of 15 buckets, 5 constant and 5 sparse gauges (one tick in six); a tenth of the series has its attributes in
 * another order. With {@link Churn} series come and go, points come late, and the order is drawn anew for a tenth of the points.
 * Every time, value and name is patched into the bytes of one template at fixed places, so that no request repeats and
 * none costs more than a copy.
 *
 * <p>A value is a pure function of seed, series and tick: any thread of any process can make any request, and anybody can
 * work out what was sent. Safe for use by several threads.
 */
final class SeriesLoad {
    static final int SERIES = 100;
    static final int ENTITIES_PER_REQUEST = 10;
    static final long TICK_MILLIS = 10_000;
    /** Rolled up and seasonal where the bench's catalogue names it: a tenth of the series. */
    static final String CATALOGUED = "bench.counter";

    private static final int SEASONAL_END = 30;
    private static final int GAUGES_END = 70;
    private static final int TOTALS_END = 80;
    private static final int HISTOGRAMS_END = 90;
    private static final int CONSTANTS_END = 95;
    private static final int SPARSE_TICKS = 6;
    private static final int BUCKETS = 15;
    /** One entity in this many has a fault: one of its gauges stands at threefold for 15 minutes out of 30. */
    static final int FAULT_EVERY = 20;

    private static final int FAULT_TICKS = 90;
    private static final int DAY_TICKS = 8640;

    private static final int MINUTE_TICKS = 6;
    private static final int REPLACED_MINUTES = 100;
    private static final int LATE_MILLIS = 25_000;
    /** A series has told so much that a late point's time is not before its first. */
    private static final int LATE_FROM_TICK = 4;
    /** With no two in a row, p (1 − p), and only for 70 of 95.8 points a tick, this makes one point of a hundred late. */
    private static final double LATE_CHANCE = 0.01388;

    private static final int SHUFFLED_OF = 10;
    private static final int ATTRIBUTES = 5;
    private static final int MOST_ATTRIBUTE_BYTES = 512;
    /** Tags of the attributes of a number and of a histogram. */
    private static final byte NUMBER_ATTRIBUTE = 7 << 3 | 2;

    private static final byte HISTOGRAM_ATTRIBUTE = 9 << 3 | 2;

    private static final String ENTITY_MARK = "########";
    private static final double[] BOUNDS = {
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
    };

    private final long seed;
    private final int entities;
    private final long startMillis;
    private final Set<Churn> churn;
    private final Template withSparse;
    private final Template withoutSparse;

    /**
     * The bytes of a request and the places in it that differ.
     *
     * @param entity per entity the places of its number, text
     * @param times place of the time of each point, in the order of points
     * @param values place of the value (gauges, totals) or sum (histograms) of each point
     * @param counts place of the count, then of 15 bucket counts, of each histogram point
     * @param generations place of the digits that a new series differs by, of each point; empty without new ones
     */
    private record Template(byte[] bytes, int[] entity, int[] times, int[] values, int[] counts, int[] generations) {}

    /**
     * @param entities a multiple of ten
     * @param startMillis time of tick 0
     */
    SeriesLoad(long seed, int entities, long startMillis) {
        this(seed, entities, startMillis, Set.of());
    }

    /** @param churn what changes from tick to tick beside the values */
    SeriesLoad(long seed, int entities, long startMillis, Set<Churn> churn) {
        if (entities % ENTITIES_PER_REQUEST != 0) {
            throw new IllegalArgumentException(entities + " entities do not fill requests of ten");
        }
        this.seed = seed;
        this.entities = entities;
        this.startMillis = startMillis;
        this.churn = Set.copyOf(churn);
        withSparse = template(true);
        withoutSparse = template(false);
    }

    int requests() {
        return entities / ENTITIES_PER_REQUEST;
    }

    long timeMillis(int tick) {
        return startMillis + tick * TICK_MILLIS;
    }

    /** Time that the point of a series at a tick tells of: the tick's, or earlier when it comes late. */
    long timeMillis(int entity, int series, int tick) {
        return timeMillis(tick) - (isLate(entity, series, tick) ? LATE_MILLIS : 0);
    }

    /** How often a series has been replaced by a new one before a tick. */
    int generation(int entity, int series, int tick) {
        if (!churn.contains(Churn.NEW) || series == faultySeries(entity)) {
            return 0;
        }
        long minute =
                tick / MINUTE_TICKS + Long.remainderUnsigned(mix(seed, entity * SERIES + series, -2), REPLACED_MINUTES);
        return (int) (minute / REPLACED_MINUTES);
    }

    /** What the attribute {@code series} says at a tick, for example {@code 42}, or {@code 42-003} where series come and go. */
    String name(int entity, int series, int tick) {
        return churn.contains(Churn.NEW)
                ? String.format(Locale.ROOT, "%d-%03d", series, generation(entity, series, tick))
                : Integer.toString(series);
    }

    /** Late is only what stands between punctual points: late ones together would be an exporter that has slowed down. */
    boolean isLate(int entity, int series, int tick) {
        return churn.contains(Churn.LATE)
                && series < GAUGES_END
                && mayBeLate(entity, series, tick)
                && !mayBeLate(entity, series, tick - 1)
                && tick >= LATE_FROM_TICK
                && generation(entity, series, tick) == generation(entity, series, tick - LATE_FROM_TICK);
    }

    private boolean mayBeLate(int entity, int series, int tick) {
        return (mix(~seed, entity * SERIES + series, tick) >>> 11) * 0x1p-53 < LATE_CHANCE;
    }

    /** Points that a request holds at a tick. */
    int points(int request, int tick) {
        return ENTITIES_PER_REQUEST * (hasSparse(request, tick) ? SERIES : CONSTANTS_END);
    }

    /** Points of all requests of the ticks from, to (exclusive). */
    long pointsBetween(int fromTick, int toTick) {
        long points = 0;
        for (int tick = fromTick; tick < toTick; tick++) {
            for (int request = 0; request < requests(); request++) {
                points += points(request, tick);
            }
        }
        return points;
    }

    boolean isSent(int entity, int series, int tick) {
        return series < CONSTANTS_END || hasSparse(entity / ENTITIES_PER_REQUEST, tick);
    }

    static boolean isGauge(int series) {
        return series < GAUGES_END || series >= HISTOGRAMS_END;
    }

    private static boolean hasSparse(int request, int tick) {
        return (request + tick) % SPARSE_TICKS == 0;
    }

    /** OTLP bytes of ten entities at a tick; a fresh copy. */
    byte[] request(int request, int tick) {
        boolean sparse = hasSparse(request, tick);
        Template template = sparse ? withSparse : withoutSparse;
        byte[] bytes = template.bytes.clone();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = timeMillis(tick) * 1_000_000;
        for (int place : template.times) {
            buffer.putLong(place, nanos);
        }
        int perEntity = sparse ? SERIES : CONSTANTS_END;
        int names = template.entity.length / ENTITIES_PER_REQUEST;
        int count = 0;
        for (int e = 0; e < ENTITIES_PER_REQUEST; e++) {
            int entity = request * ENTITIES_PER_REQUEST + e;
            for (int n = 0; n < names; n++) {
                putNumber(bytes, template.entity[e * names + n], ENTITY_MARK.length(), entity);
            }
            for (int series = 0; series < perEntity; series++) {
                buffer.putDouble(template.values[e * perEntity + series], value(entity, series, tick));
                if (series >= TOTALS_END && series < HISTOGRAMS_END) {
                    long each = observations(entity, series, tick);
                    buffer.putLong(template.counts[count++], each * BUCKETS);
                    for (int bucket = 0; bucket < BUCKETS; bucket++) {
                        buffer.putLong(template.counts[count++], each);
                    }
                }
            }
        }
        if (!churn.isEmpty()) {
            change(bytes, template, request, tick, perEntity);
        }
        return bytes;
    }

    private void change(byte[] bytes, Template template, int request, int tick, int perEntity) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] scratch = new byte[MOST_ATTRIBUTE_BYTES];
        int histograms = 0;
        for (int point = 0; point < template.times.length; point++) {
            int entity = request * ENTITIES_PER_REQUEST + point / perEntity;
            int series = point % perEntity;
            if (isLate(entity, series, tick)) {
                buffer.putLong(template.times[point], timeMillis(entity, series, tick) * 1_000_000);
            }
            if (churn.contains(Churn.NEW)) {
                putNumber(
                        bytes,
                        template.generations[point],
                        LoadTemplates.GENERATION_DIGITS,
                        generation(entity, series, tick));
            }
            boolean isHistogram = series >= TOTALS_END && series < HISTOGRAMS_END;
            histograms += isHistogram ? 1 : 0;
            long dice = mix(~seed, -1 - entity * SERIES - series, tick);
            if (churn.contains(Churn.SHUFFLED) && Long.remainderUnsigned(dice, SHUFFLED_OF) == 0) {
                int from = isHistogram
                        // behind the last bucket count stand the bounds: tag, length, numbers
                        ? template.counts[histograms * (BUCKETS + 1) - 1]
                                + Long.BYTES
                                + 2
                                + BOUNDS.length * Double.BYTES
                        : template.values[point] + Double.BYTES;
                shuffle(bytes, from, isHistogram ? HISTOGRAM_ATTRIBUTE : NUMBER_ATTRIBUTE, dice >>> 8, scratch);
            }
        }
    }

    /** Puts the attributes of a point, which stand one behind the other from a place on, in one of their 120 orders. */
    private static void shuffle(byte[] bytes, int from, byte tag, long dice, byte[] scratch) {
        int[] begins = new int[ATTRIBUTES + 1];
        begins[0] = from;
        for (int i = 0; i < ATTRIBUTES; i++) {
            if (bytes[begins[i]] != tag || bytes[begins[i] + 1] < 0) {
                throw new IllegalStateException("no attribute at " + begins[i]);
            }
            begins[i + 1] = begins[i] + 2 + bytes[begins[i] + 1];
        }
        System.arraycopy(bytes, from, scratch, 0, begins[ATTRIBUTES] - from);
        int[] left = {0, 1, 2, 3, 4};
        int to = from;
        long rest = dice;
        for (int count = ATTRIBUTES; count > 0; count--) {
            int chosen = (int) Long.remainderUnsigned(rest, count);
            rest = Long.divideUnsigned(rest, count);
            int run = left[chosen];
            left[chosen] = left[count - 1];
            int length = begins[run + 1] - begins[run];
            System.arraycopy(scratch, begins[run] - from, bytes, to, length);
            to += length;
        }
    }

    /** Value of a gauge or total, sum of a histogram. */
    double value(int entity, int series, int tick) {
        int number = entity * SERIES + series;
        long own = mix(seed, number, -1);
        double level = 50 + (own & 1023);
        // three uniform numbers added are close enough to a bell, and cost a tenth of one
        long dice = mix(seed, number, tick);
        double noise = ((dice & 0xffff) + (dice >>> 16 & 0xffff) + (dice >>> 32 & 0xffff)) / 98_302.5 - 1;
        if (series < GAUGES_END) {
            double season = series < SEASONAL_END ? 1 + 0.5 * wave(tick + (int) (own >>> 40)) : 1;
            return level * season * (1 + 0.05 * noise) * (isFaulty(entity, series, tick) ? 3 : 1);
        }
        if (series < TOTALS_END) {
            return Math.rint(level * (tick + 1) + 0.4 * level * noise);
        }
        if (series < HISTOGRAMS_END) {
            return observations(entity, series, tick) * BUCKETS * 0.1 + 0.05 * noise;
        }
        return series < CONSTANTS_END ? level : level * (1 + 0.05 * noise);
    }

    /** One gauge of one entity in twenty stands at threefold in every other quarter of an hour, from the second on. */
    static boolean isFaulty(int entity, int series, int tick) {
        return series == faultySeries(entity) && tick / FAULT_TICKS % 2 == 1;
    }

    /** Series of an entity's fault, -1 when it has none. */
    private static int faultySeries(int entity) {
        return entity % FAULT_EVERY == 0 ? SEASONAL_END + entity / FAULT_EVERY % (GAUGES_END - SEASONAL_END) : -1;
    }

    /** Observations in each bucket since the start. */
    private long observations(int entity, int series, int tick) {
        return (tick + 1L) * (5 + (entity + series) % 20);
    }

    /** A day's swing as a triangle, -1 to 1: a sine would cost more than the detector. */
    private static double wave(int tick) {
        int at = Math.floorMod(tick, DAY_TICKS);
        return Math.abs(at - DAY_TICKS / 2) * (4.0 / DAY_TICKS) - 1;
    }

    /** SplitMix64's finisher over three numbers (Steele, Lea, Flood 2014). */
    private static long mix(long seed, int series, int tick) {
        long z = seed * 0x9E3779B97F4A7C15L + ((long) series << 32 ^ (tick & 0xffffffffL)) * 0xD1342543DE82EF95L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static void putNumber(byte[] bytes, int place, int digits, int number) {
        int rest = number;
        for (int digit = digits - 1; digit >= 0; digit--) {
            bytes[place + digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private Template template(boolean sparse) {
        Random shuffle = new Random(seed);
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (int e = 0; e < ENTITIES_PER_REQUEST; e++) {
            ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
            scope.addMetrics(gauge("bench.seasonal", 0, SEASONAL_END, shuffle));
            scope.addMetrics(gauge("bench.gauge", SEASONAL_END, GAUGES_END, shuffle));
            scope.addMetrics(totals(shuffle));
            scope.addMetrics(histograms(shuffle));
            scope.addMetrics(gauge("bench.constant", HISTOGRAMS_END, CONSTANTS_END, shuffle));
            if (sparse) {
                scope.addMetrics(gauge("bench.sparse", CONSTANTS_END, SERIES, shuffle));
            }
            request.addResourceMetrics(
                    ResourceMetrics.newBuilder().setResource(resource()).addScopeMetrics(scope));
        }
        byte[] bytes = request.build().toByteArray();
        return new Template(
                bytes,
                LoadTemplates.places(bytes, ENTITY_MARK),
                LoadTemplates.places(bytes, LoadTemplates.TIME),
                LoadTemplates.places(bytes, LoadTemplates.VALUE),
                LoadTemplates.places(bytes, LoadTemplates.COUNT),
                churn.contains(Churn.NEW) ? generations(bytes) : new int[0]);
    }

    private static int[] generations(byte[] bytes) {
        return Arrays.stream(LoadTemplates.places(bytes, LoadTemplates.GENERATION))
                .map(place -> place + 1)
                .toArray();
    }

    private Metric gauge(String name, int from, int to, Random shuffle) {
        return LoadTemplates.gauge(name, numbers(from, to, shuffle));
    }

    private List<NumberDataPoint> numbers(int from, int to, Random shuffle) {
        List<NumberDataPoint> points = new ArrayList<>();
        for (int series = from; series < to; series++) {
            points.add(number(series, shuffle));
        }
        return points;
    }

    private Metric totals(Random shuffle) {
        return LoadTemplates.totals(CATALOGUED, "{request}", numbers(GAUGES_END, TOTALS_END, shuffle));
    }

    private NumberDataPoint number(int series, Random shuffle) {
        return NumberDataPoint.newBuilder()
                .addAllAttributes(attributes(series, shuffle))
                .setStartTimeUnixNano((startMillis - 60_000) * 1_000_000)
                .setTimeUnixNano(LoadTemplates.TIME)
                .setAsDouble(LoadTemplates.VALUE)
                .build();
    }

    private Metric histograms(Random shuffle) {
        List<HistogramDataPoint> points = new ArrayList<>();
        for (int series = TOTALS_END; series < HISTOGRAMS_END; series++) {
            HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                    .addAllAttributes(attributes(series, shuffle))
                    .setStartTimeUnixNano((startMillis - 60_000) * 1_000_000)
                    .setTimeUnixNano(LoadTemplates.TIME)
                    .setCount(LoadTemplates.COUNT)
                    .setSum(LoadTemplates.VALUE);
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                point.addBucketCounts(LoadTemplates.COUNT);
            }
            for (double bound : BOUNDS) {
                point.addExplicitBounds(bound);
            }
            points.add(point.build());
        }
        return LoadTemplates.histograms("bench.duration", points);
    }

    /** Five attributes, a tenth of the time in another order. */
    private List<KeyValue> attributes(int series, Random shuffle) {
        List<KeyValue> attributes = new ArrayList<>(List.of(
                LoadTemplates.text("http.request.method", "GET"),
                LoadTemplates.text("http.route", "/api/v1/resource/{id}"),
                LoadTemplates.text("network.protocol.version", "1.1"),
                LoadTemplates.text("series", series + (churn.contains(Churn.NEW) ? LoadTemplates.GENERATION : "")),
                LoadTemplates.text("url.scheme", "https")));
        if (shuffle.nextInt(10) == 0) {
            Collections.shuffle(attributes, shuffle);
        }
        return attributes;
    }

    private static Resource resource() {
        return Resource.newBuilder()
                .addAttributes(LoadTemplates.text("deployment.environment.name", "bench"))
                .addAttributes(LoadTemplates.text("service.namespace", "load"))
                .addAttributes(LoadTemplates.text("service.name", "service-" + ENTITY_MARK))
                .addAttributes(LoadTemplates.text("service.version", "1.0.0"))
                .addAttributes(LoadTemplates.text("service.instance.id", "627cc493-f310-47de-" + ENTITY_MARK))
                .addAttributes(LoadTemplates.text("host.name", "node-" + ENTITY_MARK))
                .addAttributes(LoadTemplates.text("host.arch", "amd64"))
                .addAttributes(LoadTemplates.text("os.type", "linux"))
                .addAttributes(LoadTemplates.text("process.pid", "4711"))
                .addAttributes(LoadTemplates.text("process.runtime.name", "OpenJDK Runtime Environment"))
                .addAttributes(LoadTemplates.text("process.runtime.version", "17.0.15+6"))
                .addAttributes(LoadTemplates.text("telemetry.sdk.language", "java"))
                .addAttributes(LoadTemplates.text("telemetry.sdk.version", "1.67.0"))
                .build();
    }
}
