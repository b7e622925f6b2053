package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.wire.otlp.EntityRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promise of the rollups: every accepted point counts once, whatever order, repetition or restore. */
class EntityBookCountTest {
    private static final long START = 1_800_000_000_000L;
    private static final int SERIES = 7;

    private static EntityRows export(int step, int stepMillis) {
        long at = START + (long) step * stepMillis;
        RowsBuilder rows = new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START - 1000, at);
        for (int n = 0; n < SERIES; n++) {
            rows.delta("load.points", "n=" + n, at - stepMillis, at, n);
        }
        return rows.rows();
    }

    static EntityBook restored(EntityBook book) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            book.write(new DataOutputStream(bytes));
            return EntityBook.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Long> perSeries(House house) {
        Map<String, Long> counts = new TreeMap<>();
        for (Rollup row : house.rollups.values()) {
            counts.merge(row.signal().attributes(), row.count(), Long::sum);
        }
        return counts;
    }

    private static void quiet(House house) {
        for (int i = 0; i < 30; i++) {
            house.second();
        }
    }

    /** Totals of days, which a replica has told before, must not look like those of an hour. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamThatWasForgottenComesBackWithoutItsPast(boolean restored) {
        House house = new House(START);
        for (int minute = 0; minute < 75; minute++) {
            house.now = START + minute * 60_000L + 500;
            totals(house, "load-1", minute, 50 * minute);
            if (minute < 5 || minute > 70) {
                totals(house, "load-2", minute, 1_000_000 + 50 * minute);
            }
            for (int i = 0; i < 20; i++) {
                house.second();
            }
            if (restored && minute == 69) {
                house.entities.replaceAll((key, book) -> restored(book));
            }
        }
        quiet(house);

        assertThat(house.rollups.values())
                .extracting(Rollup::start)
                .contains(Instant.ofEpochMilli(START + 71 * 60_000));
        assertThat(house.rollups.values())
                .extracting(Rollup::value)
                .filteredOn(perSecond -> !Double.isNaN(perSecond))
                .allSatisfy(perSecond -> assertThat(perSecond).isLessThan(2));
    }

    /** 600 streams of one process. */
    private static void totals(House house, String instance, int minute, double total) {
        long at = START + minute * 60_000L;
        for (int part = 0; part < 2; part++) {
            RowsBuilder rows = new RowsBuilder("demo/shop/load", "node-1", instance, "1", START - 86_400_000, at);
            for (int n = 0; n < 300; n++) {
                rows.counter("load.points", "n=" + part + '.' + n, total);
            }
            house.metrics(rows.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void countsEveryPointOnceInAnyOrderWithRepetitionsAndRestores(long seed) {
        Random random = new Random(seed);
        int stepMillis = new int[] {100, 500, 1000, 10_000}[(int) (seed % 4)];
        int steps = 400;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            order.add(i);
            if (random.nextInt(5) == 0) {
                order.add(i);
            }
        }
        int reach = Math.max(1, 40_000 / stepMillis / 4);
        for (int i = 0; i + reach < order.size(); i += reach) {
            Collections.shuffle(order.subList(i, i + reach), random);
        }
        House house = new House(START);
        for (int step : order) {
            house.now = Math.max(house.now, START + (long) step * stepMillis);
            house.metrics(export(step, stepMillis));
            if (random.nextInt(20) == 0) {
                house.second();
            }
            if (random.nextInt(50) == 0) {
                house.entities.replaceAll((key, book) -> random.nextBoolean() ? restored(book) : book.copy());
            }
        }
        quiet(house);

        assertThat(perSeries(house)).hasSize(SERIES);
        assertThat(perSeries(house).values()).allMatch(count -> count == steps);
        assertThat(house.counts.received)
                .isEqualTo(house.counts.accepted
                        + house.counts.duplicates
                        + house.counts.late
                        + house.counts.quarantined
                        + house.counts.refused);
        assertThat(house.counts.late).isZero();
    }

    @Test
    void leavesOutWhatIsMoreThanAMinuteLateAndCountsIt() {
        House house = new House(START);
        house.now = START + 200_000;
        house.metrics(export(200, 1000));
        house.metrics(export(139, 1000));
        house.metrics(export(140, 1000));
        quiet(house);

        assertThat(house.counts.late).isEqualTo(SERIES);
        assertThat(perSeries(house).values()).allMatch(count -> count == 2);
    }

    @Test
    void quarantinesTheFutureWithoutMovingAnyClock() {
        House house = new House(START);
        house.metrics(export(0, 1000));
        house.metrics(export(301, 1000));
        house.metrics(export(1, 1000));
        quiet(house);

        assertThat(house.counts.quarantined).isEqualTo(SERIES);
        assertThat(house.counts.late).isZero();
        assertThat(perSeries(house).values()).allMatch(count -> count == 2);
    }

    /** The catalogue may come after the first points: nothing of what it names is lost, the rest takes no room. */
    @Test
    void countsWhatCameBeforeTheCatalogue() {
        House house = new House(START);
        Catalogue catalogue = house.catalogue;
        house.catalogue = Catalogue.UNKNOWN;
        for (int step = 0; step < 10; step++) {
            house.now = START + step * 1000L;
            house.metrics(export(step, 1000));
            house.second();
        }
        assertThat(house.rollups).isEmpty();
        house.catalogue = catalogue;
        house.metrics(export(10, 1000));
        quiet(house);

        assertThat(perSeries(house)).hasSize(SERIES);
        assertThat(perSeries(house).values()).allMatch(count -> count == 11);
    }

    /**
     * Longer than windows are kept. Seen when a fresh installation was killed again and again before its control plane had
     * once come up to tell the catalogue: the first minute was lost.
     */
    @Test
    void losesNothingWhenTheCatalogueComesAfterManyMinutes() {
        House house = new House(START);
        Catalogue catalogue = house.catalogue;
        house.catalogue = Catalogue.UNKNOWN;
        for (int second = 0; second < 400; second += 10) {
            house.now = START + second * 1000L;
            house.metrics(export(second, 1000));
            house.second();
        }
        house.catalogue = catalogue;
        house.metrics(export(400, 1000));
        quiet(house);

        assertThat(perSeries(house)).hasSize(SERIES);
        assertThat(perSeries(house).values()).allMatch(count -> count == 41);
    }

    /**
     * A process is cut off for a while and its place is given to another; then what the first had kept arrives. They are
     * two replicas: its points are counted, though the other's in that place are minutes ahead.
     */
    @Test
    void aProcessThatLostItsPlaceIsASlotOfItsOwn() {
        House house = new House(START);
        for (int second = 0; second <= 360; second += 10) {
            house.now = START + second * 1000L;
            if (second <= 20 || second >= 60) {
                house.metrics(of(second <= 20 ? "a" : "b", second, second));
            }
            house.second();
        }
        for (int second = 30; second <= 50; second += 10) {
            house.metrics(of("a", second, second));
        }
        quiet(house);

        Map<String, Long> perSlot = new TreeMap<>();
        house.rollups.values().forEach(row -> perSlot.merge(row.signal().slot(), row.count(), Long::sum));
        assertThat(perSlot).containsOnly(Map.entry("node-1#1", 34L), Map.entry("node-1#2", 3L));
        assertThat(house.counts.accepted).isEqualTo(37);
    }

    private static EntityRows of(String process, int second, double value) {
        long at = START + second * 1000L;
        return new RowsBuilder("demo/shop/load", "node-1", process, "1", START - 1000, at)
                .gauge("load.level", "", value)
                .rows();
    }

    /** Series without end, such as one per user, take a bounded room and are counted as refused beyond it. */
    @Test
    void seriesWithoutEndTakeABoundedRoom() throws IOException {
        EntityBook book = new EntityBook("demo/shop/load", "node-1");
        House house = new House(START);
        house.entities.put("demo/shop/load\nnode-1", book);
        for (int user = 0; user < SignalTable.MOST + 5_000; user += 500) {
            RowsBuilder rows = new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START, house.now);
            for (int i = user; i < user + 500; i++) {
                rows.gauge("load.users", "user=" + i, i);
            }
            house.metrics(rows.rows());
        }
        int full = size(book);
        RowsBuilder more = new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START, house.now);
        for (int i = 0; i < 500; i++) {
            more.gauge("load.users", "more=" + i, i);
        }
        house.metrics(more.rows());

        assertThat(house.counts.refused).isEqualTo(5_500);
        assertThat(house.counts.accepted).isEqualTo(SignalTable.MOST);
        assertThat(size(book)).isEqualTo(full);
    }

    /**
     * The room of series that came once and never again goes to others, so that a burst of them does not blind the entity
     * for good; what lives on goes on as if nothing had happened.
     */
    @Test
    void seriesSilentForAnHourMakeRoomForOthers() {
        House full = new House(START);
        House calm = new House(START);
        for (int step = 0; step < 400; step++) {
            long at = START + step * 10_000L;
            for (House house : List.of(full, calm)) {
                house.now = at;
                RowsBuilder rows = new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START, at);
                for (int n = 0; n < 5; n++) {
                    rows.gauge("load.level", "n=" + n, 40 + (step * 7 + n) % 5 + (step >= 390 ? 500 : 0));
                }
                for (int i = 0; house == full && step < 120 && i < 450; i++) {
                    rows.gauge("load.users", "user=" + (step * 450 + i), i);
                }
                house.metrics(rows.rows());
                house.second();
            }
        }
        RowsBuilder late = new RowsBuilder("demo/shop/load", "node-1", "load-1", "1", START, full.now);
        for (int i = 0; i < 450; i++) {
            late.gauge("load.users", "late=" + i, i);
        }
        long refused = full.counts.refused;
        full.metrics(late.rows());
        quiet(full);
        quiet(calm);

        assertThat(refused).isGreaterThan(3_000);
        assertThat(full.counts.refused).isEqualTo(refused);
        assertThat(anomalies(full)).isEqualTo(anomalies(calm)).hasSize(5);
        assertThat(levels(full)).isEqualTo(levels(calm)).hasSize(5 * 67);
        long counted = full.rollups.values().stream().mapToLong(Rollup::count).sum();
        assertThat(counted).isEqualTo(full.counts.accepted);
    }

    private static Set<String> anomalies(House house) {
        return house.findings.values().stream()
                .filter(finding -> finding.kind() == FindingKind.ANOMALY
                        && !finding.signal().metric().equals(SignalKey.REFUSED))
                .map(Finding::id)
                .collect(Collectors.toSet());
    }

    private static Map<String, Double> levels(House house) {
        Map<String, Double> levels = new TreeMap<>();
        house.rollups.values().stream()
                .filter(row -> row.signal().metric().equals("load.level"))
                .forEach(row -> levels.put(row.signal().attributes() + row.start(), row.value()));
        return levels;
    }

    private static int size(EntityBook book) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        book.write(new DataOutputStream(bytes));
        return bytes.size();
    }

    @Test
    void sendsAWindowAgainWithAHigherRevisionWhenALatePointComes() {
        House house = new House(START);
        house.metrics(export(0, 1000));
        house.now += 12_000;
        house.metrics(export(12, 1000));
        quiet(house);
        int before = house.rollupVersions;
        house.metrics(export(7, 1000));
        quiet(house);

        assertThat(house.rollupVersions).isEqualTo(before + SERIES);
        assertThat(house.rollups.values()).allMatch(row -> row.revision() == House.EPOCH + 1);
    }
}
