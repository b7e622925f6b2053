package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The walk reads the type of points off the last bytes of their metric. Fields may come in any order, and a point may end in
 * bytes that look like a temporality: what it then reads must be what generated classes read.
 */
class PointTypeTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    /** As a field of a metric's data: {@code aggregation_temporality: CUMULATIVE}, {@code is_monotonic: true}. */
    private static final String LOOKS_CUMULATIVE = "\u0010\u0002";

    private static final String LOOKS_MONOTONIC = "\u0010\u0002\u0018\u0001";

    private final MetricsWalk walk = new MetricsWalk(InstantSource.fixed(NOON));

    @Test
    void temporalityBehindThePoints() {
        assertThat(typeOf(sum(point("x"), temporality(1, false)))).isEqualTo(PointType.COUNTER_DELTA);
        assertThat(typeOf(sum(point("x"), temporality(2, true)))).isEqualTo(PointType.COUNTER_CUMULATIVE);
        assertThat(typeOf(sum(point("x"), temporality(2, false)))).isEqualTo(PointType.UP_DOWN);
        assertThat(typeOf(histogram(histogramPoint("x"), temporality(1, false))))
                .isEqualTo(PointType.HISTOGRAM_DELTA);
    }

    @Test
    void temporalityBeforeAPointThatEndsLikeAnother() {
        assertThat(typeOf(histogram(temporality(1, false), histogramPoint(LOOKS_CUMULATIVE))))
                .isEqualTo(PointType.HISTOGRAM_DELTA);
        assertThat(typeOf(sum(temporality(1, true), point(LOOKS_MONOTONIC)))).isEqualTo(PointType.COUNTER_DELTA);
        assertThat(typeOf(sum(temporality(2, false), point(LOOKS_MONOTONIC)))).isEqualTo(PointType.UP_DOWN);
    }

    @Test
    void noTemporalityButAPointThatEndsLikeOne() {
        assertThat(read(sum(point(LOOKS_CUMULATIVE), new byte[0]))).isEmpty();
        assertThat(walk.counts().skipped(Skip.NO_TEMPORALITY)).isEqualTo(1);
        assertThat(walk.counts().items()).isEqualTo(1);
        assertThat(walk.counts().decoded()).isEqualTo(1);
    }

    @Test
    void theLastOfSeveralTemporalitiesCounts() {
        assertThat(typeOf(sum(concat(point("x"), temporality(1, true)), temporality(2, true))))
                .isEqualTo(PointType.COUNTER_CUMULATIVE);
    }

    /** Its first reading defined a series of the wrong type; the receiver must hear of the right one, once. */
    @Test
    void definesOnlyTheTypeThatItTurnedOutToBe() {
        byte[] request = histogram(temporality(1, false), histogramPoint(LOOKS_CUMULATIVE));

        EntityRows first = read(request).get(0);

        assertThat(first.size).isEqualTo(1);
        assertThat(first.definitions).singleElement().satisfies(definition -> {
            assertThat(definition.type()).isEqualTo(PointType.HISTOGRAM_DELTA);
            assertThat(definition.series()).isEqualTo(first.series[0]);
        });
        assertThat(read(request).get(0).definitions).isEmpty();
        assertThat(walk.counts().accepted()).isEqualTo(2);
    }

    @Test
    void aScopeIsTheSameBeforeAndBehindItsMetrics() {
        byte[] scope = field(
                1, InstrumentationScope.newBuilder().setName("io.shop").build().toByteArray());
        byte[] metric = field(2, metric(7, concat(point("x"), temporality(2, true))));

        long before = read(request(concat(scope, metric))).get(0).stream[0];
        long behind = read(request(concat(metric, scope))).get(0).stream[0];

        assertThat(behind).isEqualTo(before);
        assertThat(before).isNotEqualTo(read(request(metric)).get(0).stream[0]);
        byte[] twice = request(concat(scope, concat(metric, scope)));
        assertThat(walk.walk(twice, 0, twice.length, rows -> {}))
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(Undecodable.Reason.REPEATED_FIELD));
    }

    private byte typeOf(byte[] request) {
        EntityRows rows = read(request).get(0);
        assertThat(rows.size).isEqualTo(1);
        return rows.type[0];
    }

    private List<EntityRows> read(byte[] request) {
        List<EntityRows> rows = new ArrayList<>();
        assertThat(walk.walk(request, 0, request.length, rows::add)).isNull();
        return rows;
    }

    private static byte[] sum(byte[] first, byte[] second) {
        return request(field(2, metric(7, concat(first, second))));
    }

    private static byte[] histogram(byte[] first, byte[] second) {
        return request(field(2, metric(9, concat(first, second))));
    }

    private static byte[] point(String last) {
        return Sum.newBuilder()
                .addDataPoints(NumberDataPoint.newBuilder()
                        .setTimeUnixNano(NOON.getEpochSecond() * 1_000_000_000L)
                        .setAsDouble(1)
                        .addAttributes(RandomOtlp.text("a", last)))
                .build()
                .toByteArray();
    }

    private static byte[] histogramPoint(String last) {
        return Histogram.newBuilder()
                .addDataPoints(HistogramDataPoint.newBuilder()
                        .setTimeUnixNano(NOON.getEpochSecond() * 1_000_000_000L)
                        .setCount(3)
                        .setSum(1)
                        .addAttributes(RandomOtlp.text("a", last)))
                .build()
                .toByteArray();
    }

    private static byte[] temporality(int number, boolean monotonic) {
        return Sum.newBuilder()
                .setAggregationTemporality(AggregationTemporality.forNumber(number))
                .setIsMonotonic(monotonic)
                .build()
                .toByteArray();
    }

    private static byte[] metric(int data, byte[] bytes) {
        return concat(Metric.newBuilder().setName("requests").build().toByteArray(), field(data, bytes));
    }

    private static byte[] request(byte[] scopeMetrics) {
        return field(1, field(2, scopeMetrics));
    }

    private static byte[] field(int number, byte[] content) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        number,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(content))
                                .build())
                .build()
                .toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
