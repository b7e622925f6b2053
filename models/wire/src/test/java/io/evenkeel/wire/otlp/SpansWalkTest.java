package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpansWalkTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final long START = Instant.parse("2026-11-21T12:00:01Z").getEpochSecond() * 1_000_000_000L;

    @Property(tries = 1500)
    void agreesWithGeneratedClasses(@ForAll long seed) {
        ExportTraceServiceRequest request = new RandomSpans(seed).spans();
        SpansOracle oracle = SpansOracle.of(request);
        SpansWalk walk = new SpansWalk(NOON, 200, 1_000_000);

        assertSame(walk(walk, request), oracle);
        assertSame(walk(walk, request), oracle);

        assertThat(walk.counts().accepted()).isEqualTo(2 * oracle.accepted);
        oracle.skips.forEach((skip, count) ->
                assertThat(walk.counts().skipped(skip)).as(skip.name()).isEqualTo(2 * count));
        assertThat(walk.counts().items())
                .isEqualTo(walk.counts().accepted() + walk.counts().skipped());
    }

    /** One by one they are what they are together: that is how a span that came before is taken out again. */
    @Property(tries = 300)
    void theSpansAddUpToTheSums(@ForAll long seed) {
        for (SpanRows rows : walk(new SpansWalk(NOON), new RandomSpans(seed).spans())) {
            double[] counts = new double[rows.reds.size()];
            double[] errors = new double[rows.reds.size()];
            for (int i = 0; i < rows.spans; i++) {
                double weight = rows.spanWeight.length == 0 ? 1 : rows.spanWeight[i];
                boolean failed = (rows.spanBucket[i] & SpanRows.FAILED) != 0;
                SpanRows.Red own = rows.reds.get(rows.spanSum[i]);
                for (int sum = 0; sum < counts.length; sum++) {
                    SpanRows.Red red = rows.reds.get(sum);
                    boolean whole = own.view() == SpanRows.View.SERVER
                            && red.view() == SpanRows.View.SERVER
                            && red.operation().isEmpty()
                            && red.binStartMillis() == own.binStartMillis();
                    if (sum == rows.spanSum[i] || whole) {
                        counts[sum] += weight;
                        errors[sum] += failed ? weight : 0;
                    }
                }
            }
            for (int sum = 0; sum < counts.length; sum++) {
                assertThat(counts[sum]).isEqualTo(rows.reds.get(sum).count());
                assertThat(errors[sum]).isEqualTo(rows.reds.get(sum).errors());
            }
        }
    }

    @Test
    void binIsThatOfTheEndOfTheSpan() {
        Span slow = server("POST /pay", 1)
                .setStartTimeUnixNano(START)
                .setEndTimeUnixNano(START + 12_000_000_000L)
                .build();
        SpanRows.Red red = walk(new SpansWalk(NOON), request(slow)).get(0).reds.get(0);
        assertThat(Instant.ofEpochMilli(red.binStartMillis())).isEqualTo("2026-11-21T12:00:10Z");
        assertThat(red.durationSumSeconds()).isCloseTo(12, within(1e-9));
    }

    @Test
    void operationsBeyondTheCapShareOneName() {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            spans.add(server("GET /cart/" + i, i + 1).build());
        }
        SpansWalk walk = new SpansWalk(NOON, 200, 500);
        SpanRows rows = walk(walk, request(spans.toArray(Span[]::new))).get(0);
        assertThat(rows.reds).hasSize(1 + 200 + 1);
        assertThat(rows.reds)
                .filteredOn(red -> red.operation().equals("_other"))
                .singleElement()
                .satisfies(red -> assertThat(red.count()).isEqualTo(300));
        assertThat(rows.reds.get(0).count()).isEqualTo(500);
    }

    /** Both ends of a call carry the same trace id; whatever is thinned out, an end is never kept without the other. */
    @Test
    void thinsOutLinksByTraceSoThatBothEndsStay() {
        SpansWalk callers = new SpansWalk(NOON, 200, 100);
        SpansWalk callees = new SpansWalk(NOON, 200, 100);
        java.util.Random random = new java.util.Random(7);
        List<Long> atCaller = new ArrayList<>();
        List<Long> atCallee = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            long trace = random.nextLong();
            Span call =
                    server("x", trace).setKind(Span.SpanKind.SPAN_KIND_CLIENT).build();
            Span served = server("x", trace).build();
            walk(callers, request(call)).forEach(r -> r.links.forEach(l -> atCaller.add(l.traceLow())));
            walk(callees, request(served)).forEach(r -> r.links.forEach(l -> atCallee.add(l.traceLow())));
        }
        assertThat(atCaller).isEqualTo(atCallee).hasSizeBetween(100, 1500);
    }

    @Test
    void exemplarsAreTheFailedThenTheSlowest() {
        List<Span> spans = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            Span.Builder span = server("GET /", i).setEndTimeUnixNano(START + i * 1_000_000L);
            if (i == 4) {
                span.addAttributes(RandomOtlp.text("http.response.status_code", "503"));
            }
            spans.add(span.build());
        }
        SpanRows rows =
                walk(new SpansWalk(NOON), request(spans.toArray(Span[]::new))).get(0);
        assertThat(rows.reds)
                .allSatisfy(red -> assertThat(red.exemplars())
                        .extracting(SpanRows.Sample::traceLow)
                        .containsExactly(4L, 20L, 19L));
        assertThat(rows.reds.get(0).exemplars().get(0).errorType()).isEqualTo("503");
    }

    /** PostgreSQL refuses a NUL in text, JSON half an emoji. */
    @Test
    void namesArePlainAndNeverEndInHalfACharacter() {
        Span span = server("\u0000" + "n".repeat(NameTable.MAX_LENGTH - 2) + "🚢", 1)
                .addAttributes(RandomOtlp.text("error.type", "e".repeat(NameTable.MAX_LENGTH - 1) + "🚢"))
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                .build();
        List<SpanRows.Red> reds = walk(new SpansWalk(NOON), request(span)).get(0).reds;

        assertThat(reds.get(1).operation()).startsWith("?n").hasSize(NameTable.MAX_LENGTH - 1);
        assertThat(reds).allSatisfy(red -> {
            SpanRows.Sample sample = red.exemplars().get(0);
            assertThat(List.of(red.operation(), sample.operation(), sample.errorType()))
                    .allMatch(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
        });
    }

    private static void assertSame(List<SpanRows> rows, SpansOracle oracle) {
        assertThat(rows).hasSameSizeAs(oracle.resources);
        for (int i = 0; i < rows.size(); i++) {
            assertSame(SpansOracle.of(rows.get(i)), oracle.resources.get(i));
        }
    }

    /** Part by part, so that a failure shows the part. */
    static void assertSame(SpansOracle.Resource actual, SpansOracle.Resource expected) {
        assertThat(actual.reds().keySet()).isEqualTo(expected.reds().keySet());
        expected.reds()
                .forEach((key, sums) ->
                        assertThat(actual.reds().get(key)).as(key.toString()).isEqualTo(sums));
        assertThat(actual.links()).isEqualTo(expected.links());
        assertThat(actual).isEqualTo(expected);
    }

    static List<SpanRows> walk(SpansWalk walk, Message request) {
        byte[] bytes = request.toByteArray();
        List<SpanRows> out = new ArrayList<>();
        assertThat(walk.walk(bytes, 0, bytes.length, out::add)).isNull();
        return out;
    }

    private static Span.Builder server(String name, long trace) {
        byte[] traceId = new byte[16];
        java.nio.ByteBuffer.wrap(traceId).putLong(8, trace);
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(traceId))
                .setSpanId(ByteString.copyFromUtf8("12345678"))
                .setParentSpanId(ByteString.copyFromUtf8("abcdefgh"))
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setName(name)
                .setStartTimeUnixNano(START)
                .setEndTimeUnixNano(START + 1_000_000);
    }

    private static ExportTraceServiceRequest request(Span... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
                .build();
    }
}
