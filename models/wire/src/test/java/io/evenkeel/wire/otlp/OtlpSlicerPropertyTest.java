package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every request, with the generated classes as the oracle. */
class OtlpSlicerPropertyTest {
    private static final SecretMask MASK = SecretMask.standard();
    /** Twice the largest headers that RandomRequests makes, so that no item is too large. */
    private static final int MIN_LIMIT = 16_000;

    private static final int MAX_LIMIT = 60_000;

    /** Every item comes out once, in its order, below the same headers as it came in; no slice is too large. */
    @Property(tries = 400)
    void slicesHoldWhatTheRequestHeld_metrics(
            @ForAll long seed, @ForAll @IntRange(min = MIN_LIMIT, max = MAX_LIMIT) int limit) throws Exception {
        ExportMetricsServiceRequest request = new RandomRequests(seed).metrics();

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.METRICS, request.toByteArray(), limit, MASK);

        List<List<Object>> after = new ArrayList<>();
        for (byte[] slice : sliced.slices()) {
            assertThat(slice).hasSizeLessThanOrEqualTo(limit);
            after.addAll(points(ExportMetricsServiceRequest.parseFrom(slice)));
        }
        assertThat(after).isEqualTo(points(request));
        assertThat(sliced.acceptedItems()).isEqualTo(after.size());
        assertThat(sliced.faults()).isEmpty();
    }

    @Property(tries = 200)
    void slicesHoldWhatTheRequestHeld_spans(
            @ForAll long seed, @ForAll @IntRange(min = MIN_LIMIT, max = MAX_LIMIT) int limit) throws Exception {
        ExportTraceServiceRequest request = new RandomRequests(seed).spans();

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.SPANS, request.toByteArray(), limit, MASK);

        List<List<Object>> after = new ArrayList<>();
        for (byte[] slice : sliced.slices()) {
            assertThat(slice).hasSizeLessThanOrEqualTo(limit);
            after.addAll(spans(ExportTraceServiceRequest.parseFrom(slice)));
        }
        assertThat(after).isEqualTo(spans(request));
        assertThat(sliced.acceptedItems()).isEqualTo(after.size());
    }

    @Property(tries = 200)
    void slicesHoldWhatTheRequestHeld_logs(
            @ForAll long seed, @ForAll @IntRange(min = MIN_LIMIT, max = MAX_LIMIT) int limit) throws Exception {
        ExportLogsServiceRequest request = new RandomRequests(seed).logs();

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.LOGS, request.toByteArray(), limit, MASK);

        List<List<Object>> after = new ArrayList<>();
        for (byte[] slice : sliced.slices()) {
            assertThat(slice).hasSizeLessThanOrEqualTo(limit);
            after.addAll(logs(ExportLogsServiceRequest.parseFrom(slice)));
        }
        assertThat(after).isEqualTo(logs(request));
    }

    /** Points that lost their time are left out and counted, all others stay. */
    @Property(tries = 200)
    void leavesOutFaultyItemsOnly(@ForAll long seed, @ForAll @IntRange(min = MIN_LIMIT, max = MAX_LIMIT) int limit)
            throws Exception {
        Random random = new Random(seed);
        ExportMetricsServiceRequest.Builder request = new RandomRequests(seed).metrics().toBuilder();
        long spoiled = 0;
        for (var resource : request.getResourceMetricsBuilderList()) {
            for (var scope : resource.getScopeMetricsBuilderList()) {
                for (Metric.Builder metric : scope.getMetricsBuilderList()) {
                    for (NumberDataPoint.Builder point : metric.hasGauge()
                            ? metric.getGaugeBuilder().getDataPointsBuilderList()
                            : List.<NumberDataPoint.Builder>of()) {
                        if (random.nextInt(3) == 0) {
                            point.clearTimeUnixNano();
                            spoiled++;
                        }
                    }
                }
            }
        }
        ExportMetricsServiceRequest built = request.build();

        SlicedRequest sliced = OtlpSlicer.slice(OtlpSignal.METRICS, built.toByteArray(), limit, MASK);

        List<List<Object>> after = new ArrayList<>();
        for (byte[] slice : sliced.slices()) {
            assertThat(slice).hasSizeLessThanOrEqualTo(limit);
            after.addAll(points(ExportMetricsServiceRequest.parseFrom(slice)));
        }
        List<List<Object>> expected = points(built);
        expected.removeIf(item -> item.contains(0L));
        assertThat(after).isEqualTo(expected);
        assertThat(sliced.faults()).isEqualTo(spoiled == 0 ? Map.of() : Map.of(ItemFault.NO_TIME, spoiled));
    }

    /** Flipped, cut or inserted bytes: what we take, protobuf can read; so nothing undecodable is acknowledged. */
    @Property(tries = 2000)
    void whatPassesCanBeParsed(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = new RandomRequests(seed).spans().toByteArray();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        boolean parses = true;
        try {
            ExportTraceServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            parses = false;
        }
        boolean passes = true;
        try {
            OtlpSlicer.slice(OtlpSignal.SPANS, bytes, 900_000, MASK);
        } catch (MalformedRequestException e) {
            passes = false;
        }
        assertThat(parses || !passes)
                .as("taken though protobuf cannot parse it")
                .isTrue();
    }

    /** Each data point with all that stands above it: resource, scope, metric without its points. */
    private static List<List<Object>> points(ExportMetricsServiceRequest request) {
        List<List<Object>> items = new ArrayList<>();
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                for (Metric metric : scope.getMetricsList()) {
                    List<? extends Message> points = switch (metric.getDataCase()) {
                        case GAUGE -> metric.getGauge().getDataPointsList();
                        case SUM -> metric.getSum().getDataPointsList();
                        case HISTOGRAM -> metric.getHistogram().getDataPointsList();
                        case EXPONENTIAL_HISTOGRAM ->
                            metric.getExponentialHistogram().getDataPointsList();
                        case SUMMARY -> metric.getSummary().getDataPointsList();
                        case DATA_NOT_SET -> List.of();
                    };
                    for (Message point : points) {
                        items.add(List.of(
                                resource.getResource(),
                                resource.getSchemaUrl(),
                                scope.getScope(),
                                scope.getSchemaUrl(),
                                withoutPoints(metric),
                                point,
                                point instanceof NumberDataPoint number ? number.getTimeUnixNano() : 1L));
                    }
                }
            }
        }
        return items;
    }

    private static Metric withoutPoints(Metric metric) {
        Metric.Builder bare = metric.toBuilder();
        switch (metric.getDataCase()) {
            case GAUGE -> bare.getGaugeBuilder().clearDataPoints();
            case SUM -> bare.getSumBuilder().clearDataPoints();
            case HISTOGRAM -> bare.getHistogramBuilder().clearDataPoints();
            case EXPONENTIAL_HISTOGRAM -> bare.getExponentialHistogramBuilder().clearDataPoints();
            case SUMMARY -> bare.getSummaryBuilder().clearDataPoints();
            case DATA_NOT_SET -> {}
        }
        return bare.build();
    }

    private static List<List<Object>> spans(ExportTraceServiceRequest request) {
        List<List<Object>> items = new ArrayList<>();
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    items.add(List.of(resource.getResource(), resource.getSchemaUrl(), scope.getScope(), span));
                }
            }
        }
        return items;
    }

    private static List<List<Object>> logs(ExportLogsServiceRequest request) {
        List<List<Object>> items = new ArrayList<>();
        for (ResourceLogs resource : request.getResourceLogsList()) {
            for (ScopeLogs scope : resource.getScopeLogsList()) {
                for (LogRecord log : scope.getLogRecordsList()) {
                    items.add(List.of(resource.getResource(), scope.getScope(), log));
                }
            }
        }
        return items;
    }
}
