package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.wire.otlp.SpanRows;
import io.evenkeel.wire.otlp.SpansWalk;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Spans that are sent again, in other batches, late and out of order: each counts once, and none goes without a count. */
class SpanIntakePropertyTest {
    private static final long T = 1_800_000_000_000L;
    private static final String SERVICE = "demo/shop/payment";

    /** @param end ms */
    private record Call(long id, boolean serves, long end, boolean failed) {
        Span span() {
            byte[] trace = ByteBuffer.allocate(16).putLong(7).putLong(id).array();
            return Span.newBuilder()
                    .setTraceId(ByteString.copyFrom(trace))
                    .setSpanId(ByteString.copyFrom(
                            ByteBuffer.allocate(8).putLong(id).array()))
                    .setKind(serves ? Span.SpanKind.SPAN_KIND_SERVER : Span.SpanKind.SPAN_KIND_CLIENT)
                    .setName("op-" + id % 5)
                    .setStartTimeUnixNano((end - 20) * 1_000_000)
                    .setEndTimeUnixNano(end * 1_000_000)
                    .setStatus(Status.newBuilder()
                            .setCode(
                                    failed ? Status.StatusCode.STATUS_CODE_ERROR : Status.StatusCode.STATUS_CODE_UNSET))
                    .build();
        }
    }

    private final SpansWalk walk = new SpansWalk(() -> Instant.ofEpochMilli(T));
    private final ItemCounts counts = new ItemCounts();
    private final Map<String, Rollup> rows = new HashMap<>();
    private final SpanIntake intake = new SpanIntake();
    private final SpanBins bins = new SpanBins();
    private final Map<Long, Double> failures = new HashMap<>();
    private ServiceBook book = new ServiceBook(SERVICE);
    private long now = T;

    private final ServiceBook.Output out = new ServiceBook.Output() {
        @Override
        public void finding(Finding finding) {}

        @Override
        public void rollup(Rollup row) {
            rows.merge(
                    row.signal().id() + row.start() + row.widthSeconds(),
                    row,
                    (a, b) -> a.revision() >= b.revision() ? a : b);
        }

        @Override
        public void edge(CallEdge edge) {}
    };

