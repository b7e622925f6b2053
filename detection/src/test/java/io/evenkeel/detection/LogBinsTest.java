package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.wire.otlp.LogRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Errors in the log, counted and noted. */
class LogBinsTest {
    private static final long T = 1_800_000_000_000L;

    private final ServiceBook book = new ServiceBook("demo/shop/payment");
    private final List<Finding> findings = new ArrayList<>();
    private final List<Rollup> rollups = new ArrayList<>();
    private final Catalogue catalogue = Catalogue.of(List.of("log.*"), List.of());
    private long now = T;

    private final ServiceBook.Output out = new ServiceBook.Output() {
        @Override
        public void finding(Finding finding) {
            findings.add(finding);
        }

        @Override
        public void rollup(Rollup rollup) {
            rollups.add(rollup);
        }

        @Override
        public void edge(CallEdge edge) {}
    };

    private void logs(int bins, long warn, long error) {
        for (int i = 0; i < bins; i++) {
            LogRows rows = new LogRows();
            rows.service = "demo/shop/payment";
            rows.bins = List.of(new LogRows.Bin(now, 40, warn, error));
            now += 10_000;
            book.accept(rows, now, catalogue, out);
            book.tick(now, catalogue, out);
        }
    }

    @Test
    void countsWhatIsTooLateOrInTheFuture() {
        ItemCounts counts = new ItemCounts();
        book.count(new ItemCounts(), counts);
        logs(30, 2, 1);
        for (long start : new long[] {now - 10_000, now - 200_000, now + 400_000}) {
            LogRows rows = new LogRows();
            rows.service = "demo/shop/payment";
            rows.bins = List.of(new LogRows.Bin(start, 40, 2, 1));
            book.accept(rows, now, catalogue, out);
        }

        assertThat(counts.received).isEqualTo(33 * 43);
        assertThat(counts.accepted).isEqualTo(31 * 43);
        assertThat(counts.late).isEqualTo(43);
        assertThat(counts.quarantined).isEqualTo(43);
    }

    @Test
    void aFlappingWarningIsCountedAndNeverNoted() {
        for (int i = 0; i < 20; i++) {
            logs(3, 0, 1);
            logs(3, 500, 1);
        }

        assertThat(findings).isEmpty();
        assertThat(rollups)
                .filteredOn(row -> row.signal().attributes().equals("severity=warn"))
                .anySatisfy(row -> assertThat(row.count()).isGreaterThanOrEqualTo(1_500));
    }

    @Test
    void errorsThatStayAreNotedWithoutImpact() {
        logs(40, 0, 1);
        logs(8, 0, 60);

        assertThat(findings).isNotEmpty();
        assertThat(findings.get(0).signal().metric()).isEqualTo("log.records");
        assertThat(findings.get(0).impact()).isZero();
        assertThat(findings)
                .extracting(Finding::id)
                .containsOnly(findings.get(0).id());
        assertThat(findings.get(findings.size() - 1).isOpen()).isTrue();
    }

    /** Records, a silence, records again: whatever is told of a minute last holds all of its records. */
    @Test
    void aSilenceTakesNothingFromTheMinutesBefore() {
        for (long silence : List.of(20_000L, 40_000L, 70_000L, 90_000L, 130_000L, 7_200_000L)) {
            logs(4, 5, 1);
            now += silence;
        }
        logs(1, 0, 0);
        now += 30_000;
        book.tick(now, catalogue, out);

        assertThat(warningsTold()).isEqualTo(6 * 4 * 5);
    }

    /** An exporter that held records back for half a minute. */
    @Test
    void recordsThatComeLateAreCountedInTheirMinute() {
        logs(7, 5, 0);
        long late = now - 50_000;
        LogRows rows = new LogRows();
        rows.service = "demo/shop/payment";
        rows.bins = List.of(new LogRows.Bin(late, 3, 3, 0));
        book.accept(rows, now, catalogue, out);
        now += 30_000;
        book.tick(now, catalogue, out);

        assertThat(warningsTold()).isEqualTo(7 * 5 + 3);
    }

    private long warningsTold() {
        Map<Instant, Long> minutes = new TreeMap<>();
        rollups.stream()
                .filter(row -> row.signal().attributes().equals("severity=warn"))
                .forEach(row -> minutes.put(row.start(), row.count()));
        return minutes.values().stream().mapToLong(Long::longValue).sum();
    }
}
