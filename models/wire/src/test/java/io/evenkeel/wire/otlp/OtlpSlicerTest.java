package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpSlicerTest {
    private static final SecretMask MASK = SecretMask.standard();
    private static final long NOON = 1_700_000_000_000_000_000L;
    private static final int LIMIT = 900_000;

    @Test
    void requestThatFits_staysTheSameArray() throws Exception {
        byte[] request = gauges(resource("a"), 3);

        assertThat(OtlpSlicer.slice(OtlpSignal.METRICS, request, LIMIT, MASK).slices())
                .singleElement()
                .isSameAs(request);
    }

    @Test
    void requestWithoutItems_hasNoSlices() throws Exception {
        assertThat(OtlpSlicer.slice(OtlpSignal.METRICS, new byte[0], LIMIT, MASK)
                        .slices())
                .isEmpty();
        assertThat(OtlpSlicer.slice(OtlpSignal.METRICS, gauges(resource("a"), 0), LIMIT, MASK)
                        .slices())
                .isEmpty();
    }

    /** Two Resources that fit one by one are not torn, whatever the order in which they come. */
    @Test
    void cutsBetweenResourcesWhereItCan() throws Exception {
        byte[] request = concat(gauges(resource("a"), 30), gauges(resource("b"), 30), gauges(resource("c"), 30));

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.METRICS, request, request.length / 2, MASK);

        assertThat(sliced.slices()).hasSize(3);
        for (byte[] slice : sliced.slices()) {
            ExportMetricsServiceRequest parsed = ExportMetricsServiceRequest.parseFrom(slice);
            assertThat(parsed.getResourceMetricsList())
                    .singleElement()
                    .satisfies(one -> assertThat(pointsOf(one)).isEqualTo(30));
        }
    }

    /** A Collector batches thousands of points of one metric into one message; it must not be refused for that. */
    @Test
    void cutsWithinAMetric_repeatingItsHeaders() throws Exception {
        byte[] request = gauges(resource("a"), 1000);

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.METRICS, request, 5000, MASK);

        assertThat(sliced.slices()).hasSizeGreaterThan(3);
        for (byte[] slice : sliced.slices()) {
            ResourceMetrics one = ExportMetricsServiceRequest.parseFrom(slice).getResourceMetrics(0);
            assertThat(one.getResource()).isEqualTo(resource("a"));
            assertThat(one.getScopeMetrics(0).getMetrics(0).getName()).isEqualTo("queue.depth");
        }
        assertThat(sliced.acceptedItems()).isEqualTo(1000);
    }

    @Test
    void singleItemBeyondTheLimit_isLeftOutAlone() throws Exception {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder()
                .addScopeSpansBuilder()
                .addSpans(span("small"))
                .addSpans(span("x".repeat(20_000)))
                .addSpans(span("small too"));

        SlicedRequest sliced =
                OtlpSlicer.slice(OtlpSignal.SPANS, request.build().toByteArray(), 10_000, MASK);

        assertThat(sliced.faults()).isEqualTo(Map.of(ItemFault.TOO_LARGE, 1L));
        assertThat(sliced.acceptedItems()).isEqualTo(2);
        assertThat(sliced.slices()).hasSize(1);
    }

    /** Or a 500 kB resource would be written once for every 400 kB of points. */
    @Test
    void headersOfMoreThanHalfARecord_areNotRepeated() throws Exception {
        byte[] request = gauges(resource("x".repeat(6_000)), 1000);

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.METRICS, request, 10_000, MASK);

        assertThat(sliced.slices()).hasSize(1);
        assertThat(sliced.acceptedItems() + sliced.rejectedItems()).isEqualTo(1000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ends within a tag,                     0a80",
        "ends within a message,                 0a05",
        "announces 4 GiB,                       0affffffff0f",
        "announces a negative length,           0affffffffffffffffff01",
        "field number 0,                        0001",
        "group,                                 0b0c",
        "wire type 7,                           0f",
        "resource metrics as a number,          0801",
        "number of eleven bytes,                5080808080808080808080808000",
        "string that is not UTF-8,              0a0b0a090a070a02fffe120100",
    })
    void brokenWireFormat_isMalformed(String story, String hex) {
        assertThatThrownBy(() ->
                        OtlpSlicer.slice(OtlpSignal.METRICS, HexFormat.of().parseHex(hex), LIMIT, MASK))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageStartingWith("invalid protobuf at byte ");
    }

    @Test
    void unknownFieldsOfNewerSenders_passThrough() throws Exception {
        // field 99, varint 1, within the gauge's resource metrics
        byte[] inner = HexFormat.of().parseHex("980601");
        byte[] request = concat(gauges(resource("a"), 1), new byte[] {0x0a, (byte) inner.length}, inner);

        assertThat(OtlpSlicer.slice(OtlpSignal.METRICS, request, LIMIT, MASK).acceptedItems())
                .isEqualTo(1);
    }

    /** The same bound as protobuf's own readers: what the door takes, every consumer can read. */
    @ParameterizedTest(name = "{0} nested messages")
    @CsvSource({"95, true", "99, true", "110, false", "5000, false"})
    void nestingIsBounded(int levels, boolean taken) {
        byte[] request = nestedAttribute(levels);

        if (taken) {
            assertThat(parses(request)).isTrue();
            assertThat(passes(request)).isTrue();
        } else {
            assertThat(parses(request)).isFalse();
            assertThat(passes(request)).isFalse();
        }
    }

    /** resource metrics { resource { attribute { value { array { value { array ... */
    private static byte[] nestedAttribute(int levels) {
        byte[] content = new byte[0];
        int[] tags = {0x0a, 0x0a, 0x0a, 0x12}; // outermost first; below them array_value and values in turn
        WireSink sink = new WireSink(16);
        for (int level = levels; level > 0; level--) {
            int tag = level <= tags.length ? tags[level - 1] : (level - tags.length) % 2 == 1 ? 0x2a : 0x0a;
            sink.reset();
            sink.varint(tag);
            sink.lengthPrefixed(content);
            content = sink.toByteArray();
        }
        return content;
    }

    private static boolean parses(byte[] request) {
        try {
            ExportMetricsServiceRequest.parseFrom(request);
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static boolean passes(byte[] request) {
        try {
            OtlpSlicer.slice(OtlpSignal.METRICS, request, LIMIT, MASK);
            return true;
        } catch (MalformedRequestException e) {
            return false;
        }
    }

    @ParameterizedTest(name = "{0} bucket counts, {1} bounds")
    @CsvSource({"0, 0, true", "1, 0, true", "4, 3, true", "2, 3, false", "0, 3, false", "4, 4, false"})
    void bucketCountsMustMatchTheirBounds(int counts, int bounds, boolean accepted) throws Exception {
        HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder().setTimeUnixNano(NOON);
        for (int i = 0; i < counts; i++) {
            point.addBucketCounts(i);
        }
        for (int i = 0; i < bounds; i++) {
            point.addExplicitBounds(i);
        }
        Metric.Builder metric = Metric.newBuilder();
        metric.getHistogramBuilder().setAggregationTemporalityValue(2).addDataPoints(point);

        assertThat(faults(metric)).isEqualTo(accepted ? Map.of() : Map.of(ItemFault.BUCKETS_AND_BOUNDS_DISAGREE, 1L));
    }

    @Test
    void sumWithoutTemporality_losesAllItsPoints() throws Exception {
        Metric.Builder metric = Metric.newBuilder();
        metric.getSumBuilder()
                .addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(NOON))
                .addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(NOON + 1));

        assertThat(faults(metric)).isEqualTo(Map.of(ItemFault.NO_TEMPORALITY, 2L));
    }

    @ParameterizedTest(name = "trace id {0}, span id {1}")
    @CsvSource({
        "00000000000000000000000000000000, 0102030405060708, INVALID_TRACE_ID",
        "0102030405060708,                 0102030405060708, INVALID_TRACE_ID",
        "'',                               0102030405060708, INVALID_TRACE_ID",
        "0102030405060708090a0b0c0d0e0f10, 0000000000000000, INVALID_SPAN_ID",
        "0102030405060708090a0b0c0d0e0f10, 01,               INVALID_SPAN_ID",
    })
    void spansNeedValidIds(String traceId, String spanId, ItemFault fault) throws Exception {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder()
                .addScopeSpansBuilder()
                .addSpans(span("good"))
                .addSpans(span("bad").toBuilder().setTraceId(hex(traceId)).setSpanId(hex(spanId)));

        SlicedRequest sliced =
                OtlpSlicer.slice(OtlpSignal.SPANS, request.build().toByteArray(), LIMIT, MASK);

        assertThat(sliced.faults()).isEqualTo(Map.of(fault, 1L));
        assertThat(ExportTraceServiceRequest.parseFrom(sliced.slices().get(0))
                        .getResourceSpans(0)
                        .getScopeSpans(0)
                        .getSpansList())
                .extracting(Span::getName)
                .containsExactly("good");
    }

    private static Map<ItemFault, Long> faults(Metric.Builder metric) throws Exception {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        request.addResourceMetricsBuilder().addScopeMetricsBuilder().addMetrics(metric);
        return OtlpSlicer.slice(OtlpSignal.METRICS, request.build().toByteArray(), LIMIT, MASK)
                .faults();
    }

    private static Resource resource(String name) {
        return Resource.newBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue(name)))
                .build();
    }

    private static byte[] gauges(Resource resource, int points) {
        Metric.Builder metric = Metric.newBuilder().setName("queue.depth");
        for (int i = 0; i < points; i++) {
            metric.getGaugeBuilder()
                    .addDataPoints(NumberDataPoint.newBuilder()
                            .setTimeUnixNano(NOON + i)
                            .setAsInt(i));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(resource)
                        .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
                .build()
                .toByteArray();
    }

    private static int pointsOf(ResourceMetrics resource) {
        return resource.getScopeMetrics(0).getMetrics(0).getGauge().getDataPointsCount();
    }

    private static Span span(String name) {
        return Span.newBuilder()
                .setName(name)
                .setTraceId(hex("0102030405060708090a0b0c0d0e0f10"))
                .setSpanId(hex("0102030405060708"))
                .build();
    }

    private static ByteString hex(String digits) {
        return ByteString.copyFrom(HexFormat.of().parseHex(digits));
    }

    private static byte[] concat(byte[]... parts) {
        WireSink sink = new WireSink(16);
        List.of(parts).forEach(part -> sink.raw(part, 0, part.length));
        return sink.toByteArray();
    }
}
