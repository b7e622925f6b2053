package io.evenkeel.detection;

import com.google.protobuf.ByteString;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.otlp.SpansWalk;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Traffic from a front to a store under a hand-moved clock, its traces sampled in one of the ways of the field, as OTLP
 * bytes through the walk and the books. What is served is the same whatever is kept of it.
 */
final class SampledTraffic {
    static final String FRONT = "prod/shop/front";
    static final String STORE = "prod/shop/store";
    static final double FRONT_P95 = 0.050 * Math.exp(1.645 * 0.4);

    /** Which traces are kept. */
    enum Sampling {
        ALL,
        /** One of twenty by its trace id, and says so in its tracestate. */
        HEAD,
        /** One of twenty by its trace id, and says nothing of it, as the SDKs' TraceIdRatioBased sampler does. */
        UNTOLD,
        /** What failed and one of a hundred of the rest, half a minute later, as the Collector's tail sampling does. */
        TAIL
    }

    private static final long EXPORT = 10_000;
    /** {@code decision_wait} of the Collector's tail_sampling processor. */
    private static final int TAIL_WAITS_SECONDS = 30;
    /** 95 % of 2^56. */
    private static final long THRESHOLD = 0xf3333333333333L;

    private static final int PORT = 9101;

    final House house;
    final Random random;
    final boolean metrics;
    Sampling sampling;
    double requestsPerSecond = 40;
    double failShare = 0.01;
    double slowdown = 1;

    private final SpansWalk walk;
    private final Served front = new Served();
    private final Served store = new Served();
    private final long born;
    /** Traces that wait for the tail's decision, by second. */
    private final Deque<List<Trace>> waiting = new ArrayDeque<>();

    private record Trace(
            ByteString id, long randomness, long start, double frontSeconds, double storeSeconds, boolean failed) {}

    private static final class Served {
        final long[] count = new long[2];
        final double[] sum = new double[2];
        final long[][] buckets = new long[2][Shop.BOUNDS.length + 1];

        void add(double seconds, boolean failed) {
            int which = failed ? 1 : 0;
            int bucket = 0;
            while (bucket < Shop.BOUNDS.length && seconds > Shop.BOUNDS[bucket]) {
                bucket++;
            }
            count[which]++;
            sum[which] += seconds;
            buckets[which][bucket]++;
        }
    }

    SampledTraffic(long seed, Sampling sampling, boolean metrics) {
        this.random = new Random(seed);
        this.house = new House(1_800_000_000_000L + random.nextInt(10_000));
        this.sampling = sampling;
        this.metrics = metrics;
        this.born = house.now;
        this.walk = new SpansWalk(() -> Instant.ofEpochMilli(house.now));
        house.catalogue = Catalogue.of(
                List.of(),
                Stream.of(SignalKind.ERROR_RATIO, SignalKind.DURATION_P95, SignalKind.REQUEST_RATE)
                        .flatMap(kind ->
                                Stream.of(edge(kind).id(), operation(kind).id()))
                        .toList());
    }

    static SignalKey golden(String service, SignalKind kind) {
        return SignalKey.ofService(ServiceKey.parse(service), kind);
    }

    static SignalKey edge(SignalKind kind) {
        return SignalKey.ofEdge(ServiceKey.parse(FRONT), ServiceKey.parse(STORE), kind);
    }

    static SignalKey operation(SignalKind kind) {
        return SignalKey.ofOperation(ServiceKey.parse(STORE), "POST /items", kind);
    }

