package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Any bytes, as a request of each signal, through the door's check and slicer and through the job's walk, against the
 * generated classes. Where those parse and no rule of ours refuses, check, slices and walk agree with them in number of
 * items, ids and values. Bytes that break a promise end in an exception; {@code benchmarks/fuzz otlp} looks for some,
 * {@link FuzzCorpusTest} goes through those that were of interest.
 */
public final class OtlpFuzz {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final int SMALL_RECORD = 1024;

    /**
     * What the door refuses although generated classes parse it. Protobuf takes a known field of a wrong wire type for an
     * unknown one and has groups, which OTLP has not; protobuf-java 4.36 ends a varint after ten bytes even where the
     * tenth says that more follow, and takes tags of more than 32 bits by their lower ones.
     */
    private static final String STRICTER =
            "(?s).*(has wire type . instead of .|wire type . is none that OTLP uses|a number is longer than"
                    + " ten bytes|a field number is out of range|messages are nested deeper than 100).*";

    /** The same for the walk: see {@link Undecodable.Reason}. */
    private static final Set<Undecodable.Reason> STRICTER_WALK =
            Set.of(Undecodable.Reason.REPEATED_FIELD, Undecodable.Reason.TOO_DEEP, Undecodable.Reason.MALFORMED_VARINT);

    /** These live as long as a job's do, so that what they remember of hostile bytes would show as a growing heap. */
    private static final MetricsWalk METRICS = new MetricsWalk(NOON);

    private static final SpansWalk SPANS = new SpansWalk(NOON);
    private static final LogsWalk LOGS = new LogsWalk();

    private OtlpFuzz() {}

    /** @throws AssertionError when a promise is broken */
    public static void fuzzerTestOneInput(byte[] bytes) {
        byte[] before = bytes.clone();
        metrics(bytes);
        spans(bytes);
        logs(bytes);
        METRICS.walk(bytes, 0, bytes.length, rows -> {});
        SPANS.walk(bytes, 0, bytes.length, rows -> {});
        LOGS.walk(bytes, 0, bytes.length, rows -> {});
        assertThat(bytes).as("a walk only reads").isEqualTo(before);
    }

    private static void metrics(byte[] bytes) {
        ExportMetricsServiceRequest request = parse(ExportMetricsServiceRequest.parser(), bytes);
        long items = request == null
                ? 0
                : request.getResourceMetricsList().stream()
                        .flatMap(resource -> resource.getScopeMetricsList().stream())
                        .flatMap(scope -> scope.getMetricsList().stream())
                        .mapToLong(OtlpFuzz::points)
                        .sum();
        slices(OtlpSignal.METRICS, bytes, ExportMetricsServiceRequest.parser(), request, items);
        MetricsWalk walk = new MetricsWalk(NOON, 512, 600);
        List<EntityRows> out = new ArrayList<>();
        if (request == null) {
            walk.walk(bytes, 0, bytes.length, out::add);
        } else if (reads(walk.walk(bytes, 0, bytes.length, out::add))) {
            MetricsOracle oracle = MetricsOracle.of(request);
            MetricsWalkTest.assertSameRows(MetricsOracle.flatten(out), oracle.rows);
            assertThat(MetricsWalkTest.skips(walk.counts())).isEqualTo(oracle.skips);
            assertThat(walk.counts().items()).isEqualTo(items);
        }
    }

    private static void spans(byte[] bytes) {
        ExportTraceServiceRequest request = parse(ExportTraceServiceRequest.parser(), bytes);
        long items = request == null
                ? 0
                : request.getResourceSpansList().stream()
                        .flatMap(resource -> resource.getScopeSpansList().stream())
                        .mapToLong(scope -> scope.getSpansCount())
                        .sum();
        slices(OtlpSignal.SPANS, bytes, ExportTraceServiceRequest.parser(), request, items);
        SpansWalk walk = new SpansWalk(NOON, 200, 1_000_000);
        List<SpanRows> out = new ArrayList<>();
        if (request == null) {
            walk.walk(bytes, 0, bytes.length, out::add);
        } else if (reads(walk.walk(bytes, 0, bytes.length, out::add))) {
            SpansOracle oracle = SpansOracle.of(request);
            assertThat(out).hasSameSizeAs(oracle.resources);
            for (int i = 0; i < out.size(); i++) {
                SpansWalkTest.assertSame(SpansOracle.of(out.get(i)), oracle.resources.get(i));
            }
            assertThat(walk.counts().accepted()).isEqualTo(oracle.accepted);
            assertThat(walk.counts().items()).isEqualTo(items);
        }
    }

    private static void logs(byte[] bytes) {
        ExportLogsServiceRequest request = parse(ExportLogsServiceRequest.parser(), bytes);
        long items = request == null
                ? 0
                : request.getResourceLogsList().stream()
                        .flatMap(resource -> resource.getScopeLogsList().stream())
                        .mapToLong(scope -> scope.getLogRecordsCount())
                        .sum();
        slices(OtlpSignal.LOGS, bytes, ExportLogsServiceRequest.parser(), request, items);
        LogsWalk walk = new LogsWalk();
        List<LogRows> out = new ArrayList<>();
        if (request == null) {
            walk.walk(bytes, 0, bytes.length, out::add);
        } else if (reads(walk.walk(bytes, 0, bytes.length, out::add))) {
            assertThat(out.stream().map(rows -> rows.bins).toList()).isEqualTo(LogsWalkTest.expected(request));
            assertThat(walk.counts().items()).isEqualTo(items);
        }
    }

    private static long points(Metric metric) {
        return switch (metric.getDataCase()) {
            case GAUGE -> metric.getGauge().getDataPointsCount();
            case SUM -> metric.getSum().getDataPointsCount();
            case HISTOGRAM -> metric.getHistogram().getDataPointsCount();
            case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsCount();
            case SUMMARY -> metric.getSummary().getDataPointsCount();
            case DATA_NOT_SET -> 0;
        };
    }

    private static boolean reads(Undecodable undecodable) {
        if (undecodable != null) {
            assertThat(undecodable.reason()).isIn(STRICTER_WALK);
        }
        return undecodable == null;
    }

    /** What the door takes, generated classes parse, whole and in slices; and no item of it is lost. */
    private static <T extends MessageLite> void slices(
            OtlpSignal signal, byte[] bytes, Parser<T> parser, T request, long items) {
        SlicedRequest sliced;
        try {
            sliced = OtlpSlicer.slice(signal, bytes.clone(), SMALL_RECORD, SecretMask.standard());
        } catch (MalformedRequestException e) {
            assertThat(request == null || e.getMessage().matches(STRICTER))
                    .as("refused, but generated classes parse it: %s", e.getMessage())
                    .isTrue();
            return;
        }
        assertThat(request).as("taken, but generated classes refuse it").isNotNull();
        assertThat(sliced.acceptedItems() + sliced.rejectedItems()).isEqualTo(items);
        for (byte[] slice : sliced.slices()) {
            assertThat(slice.length).isLessThanOrEqualTo(SMALL_RECORD);
            byte[] key = ResourceKey.of(slice);
            assertThat(key == null || key.length == Long.BYTES).isTrue();
            assertThat(parse(parser, slice)).as("a slice is a request").isNotNull();
        }
    }

    private static <T> T parse(Parser<T> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }
}
