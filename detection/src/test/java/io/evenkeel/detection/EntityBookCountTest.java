package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.otlp.EntityRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