    void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            house.second();
            List<Trace> second = new ArrayList<>();
            int requests = (int)
                    Math.round(Math.max(0, requestsPerSecond + Math.sqrt(requestsPerSecond) * random.nextGaussian()));
            for (int r = 0; r < requests; r++) {
                second.add(serve(house.now - 1000 + random.nextInt(900)));
            }
            if (sampling == Sampling.TAIL) {
                waiting.add(second);
                if (waiting.size() > TAIL_WAITS_SECONDS) {
                    export(waiting.remove().stream().filter(this::tailKeeps).toList());
                }
            } else {
                waiting.clear();
                export(second.stream().filter(this::headKeeps).toList());
            }
            if (metrics && (house.now - born) % EXPORT == 0) {
                house.metrics(exported(FRONT, front));
                house.metrics(exported(STORE, store));
            }
        }
    }

    private Trace serve(long start) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        long randomness = ByteBuffer.wrap(id).getLong(8) & 0xff_ffff_ffff_ffffL;
        boolean failed = random.nextDouble() < failShare;
        double inStore = slowdown * 0.025 * Math.exp(0.4 * random.nextGaussian());
        double inFront = 2 * inStore;
        store.add(inStore, failed);
        front.add(inFront, failed);
        return new Trace(ByteString.copyFrom(id), randomness, start, inFront, inStore, failed);
    }

    private boolean headKeeps(Trace trace) {
        return sampling == Sampling.ALL || trace.randomness >= THRESHOLD;
    }

    private boolean tailKeeps(Trace trace) {
        return trace.failed || random.nextInt(100) == 0;
    }

    private void export(List<Trace> traces) {
        if (traces.isEmpty()) {
            return;
        }
        ScopeSpans.Builder atFront = ScopeSpans.newBuilder();
        ScopeSpans.Builder atStore = ScopeSpans.newBuilder();
        for (Trace trace : traces) {
            ByteString root = spanId();
            ByteString call = spanId();
            long start = trace.start * 1_000_000;
            atFront.addSpans(span(trace, root, Span.SpanKind.SPAN_KIND_SERVER, start, trace.frontSeconds)
                    .addAttributes(text("http.route", "/buy")));
            atFront.addSpans(span(trace, call, Span.SpanKind.SPAN_KIND_CLIENT, start, trace.storeSeconds)
                    .setParentSpanId(root)
                    .addAttributes(text("server.address", "store.local"))
                    .addAttributes(number("server.port", PORT)));
            atStore.addSpans(span(trace, spanId(), Span.SpanKind.SPAN_KIND_SERVER, start, trace.storeSeconds)
                    .setParentSpanId(call)
                    .addAttributes(text("http.route", "/items")));
        }
        byte[] request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource("front"))
                        .addScopeSpans(atFront))
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource("store"))
                        .addScopeSpans(atStore))
                .build()
                .toByteArray();
        walk.walk(request, 0, request.length, house::spans);
    }

    private Span.Builder span(Trace trace, ByteString id, Span.SpanKind kind, long start, double seconds) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(trace.id)
                .setSpanId(id)
                .setKind(kind)
                .setName("POST")
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + (long) (seconds * 1e9))
                .addAttributes(text("http.request.method", "POST"))
                .addAttributes(number("http.response.status_code", trace.failed ? 500 : 200));
        if (sampling == Sampling.HEAD) {
            span.setTraceState("ot=th:" + Long.toHexString(THRESHOLD).replaceAll("0+$", ""));
        }
        return trace.failed ? span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)) : span;
    }

    private io.evenkeel.wire.otlp.EntityRows exported(String service, Served served) {
        String instance = service.substring(service.lastIndexOf('/') + 1) + "-1";
        RowsBuilder rows = new RowsBuilder(service, "node-1", instance, "1", born, house.now);
        for (int which = 0; which < 2; which++) {
            if (served.count[which] > 0) {
                rows.histogram(
                        "http.server.request.duration",
                        which == 1 ? "error.type=500,http.response.status_code=500" : "http.response.status_code=200",
                        served.count[which],
                        served.sum[which],
                        Shop.BOUNDS,
                        served.buckets[which].clone());
            }
        }
        return rows.rows();
    }

    private ByteString spanId() {
        byte[] id = new byte[8];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    private static Resource resource(String name) {
        return Resource.newBuilder()
                .addAttributes(text("deployment.environment.name", "prod"))
                .addAttributes(text("service.namespace", "shop"))
                .addAttributes(text("service.name", name))
                .addAttributes(text("service.instance.id", name + "-1"))
                .addAttributes(text("service.version", "1"))
                .addAttributes(text("host.name", "node-1"))
                .build();
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue number(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    /** The ten seconds of a signal that began at or after the given time and whose value is known. */
    List<Rollup> known(SignalKey key, long since) {
        return house.rollups.values().stream()
                .filter(row -> row.signal().equals(key)
                        && row.widthSeconds() == 10
                        && row.start().toEpochMilli() >= since
                        && !Double.isNaN(row.value()))
                .toList();
    }

    /** Mean of the known values of a signal, each by its requests; NaN when none is known. */
    double mean(SignalKey key, long since) {
        double sum = 0;
        double weight = 0;
        for (Rollup row : known(key, since)) {
            double on = key.kind() == SignalKind.ERROR_RATIO ? row.count() : 1;
            sum += row.value() * on;
            weight += on;
        }
        return sum / weight;
    }

    String findings() {
        StringBuilder text = new StringBuilder();
        for (Finding finding : house.findings.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n+%d s %s %s %s value %.4f expected %.4f score %.1f",
                    (finding.openedAt().toEpochMilli() - born) / 1000,
                    finding.kind(),
                    finding.signal().id(),
                    finding.direction(),
                    finding.value(),
                    finding.expected(),
                    finding.score()));
        }
        return text.toString();
    }
}
