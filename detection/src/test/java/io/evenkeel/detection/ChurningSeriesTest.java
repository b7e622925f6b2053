package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.otlp.PointType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Series that end and others that begin, in the midst of those that stay: nothing changes for these. */
class ChurningSeriesTest {
    private static final long START = 1_800_000_000_000L;
    private static final int STEADY = 90;
    private static final int CHANGING = 60;
    private static final int TICKS = 2_400;
    /** So many that those that have ended are forgotten after two hours. */
    private static final int MANY = 300;

    /** A tick of 10 s: totals and gauges of series that stay, and between them those of series that stay for a while. */
    private static void tick(House house, int tick, int changing, Random random) {
        for (int second = 0; second < 10; second++) {
            house.second();
        }
        List<Integer> order = IntStream.range(0, STEADY + changing).boxed().collect(Collectors.toList());
        if (tick % 7 == 0) {
            Collections.shuffle(order, random);
        }
        RowsBuilder rows = new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START - 1000, house.now);
        for (int n : order) {
            if (n >= STEADY) {
                // Lives for 25 min; a few begin each minute.
                int life = (tick + n * 5) / 150;
                rows.gauge("load.jobs", "job=" + n + '.' + life, n);
            } else if (n % 3 == 0) {
                rows.counter("load.points", "n=" + n, 10.0 * n * tick);
            } else {
                double fault = n == 7 && tick >= 900 && tick < 930 ? 500 : 0;
                rows.gauge("load.level", "n=" + n, n + (tick * 31 + n) % 5 + fault);
            }
        }
        house.metrics(rows.rows());
    }

    private static House lived(int ticks, int changing, boolean restored) {
        House house = new House(START);
        Random random = new Random(1);
        for (int tick = 0; tick < ticks; tick++) {
            tick(house, tick, changing, random);
            if (tick % 50 == 49) {
                house.entities.replaceAll((key, book) -> restored ? EntityBookCountTest.restored(book) : book.copy());
            }
        }
        return house;
    }

    private static TreeMap<String, List<Double>> rollups(House house) {
        Predicate<Rollup> steady = row -> !row.signal().metric().equals("load.jobs");
        return house.rollups.entrySet().stream()
                .filter(entry -> steady.test(entry.getValue()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> List.of(
                                (double) entry.getValue().count(),
                                entry.getValue().value()),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static List<String> findings(House house) {
        return house.versions.stream()
                .filter(finding -> !finding.signal().metric().equals("load.jobs"))
                .map(finding ->
                        finding.signal().id() + ' ' + finding.onset() + ' ' + finding.value() + ' ' + finding.ending())
                .toList();
    }

    @Test
    void thoseThatStayAreCountedAndJudgedAsIfTheOthersWereNot() {
        House calm = lived(TICKS, 0, false);
        House churning = lived(TICKS, MANY, false);
        House restored = lived(TICKS, MANY, true);

        assertThat(findings(calm)).isNotEmpty();
        assertThat(findings(churning)).isEqualTo(findings(calm));
        assertThat(findings(restored)).isEqualTo(findings(calm));
        assertThat(rollups(churning)).isEqualTo(rollups(calm));
        assertThat(churning.counts.accepted).isEqualTo((long) TICKS * (STEADY + MANY));
        assertThat(churning.open())
                .extracting(Finding::id)
                .isEqualTo(calm.open().stream().map(Finding::id).toList());
    }

    /** The nightly count of a process that lives for days: what it counted the night before is none of tonight's. */
    @Test
    void aTotalOfAMetricThatWasForgottenComesBackWithoutItsPast() {
        House house = lived(1, MANY, false);
        nightly(house, 50);
        nightly(house, 150);
        Random random = new Random(2);
        for (int tick = 1; tick < TICKS; tick++) {
            tick(house, tick, MANY, random);
        }
        nightly(house, 2_000_000);
        nightly(house, 2_000_100);
        for (int second = 0; second < 120; second++) {
            house.second();
        }

        assertThat(house.rollups.values())
                .filteredOn(row -> row.signal().metric().equals("load.nightly"))
                .hasSizeGreaterThan(1)
                .allSatisfy(row -> assertThat(row.value())
                        .satisfiesAnyOf(
                                value -> assertThat(value).isNaN(),
                                value -> assertThat(value).isLessThan(20)));
    }

    private static void nightly(House house, double total) {
        for (int second = 0; second < 10; second++) {
            house.second();
        }
        house.metrics(new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START - 1000, house.now)
                .point("load.nightly", "1", PointType.COUNTER_CUMULATIVE, "", START + 15_000, house.now, total)
                .rows());
    }

    @Test
    void whatHasEndedTakesBoundedRoom() throws IOException {
        int day = bytes(lived(8_640, CHANGING, false));
        int days = bytes(lived(3 * 8_640, CHANGING, false));

        assertThat(days).isLessThan(day * 5 / 4);
    }

    private static int bytes(House house) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (EntityBook book : house.entities.values()) {
            book.write(new DataOutputStream(bytes));
        }
        return bytes.size();
    }
}
