package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.otlp.PointType;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rules of docs/points.md that only the whole book can keep. */
class PointRulesTest {
    private static final long T = 1_800_000_000_000L;

    private final House house = new House(T);

    private RowsBuilder rows(int step) {
        house.now = T + step * 10_000L;
        return new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", T - 3_600_000, house.now);
    }

    private void quiet() {
        for (int i = 0; i < 90; i++) {
            house.second();
        }
    }

    private Map<String, Double> lastValues() {
        Map<String, Double> values = new TreeMap<>();
        house.rollups.values().forEach(row -> values.put(row.signal().metric(), row.value()));
        return values;
    }

    @Test
    void oneNameWithTwoUnitsOrTypesIsSeveralSignalsAndIsToldOnce() {
        for (int step = 0; step < 12; step++) {
            house.metrics(rows(step)
                    .point("load.wait", "s", PointType.GAUGE, "", 0, house.now, 0.25)
                    .point("load.wait", "ms", PointType.GAUGE, "", 0, house.now, 250)
                    .point("load.wait", "ms", PointType.UP_DOWN, "", 0, house.now, 7)
                    .rows());
            house.entities.replaceAll((key, book) -> EntityBookCountTest.restored(book));
        }
        quiet();

        assertThat(lastValues())
                .containsOnly(
                        Map.entry("load.wait", 0.25),
                        Map.entry("load.wait (ms)", 250.0),
                        Map.entry("load.wait (ms, up-down counter)", 7.0));
        assertThat(house.counts.nameConflicts).isEqualTo(2);
        assertThat(house.doubts)
                .extracting(MetricDoubt::kind)
                .containsExactly(MetricDoubt.Kind.NAME_CONFLICT, MetricDoubt.Kind.NAME_CONFLICT);
        assertThat(house.doubts.get(0).detail()).isEqualTo("gauge in s and gauge in ms");
    }

    @Test
    void twoWritersWithOneIdentityAreToldOnceAndCounted() {
        for (int step = 0; step < 10; step++) {
            house.metrics(rows(step)
                    .point("load.done", "1", PointType.COUNTER_CUMULATIVE, "", T - 60_000, house.now, 9_000 + step)
                    .rows());
            house.metrics(rows(step)
                    .point("load.done", "1", PointType.COUNTER_CUMULATIVE, "", T - 30_000, house.now + 5, 10 + step)
                    .rows());
        }

        assertThat(house.doubts).singleElement().satisfies(doubt -> {
            assertThat(doubt.kind()).isEqualTo(MetricDoubt.Kind.TWO_WRITERS);
            assertThat(doubt.metric()).isEqualTo("load.done");
            assertThat(doubt.detail()).contains("load-1");
        });
        assertThat(house.counts.overlaps).isEqualTo(10);
        assertThat(house.counts.resets).isEqualTo(1);
        assertThat(house.counts.accepted).isEqualTo(20);
    }

    /** A device that boots without a clock: every total of its host once counted from zero at first sight. */
    @Test
    void aFirstPointOf1970DoesNotMakeLongRunningTotalsLookNew() {
        house.metrics(new RowsBuilder("demo/shop/load", "node-1", "load-2", "1", 0, 60_000)
                .gauge("load.level", "", 1)
                .rows());
        house.now = T;
        house.metrics(new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", T - 90_000_000, T)
                .counter("load.done", "", 5_000_000)
                .rows());
        house.now = T + 10_000;
        house.metrics(new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", T - 90_000_000, T + 10_000)
                .counter("load.done", "", 5_000_020)
                .rows());
        quiet();

        assertThat(lastValues()).containsEntry("load.done", 2.0);
    }

    /** What a staleness mark leaves: a series of which nothing comes any more, in a process that goes on. */
    @Test
    void aSeriesThatEndedIsNoZeroAndItsFindingEndsWithIt() {
        for (int step = 0; step < 120; step++) {
            RowsBuilder rows = rows(step).gauge("load.other", "", 5 + step % 3);
            if (step < 60) {
                rows.gauge("load.level", "", step < 50 ? 40 + step % 5 : 900);
            }
            house.metrics(rows.rows());
            for (int second = 0; second < 9; second++) {
                house.second();
            }
        }

        assertThat(house.versions)
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.signal().metric()).isEqualTo("load.level"));
        Finding last = house.versions.get(house.versions.size() - 1);
        assertThat(last.ending()).isEqualTo(FindingEnding.SUPERSEDED);
        assertThat(house.rollups.values().stream()
                        .filter(row -> row.signal().metric().equals("load.level"))
                        .map(Rollup::start))
                .allMatch(start -> start.isBefore(Instant.ofEpochMilli(T + 600_000)));
    }

    @Test
    void durationsInAnUnknownUnitCountAsRequestsOfUnknownLength() {
        for (int step = 0; step < 12; step++) {
            RowsBuilder rows = rows(step);
            rows.histogram("http.server.request.duration", "", 50 * (step + 1), 1, new double[] {1}, new long[] {
                50 * (step + 1), 0
            });
            house.metrics(rows.unit("By").rows());
        }
        quiet();

        assertThat(house.rollups.values().stream()
                        .filter(row -> row.signal().id().contains("request_rate") && row.widthSeconds() == 60)
                        .mapToLong(Rollup::count)
                        .sum())
                .isEqualTo(550);
        assertThat(house.rollups.values().stream()
                        .filter(row -> row.signal().id().contains("duration_p95")))
                .isNotEmpty()
                .allMatch(row -> Double.isNaN(row.value()));
    }

    /** A service in the midst of the migration sends each request under both names. */
    @Test
    void requestsUnderTheirOldAndTheirNewNameCountOnce() {
        for (int step = 0; step < 12; step++) {
            long count = 50 * (step + 1);
            RowsBuilder rows = rows(step);
            rows.histogram(
                    "http.server.request.duration", "", count, count * 0.02, new double[] {1}, new long[] {count, 0});
            rows.histogram("http.server.duration", "", count, count * 20, new double[] {1000}, new long[] {count, 0});
            house.metrics(rows.unit("ms").rows());
        }
        quiet();

        assertThat(house.rollups.values().stream()
                        .filter(row -> row.signal().id().contains("request_rate") && row.widthSeconds() == 60)
                        .mapToLong(Rollup::count)
                        .sum())
                .isEqualTo(550);
    }
}
