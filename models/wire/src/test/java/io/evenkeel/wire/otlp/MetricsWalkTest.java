package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsWalkTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final long NOON_NANOS = NOON.getEpochSecond() * 1_000_000_000L;

    /** The generated classes are the oracle: whatever they read, the walk reads, column by column. */
    @Property(tries = 1500)
    void agreesWithGeneratedClasses(@ForAll long seed) {
        ExportMetricsServiceRequest request = new RandomOtlp(seed).metrics();
        MetricsOracle oracle = MetricsOracle.of(request);
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));

        List<EntityRows> first = walk(walk, request);
        List<EntityRows> again = walk(walk, request);

        assertSameRows(MetricsOracle.flatten(first), oracle.rows);
        assertSameRows(MetricsOracle.flatten(again), oracle.rows);
        assertThat(skips(walk.counts())).isEqualTo(doubled(oracle.skips));
    }

    @Property(tries = 300)
    void countsEveryPointOnceAsRowOrSkip(@ForAll long seed) {
        ExportMetricsServiceRequest request = new RandomOtlp(seed).metrics();
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        int rows = walk(walk, request).stream().mapToInt(r -> r.size).sum();
        WalkCounts counts = walk.counts();
        assertThat(counts.accepted()).isEqualTo(rows);
        assertThat(counts.items()).isEqualTo(counts.accepted() + counts.skipped());
        assertThat(counts.decoded()).isEqualTo(1);
    }

    /** An SDK in another language, or a Collector's map, sends the same attributes in another order: once is enough. */
    @Property(tries = 300)
    void seriesIdDoesNotDependOnTheOrderOfAttributes(@ForAll long seed) {
        List<KeyValue> attributes = new ArrayList<>();
        for (KeyValue attribute : new RandomOtlp(seed).attributes(8)) {
            attributes.removeIf(other -> other.getKey().equals(attribute.getKey()));
            attributes.add(attribute);
        }
        List<KeyValue> shuffled = new ArrayList<>(attributes);
        Collections.shuffle(shuffled, new Random(seed));
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        EntityRows rows =
                walk(walk, gauges(point(attributes, 1), point(shuffled, 2))).get(0);
        assertThat(rows.series[0]).isEqualTo(rows.series[1]);
        assertThat(rows.stream[0]).isEqualTo(rows.stream[1]);
        assertThat(rows.definitions).hasSize(1);
    }

    /** A length is what the lower 32 bits of its varint say: protobuf's parsers take it so, and so must each of our reads. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "3a8580808080feffffff010a016b1200",
                "3a8580808080400a016b1200",
                "3a858080808080808080010a016b1200"
            })
    void readsAPointWhoseAttributeHasAnOverlongLength(String hex) {
        byte[] attribute = HexFormat.of().parseHex(hex);
        byte[] time = NumberDataPoint.newBuilder()
                .setTimeUnixNano(NOON.toEpochMilli() * 1_000_000)
                .setAsDouble(1)
                .build()
                .toByteArray();
        byte[] point = concat(attribute, time);
        byte[] request = field(
                1,
                field(2, field(2, concat(field(1, "g".getBytes(StandardCharsets.UTF_8)), field(5, field(1, point))))));
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        for (int i = 0; i < 3; i++) {
            List<EntityRows> rows = new ArrayList<>();
            assertThat(walk.walk(request, 0, request.length, rows::add)).isNull();
            assertThat(rows)
                    .singleElement()
                    .satisfies(row -> assertThat(row.size).isEqualTo(1));
        }
    }

    private static byte[] field(int number, byte[] content) {
        return concat(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Of equal keys the last counts, so their order does matter, also when the other order has been seen before. */
    @Test
    void equalKeysInAnotherOrderAreAnotherSeries() {
        NumberDataPoint eden = point(List.of(RandomOtlp.text("pool", "Old"), RandomOtlp.text("pool", "Eden")), 1);
        NumberDataPoint old = point(List.of(RandomOtlp.text("pool", "Eden"), RandomOtlp.text("pool", "Old")), 2);
        long edenAlone = series(new MetricsWalk(InstantSource.fixed(NOON)), eden)[0];
        long oldAlone = series(new MetricsWalk(InstantSource.fixed(NOON)), old)[0];

        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        for (int i = 0; i < 3; i++) {
            assertThat(series(walk, eden, old, old, eden)).containsExactly(edenAlone, oldAlone, oldAlone, edenAlone);
        }
        assertThat(edenAlone).isNotEqualTo(oldAlone);
    }

    private static long[] series(MetricsWalk walk, NumberDataPoint... points) {
        EntityRows rows = walk(walk, gauges(points)).get(0);
        return java.util.Arrays.copyOf(rows.series, rows.size);
    }

    @Test
    void definesASeriesOnceUntilItIsDueAgain() {
        MovableClock clock = new MovableClock(NOON);
        MetricsWalk walk = new MetricsWalk(clock, 1024, 600);
        ExportMetricsServiceRequest request =
                gauges(point(List.of(RandomOtlp.text("pool", "Eden"), RandomOtlp.text("area", "heap")), 1));
        SeriesDefinition definition = walk(walk, request).get(0).definitions.get(0);
        assertThat(definition.metric()).isEqualTo("jvm.memory.used");
        assertThat(definition.unit()).isEqualTo("By");
        assertThat(definition.attributes()).isEqualTo("area=heap,pool=Eden");
        assertThat(walk(walk, request).get(0).definitions).isEmpty();
        clock.now = NOON.plus(Duration.ofSeconds(751));
        assertThat(walk(walk, request).get(0).definitions).containsExactly(definition);
    }

    /** State is keyed by service and owner: what one host has defined is unknown where the next host's rows arrive. */
    @Test
    void definesASeriesForEachEntity() {
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        ResourceMetrics here = gauges(point(List.of(), 1)).getResourceMetrics(0);
        ResourceMetrics there = here.toBuilder()
                .setResource(here.getResource().toBuilder().addAttributes(RandomOtlp.text("host.name", "node-9")))
                .build();
        List<EntityRows> rows = walk(
                walk,
                ExportMetricsServiceRequest.newBuilder()
                        .addResourceMetrics(here)
                        .addResourceMetrics(there)
                        .build());
        assertThat(rows).hasSize(2).allSatisfy(r -> assertThat(r.definitions).hasSize(1));
        assertThat(rows.get(0).series[0]).isEqualTo(rows.get(1).series[0]);
        assertThat(rows.get(0).stream[0]).isNotEqualTo(rows.get(1).stream[0]);
    }

    @Test
    void definesAgainWhatWasInARefusedRecord() {
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        ExportMetricsServiceRequest request = gauges(point(List.of(RandomOtlp.text("a", "b")), 1));
        byte[] good = request.toByteArray();
        byte[] bad = java.util.Arrays.copyOf(good, good.length + 1);
        List<EntityRows> out = new ArrayList<>();
        assertThat(walk.walk(bad, 0, bad.length, out::add)).isNotNull();
        assertThat(out).isEmpty();
        assertThat(walk(walk, request).get(0).definitions).hasSize(1);
    }

    @Test
    void splitsAResourceOfManyPoints() {
        NumberDataPoint[] points = new NumberDataPoint[10_000];
        for (int i = 0; i < points.length; i++) {
            points[i] = point(
                    List.of(KeyValue.newBuilder()
                            .setKey("n")
                            .setValue(AnyValue.newBuilder().setIntValue(i))
                            .build()),
                    i);
        }
        List<EntityRows> rows = walk(new MetricsWalk(InstantSource.fixed(NOON), 512, 600), gauges(points));
        assertThat(rows).extracting(r -> r.size).containsExactly(4096, 4096, 1808);
        assertThat(rows).allSatisfy(r -> assertThat(r.definitions).hasSize(r.size));
    }

    @Test
    void leavesOutAPointWithTooManyAttributes() {
        List<KeyValue> attributes = new ArrayList<>();
        for (int i = 0; i <= SeriesIndex.MAX_ATTRIBUTES; i++) {
            attributes.add(RandomOtlp.text("key-" + i, "v"));
        }
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        assertThat(walk(walk, gauges(point(attributes, 1)))).isEmpty();
        assertThat(walk.counts().skipped(Skip.ATTRIBUTES_BEYOND_BOUND)).isEqualTo(1);
    }

    /**
     * Names without bounds once stopped the job for good: 70 kB do not fit where exchanges and state write a text, and
     * half an emoji, left at a cut, has no form in JSON.
     */
    @Test
    void textsOfADefinitionAreBoundedAndPlain() {
        ExportMetricsServiceRequest.Builder request = gauges(point(List.of(), 1)).toBuilder();
        request.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .addAttributes(RandomOtlp.text("service.name", "s".repeat(255) + "🚢".repeat(9)));
        Metric.Builder metric =
                request.getResourceMetricsBuilder(0).getScopeMetricsBuilder(0).getMetricsBuilder(0);
        metric.setName("nul\u0000" + "🚢".repeat(40_000)).setUnit("%");
        EntityRows first = walk(new MetricsWalk(InstantSource.fixed(NOON)), request.build())
                .get(0);
        metric.setName(metric.getName() + "!");
        EntityRows other = walk(new MetricsWalk(InstantSource.fixed(NOON)), request.build())
                .get(0);

        SeriesDefinition definition = first.definitions.get(0);
        assertThat(definition.metric()).startsWith("nul?").hasSizeLessThanOrEqualTo(CanonicalText.MAX_LENGTH);
        assertThat(definition.metric()).isNotEqualTo(other.definitions.get(0).metric());
        assertThat(definition.unit()).isEqualTo("%");
        assertThat(List.of(definition.metric(), first.service))
                .allMatch(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
    }

    /** Evidence is bounded, points are not. */
    @Test
    void keepsNoMoreExemplarsThanAreOfUse() {
        NumberDataPoint[] points = new NumberDataPoint[2_000];
        for (int i = 0; i < points.length; i++) {
            points[i] = point(List.of(RandomOtlp.text("n", "" + i)), i).toBuilder()
                    .addExemplars(
                            Exemplar.newBuilder().setAsInt(i).setTraceId(ByteString.copyFromUtf8("0123456789abcdef")))
                    .build();
        }
        EntityRows rows =
                walk(new MetricsWalk(InstantSource.fixed(NOON)), gauges(points)).get(0);
        assertThat(rows.size).isEqualTo(2_000);
        assertThat(rows.exemplars).isEqualTo(PointExemplars.MAX);
    }

    @Test
    void anExemplarThatCannotBeReadCostsNotThePoint() {
        UnknownFieldSet broken = UnknownFieldSet.newBuilder()
                .addField(
                        NumberDataPoint.EXEMPLARS_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(new byte[] {0x2A, 16, 1, 2}))
                                .build())
                .build();
        NumberDataPoint point =
                point(List.of(), 7).toBuilder().setUnknownFields(broken).build();
        EntityRows rows =
                walk(new MetricsWalk(InstantSource.fixed(NOON)), gauges(point)).get(0);
        assertThat(rows.value[0]).isEqualTo(7);
        assertThat(rows.exemplars).isZero();
    }

    @Test
    void readsARecordInsideALargerArray() {
        byte[] bytes = gauges(point(List.of(), 3)).toByteArray();
        byte[] padded = new byte[bytes.length + 20];
        System.arraycopy(bytes, 0, padded, 7, bytes.length);
        List<EntityRows> out = new ArrayList<>();
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        assertThat(walk.walk(padded, 7, bytes.length, out::add)).isNull();
        assertThat(out.get(0).value[0]).isEqualTo(3);
    }

    @Test
    void saysWhereTheBytesBreak() {
        byte[] bytes = gauges(point(List.of(), 3)).toByteArray();
        MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));
        Undecodable undecodable = walk.walk(bytes, 0, bytes.length - 1, rows -> {});
        assertThat(undecodable)
                .isEqualTo(new Undecodable(Undecodable.Reason.TRUNCATED, undecodable.offset(), bytes.length - 1));
        assertThat(undecodable.offset()).isBetween(0, bytes.length - 1);
        assertThat(walk.counts().undecodable(Undecodable.Reason.TRUNCATED)).isEqualTo(1);
        assertThat(walk.counts().decoded()).isZero();
    }

    /** Row by row: a failure then shows two rows, not two requests. */
    static void assertSameRows(List<MetricsOracle.Row> actual, List<MetricsOracle.Row> expected) {
        for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
            assertThat(actual.get(i)).as("row %d", i).isEqualTo(expected.get(i));
        }
        assertThat(actual).hasSameSizeAs(expected);
    }

    static List<EntityRows> walk(MetricsWalk walk, Message request) {
        byte[] bytes = request.toByteArray();
        List<EntityRows> out = new ArrayList<>();
        assertThat(walk.walk(bytes, 0, bytes.length, out::add)).isNull();
        return out;
    }

    static Map<Skip, Long> skips(WalkCounts counts) {
        Map<Skip, Long> skips = new EnumMap<>(Skip.class);
        for (Skip skip : Skip.values()) {
            if (counts.skipped(skip) > 0) {
                skips.put(skip, counts.skipped(skip));
            }
        }
        return skips;
    }

    private static Map<Skip, Long> doubled(Map<Skip, Long> skips) {
        Map<Skip, Long> doubled = new EnumMap<>(Skip.class);
        skips.forEach((skip, count) -> doubled.put(skip, 2 * count));
        return doubled;
    }

    private static NumberDataPoint point(List<KeyValue> attributes, double value) {
        return NumberDataPoint.newBuilder()
                .addAllAttributes(attributes)
                .setTimeUnixNano(NOON_NANOS)
                .setAsDouble(value)
                .build();
    }

    private static ExportMetricsServiceRequest gauges(NumberDataPoint... points) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("jvm.memory.used")
                                        .setUnit("By")
                                        .setGauge(Gauge.newBuilder().addAllDataPoints(List.of(points))))))
                .build();
    }

    private static final class MovableClock implements InstantSource {
        Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