    private void send(List<Call> calls) {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder()
                                .addAttributes(text("deployment.environment.name", "demo"))
                                .addAttributes(text("service.namespace", "shop"))
                                .addAttributes(text("service.name", "payment"))
                                .addAttributes(text("service.instance.id", "payment-1")))
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addAllSpans(calls.stream().map(Call::span).toList())))
                .build();
        byte[] bytes = request.toByteArray();
        List<SpanRows> read = new ArrayList<>();
        assertThat(walk.walk(bytes, 0, bytes.length, read::add)).isNull();
        book.count(counts, new ItemCounts());
        read.forEach(batch -> book.accept(exchanged(batch), now, Catalogue.UNKNOWN, out));
        read.forEach(batch -> intake.add(exchanged(batch), bins, now));
        noteFailures();
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static SpanRows exchanged(SpanRows batch) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Bytes.write(new DataOutputStream(bytes), batch);
            return Bytes.readSpanRows(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void pass(long millis) {
        now += millis;
        book.tick(now, Catalogue.UNKNOWN, out);
    }

    private Map<Long, Long> counted() {
        Map<Long, Long> minutes = new TreeMap<>();
        rows.values().stream()
                .filter(row -> row.signal().kind() == SignalKind.REQUEST_RATE && row.widthSeconds() == 60)
                .filter(row -> row.count() > 0)
                .forEach(row -> minutes.put(row.start().toEpochMilli(), row.count()));
        return minutes;
    }

    /** Whatever may be said of them as a ratio: each failure is in its bin once. */
    private void noteFailures() {
        for (long bin = Math.floorDiv(now, 10_000L) * 10_000, oldest = bin - 80_000; bin >= oldest; bin -= 10_000) {
            RedSum served = bins.at(bin, SpanBins.SERVED);
            if (served != null) {
                failures.put(bin, served.errors);
            }
        }
    }

    private void quiet() {
        for (int i = 0; i < 120; i++) {
            pass(1_000);
        }
    }

    @Property(tries = 60)
    void eachSpanCountsOnce(@ForAll long seed) {
        new SpanIntakePropertyTest().tell(seed);
    }

    private void tell(long seed) {
        Random random = new Random(seed);
        Map<Long, Call> all = new HashMap<>();
        List<Call> held = new ArrayList<>();
        long late = 0;
        long future = 0;
        long sent = 0;
        for (int second = 0; second < 240; second++) {
            List<Call> batch = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                Call call = new Call(
                        random.nextLong(), random.nextInt(4) > 0, now - random.nextInt(2_000), random.nextInt(9) == 0);
                all.put(call.id, call);
                (random.nextInt(8) == 0 ? held : batch).add(call);
            }
            if (random.nextInt(3) == 0) {
                // A Collector tries again what was not answered, cut as its queue is now.
                List<Call> recent = all.values().stream()
                        .filter(call -> call.end > now - 45_000 && !held.contains(call))
                        .collect(Collectors.toCollection(ArrayList::new));
                Collections.shuffle(recent, random);
                batch.addAll(recent.subList(0, Math.min(recent.size(), random.nextInt(12))));
            }
            held.removeIf(call -> {
                boolean comes = call.end < now - 50_000 || random.nextInt(30) == 0;
                return comes && batch.add(call);
            });
            if (random.nextInt(20) == 0 && second > 150) {
                batch.add(new Call(random.nextLong(), true, now - 140_000, false));
                late++;
            }
            if (random.nextInt(20) == 0) {
                batch.add(new Call(random.nextLong(), true, now + 400_000, false));
                future++;
            }
            send(batch);
            sent += batch.size();
            pass(1_000);
            if (random.nextInt(40) == 0) {
                book = random.nextBoolean() ? book.copy() : StateFormatTest.restored(book);
            }
        }
        send(held);
        sent += held.size();
        quiet();

        Map<Long, Long> expected = all.values().stream()
                .filter(Call::serves)
                .collect(Collectors.groupingBy(
                        call -> Math.floorDiv(call.end, 60_000L) * 60_000, TreeMap::new, Collectors.counting()));
        assertThat(counted()).isEqualTo(expected);
        long failed =
                all.values().stream().filter(call -> call.serves && call.failed).count();
        assertThat(failures.values().stream().mapToDouble(errors -> errors).sum())
                .isCloseTo(failed, within(1e-6));
        assertThat(counts.received).isEqualTo(sent);
        assertThat(counts.accepted).isEqualTo(all.size());
        assertThat(counts.late).isEqualTo(late);
        assertThat(counts.quarantined).isEqualTo(future);
        assertThat(counts.received)
                .isEqualTo(counts.accepted + counts.duplicates + counts.late + counts.quarantined + counts.refused);
    }

    @Test
    void callsToPeersBeyondTheBoundAreCountedAsRefused() {
        List<SpanRows> batches = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            SpanRows batch = new SpanRows();
            batch.service = SERVICE;
            batch.instance = "payment-1";
            batch.reds = List.of(new SpanRows.Red(
                    SpanRows.View.CLIENT, "", "10.0.0." + n, "http", T, 1, 0, 0.02, new int[] {57, 1}, List.of(), 1));
            batch.spans = 1;
            batch.spanId = new int[] {n + 1};
            batch.spanSum = new int[] {0};
            batch.spanBucket = new byte[] {57};
            batch.spanNanos = new long[] {20_000_000};
            batches.add(batch);
        }
        book.count(counts, new ItemCounts());
        batches.forEach(batch -> book.accept(batch, now, Catalogue.UNKNOWN, out));

        assertThat(counts.received).isEqualTo(300);
        assertThat(counts.refused).isEqualTo(300 - 256);
        assertThat(counts.accepted).isEqualTo(256);
    }

    /** What the memory costs: four bytes a span in every checkpoint. */
    @Test
    void remembersASpanInFourBytes() throws IOException {
        SpanMemory memory = new SpanMemory();
        Random random = new Random(3);
        for (int i = 0; i < 50_000; i++) {
            memory.add(T + i % 8 * 10_000L, random.nextInt());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        memory.write(new DataOutputStream(bytes));

        assertThat(bytes.size()).isLessThan(4 * 50_000 + 8 * 20);
    }

    @Test
    void aCopyKnowsWhatItsOriginalKnewAndNoMore() {
        SpanMemory memory = new SpanMemory();
        memory.add(T, 1);
        SpanMemory copy = memory.copy();
        memory.add(T, 2);
        copy.add(T, 3);

        assertThat(copy.add(T, 1)).isFalse();
        assertThat(copy.add(T, 2)).isTrue();
        assertThat(memory.add(T, 3)).isTrue();
    }

    /** Beyond the bound spans count; that they came before is then not known. */
    @Test
    void isBoundedInEachBin() throws IOException {
        SpanMemory memory = new SpanMemory();
        for (int id = 1; id <= SpanMemory.MOST + 1_000; id++) {
            assertThat(memory.add(T, id)).isTrue();
        }
        assertThat(memory.add(T, 5)).isFalse();
        assertThat(memory.add(T, SpanMemory.MOST + 500)).isTrue();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        memory.write(new DataOutputStream(bytes));
        assertThat(bytes.size()).isLessThan(4 * SpanMemory.MOST + 100);

        memory.forgetBefore(T + 1);
        assertThat(memory.add(T, 5)).isTrue();
    }
}
