package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.wire.otlp.SpanRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spans with broken clocks, and batches that come twice. */
class HostileSpansTest {
    private static final long T = 1_800_000_000_000L;

    private final ServiceBook book = new ServiceBook("demo/shop/payment");
    private final Map<String, Rollup> rows = new HashMap<>();
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

    private boolean give(SpanRows batch) {
        return book.accept(batch, now, Catalogue.UNKNOWN, out);
    }

    private static SpanRows batch(long bin, long spanStart, long span, List<SpanRows.Link> links) {
        SpanRows batch = new SpanRows();
        batch.service = "demo/shop/payment";
        batch.instance = "payment-1";
        batch.reds = List.of(new SpanRows.Red(
                SpanRows.View.SERVER,
                "",
                "",
                "http",
                bin,
                1,
                0,
                0.02,
                new int[] {57, 1},
                List.of(new SpanRows.Sample(1, span, span, spanStart, "GET /", 20_000, "")),
                1));
        batch.links = links;
        return batch;
    }

    private long counted() {
        return rows.values().stream()
                .filter(row -> row.widthSeconds() == 60 && row.signal().id().contains("request_rate"))
                .mapToLong(Rollup::count)
                .sum();
    }

    /** Its end lies in the present bin, its start in the next century: it once made every later span too old for ever. */
    @Test
    void aSpanThatBeganInTheFutureMovesNoClock() {
        give(batch(now, T + 100L * 365 * 86_400_000, 1, List.of()));
        for (int i = 2; i <= 12; i++) {
            now += 10_000;
            give(batch(now, now, i, List.of()));
            book.tick(now, Catalogue.UNKNOWN, out);
        }
        now += 60_000;
        book.tick(now, Catalogue.UNKNOWN, out);

        assertThat(counted()).isEqualTo(12);
    }

    /** Call ends are a sample whose share follows the load of the moment: the same batch may come with others. */
    @Test
    void aBatchThatComesTwiceCountsOnceWhateverCallEndsItBrings() {
        List<SpanRows.Link> ends = new ArrayList<>();
        ends.add(new SpanRows.Link(1, 1, true, "", "http", now));
        assertThat(give(batch(now, now, 1, ends))).isTrue();
        for (int i = 2; i < 500; i++) {
            assertThat(give(batch(now, now, i, List.of()))).isTrue();
        }

        assertThat(give(batch(now, now, 1, List.of()))).isFalse();
        assertThat(give(batch(now, now, 2, ends))).isFalse();
    }
}
