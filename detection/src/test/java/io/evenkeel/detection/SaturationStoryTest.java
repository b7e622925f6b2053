package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.wire.otlp.PointType;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is used and its limit come from one replica, in any order and with more or fewer attributes: the book pairs them. */
class SaturationStoryTest {
    private static final long START = 1_800_000_000_000L;
    private static final String USED = "db.client.connection.count";
    private static final String MAX = "db.client.connection.max";
    private static final String POOL = "db.client.connection.pool.name=orders";
    private static final String IN_USE = POOL + ",db.client.connection.state=used";

    private final House house = new House(START);
    private int exports;

    /** Exports every 10 s, the process as it is told. */
    private void export(int times, Consumer<RowsBuilder> process) {
        export(times, "orders-1", process);
    }

    private void export(int times, String instance, Consumer<RowsBuilder> process) {
        for (int i = 0; i < times; i++) {
            RowsBuilder rows = new RowsBuilder("prod/shop/orders", "node-1", instance, "1", START, house.now);
            process.accept(rows);
            exports++;
            house.metrics(rows.rows());
            for (int second = 0; second < 10; second++) {
                house.second();
            }
        }
    }

    private RowsBuilder put(RowsBuilder rows, String metric, String unit, String attributes, double value) {
        return rows.point(metric, unit, PointType.UP_DOWN, attributes, START, house.now, value);
    }

    private Consumer<RowsBuilder> pool(double used, double max) {
        return rows -> {
            put(rows, USED, "{connection}", IN_USE, used + exports % 2);
            put(rows, MAX, "{connection}", POOL, max);
        };
    }

    private String told(Finding finding) {
        return finding.attributes().get(Finding.SATURATION);
    }

    @Test
    void aFindingSaysOfHowMuch() {
        export(60, pool(60, 512));
        export(12, rows -> {
            put(rows, USED, "{connection}", IN_USE, 412);
            put(rows, MAX, "{connection}", POOL, 512);
        });

        assertThat(house.open()).singleElement().satisfies(finding -> {
            assertThat(finding.signal().metric()).isEqualTo(USED);
            assertThat(told(finding)).isEqualTo("412 of 512 connections (80 %)");
            assertThat(finding.attributes()).containsEntry("service.instance.id", "orders-1");
        });
    }

    @Test
    void manyMoreThanUsualAreNoFindingWhereThePoolIsLarge() {
        export(60, pool(60, 512));
        export(30, pool(200, 512));

        assertThat(house.findings).isEmpty();
    }

    @Test
    void withoutALimitTheSameRiseIsAFindingThatSaysNothingOfOne() {
        export(60, rows -> put(rows, USED, "{connection}", IN_USE, 60 + exports % 2));
        export(30, rows -> put(rows, USED, "{connection}", IN_USE, 200 + exports % 2));

        assertThat(house.open()).singleElement().extracting(this::told).isNull();
    }

    /** Each pool has its own maximum; that of the other one says nothing. */
    @Test
    void everyPoolHasItsOwnLimit() {
        Consumer<RowsBuilder> both = rows -> {
            double used = exports < 60 ? 60 : 200;
            for (String pool : new String[] {"small", "large"}) {
                String name = "db.client.connection.pool.name=" + pool;
                put(rows, USED, "{connection}", name + ",db.client.connection.state=used", used + exports % 2);
                put(rows, MAX, "{connection}", name, pool.equals("small") ? 250 : 1_000);
            }
        };
        export(90, both);

        assertThat(house.open())
                .singleElement()
                .satisfies(finding -> assertThat(finding.signal().attributes()).contains("pool.name=small"));
    }

    /** A full pool of idle connections is a pool at rest. */
    @Test
    void idleConnectionsAreNotJudged() {
        String idle = POOL + ",db.client.connection.state=idle";
        for (int times = 0; times < 90; times++) {
            double free = times < 60 ? 60 : 505;
            export(1, rows -> {
                put(rows, USED, "{connection}", idle, free + exports % 2);
                put(rows, MAX, "{connection}", POOL, 512);
            });
        }

        assertThat(house.findings).isEmpty();
    }

    @Test
    void oneLimitOfTheProcessBoundsItAll_alsoInAnotherUnit() {
        for (int times = 0; times < 90; times++) {
            double used = times < 60 ? 300e6 : 900e6;
            String pool = "jvm.memory.pool.name=G1 Old Gen,jvm.memory.type=heap";
            export(1, rows -> {
                put(rows, "jvm.memory.used_after_last_gc", "By", pool, used + 1e5 * (exports % 2));
                put(rows, "jvm.memory.limit", "MiBy", "", 1024);
            });
        }

        assertThat(house.open()).singleElement().extracting(this::told).isEqualTo("858 of 1,024 MiB (84 %)");
    }

    @Test
    void aLimitToldApartByWhatTheSignalDoesNotSayBoundsNothing() {
        for (int times = 0; times < 90; times++) {
            double used = times < 60 ? 60 : 200;
            export(1, rows -> {
                put(rows, USED, "{connection}", IN_USE, used + exports % 2);
                put(rows, MAX, "{connection}", "server.address=db-1", 512);
            });
        }

        assertThat(house.open()).singleElement().extracting(this::told).isNull();
    }

    /** A leak that the baseline grows along with: 60 exports an hour would be slow, it takes 5 h to fill the disk. */
    @Test
    void aDiskThatFillsUpSlowlyIsTold() {
        String disk = "system.device=/dev/sda1,system.filesystem.mountpoint=/data";
        double size = 100 * 0x1p30;
        for (int times = 0; times < 1_800 && house.open().isEmpty(); times++) {
            double used = size * (0.2 + 0.8 * times / 1_800);
            export(1, rows -> {
                put(rows, "system.filesystem.usage", "By", disk + ",system.filesystem.state=used", used);
                put(rows, "system.filesystem.usage", "By", disk + ",system.filesystem.state=free", size - used);
                put(rows, "system.filesystem.limit", "By", disk, size);
            });
        }

        assertThat(house.open()).singleElement().satisfies(finding -> {
            assertThat(finding.signal().attributes()).contains("state=used");
            assertThat(told(finding)).matches("9[01](\\.\\d+)? of 100 GiB \\(9[01] %\\)");
            assertThat(finding.value()).isGreaterThan(finding.upper());
        });
    }

    @Test
    void aShareIsBoundedByOneAndIsItsOwnText() {
        for (int times = 0; times < 1_800 && house.open().isEmpty(); times++) {
            double used = 100 * (0.2 + 0.8 * times / 1_800);
            export(
                    1,
                    rows -> rows.point(
                            "system.filesystem.utilization", "%", PointType.GAUGE, "", START, house.now, used));
        }

        assertThat(house.open()).singleElement().satisfies(finding -> {
            assertThat(finding.value()).isBetween(90.0, 92.0);
            assertThat(told(finding)).isNull();
        });
    }

    @Test
    void endsWhenThePoolIsMadeLarger() {
        export(60, pool(60, 512));
        export(12, pool(412, 512));
        assertThat(house.open()).hasSize(1);
        export(4, pool(412, 1_024));

        assertThat(house.findings.values())
                .singleElement()
                .extracting(Finding::ending)
                .isEqualTo(FindingEnding.RETURNED);
    }

    /** A limit that nobody tells any more is unknown after five minutes, and the signal is judged as if it had none. */
    @Test
    void aLimitThatIsNoLongerToldIsForgotten() {
        export(60, pool(60, 512));
        export(60, rows -> put(rows, USED, "{connection}", IN_USE, 60 + exports % 2));
        export(20, rows -> put(rows, USED, "{connection}", IN_USE, 200 + exports % 2));

        assertThat(house.open()).singleElement().extracting(this::told).isNull();
    }

    @Test
    void theLimitOfAnotherReplicaBoundsNothing() {
        for (int times = 0; times < 90; times++) {
            double used = times < 60 ? 60 : 200;
            RowsBuilder other = new RowsBuilder("prod/shop/orders", "node-1", "orders-2", "1", START, house.now);
            house.metrics(put(other, MAX, "{connection}", POOL, 512).rows());
            export(1, rows -> put(rows, USED, "{connection}", IN_USE, used + exports % 2));
        }

        assertThat(house.open()).singleElement().extracting(this::told).isNull();
    }

    /** A process that took the place of another brings its own limit. */
    @Test
    void theLimitIsThatOfTheProcessInTheSlot() {
        export(60, pool(60, 512));
        house.now += 60_000;
        export(12, "orders-1b", pool(60, 256));
        export(12, "orders-1b", pool(200, 256));

        assertThat(house.open())
                .singleElement()
                .extracting(this::told)
                .satisfies(text -> assertThat(text).matches("20[01] of 256 connections \\(7[89] %\\)"));
    }

    /** Which streams are limits is no part of the state: it is read from the ledger, before the limit is told again. */
    @Test
    void aRestoredBookStillKnowsItsLimits() {
        export(60, pool(60, 512));
        house.entities.replaceAll((key, book) -> EntityBookCountTest.restored(book));
        export(12, rows -> put(rows, USED, "{connection}", IN_USE, 200 + exports % 2));
        house.entities.replaceAll((key, book) -> book.copy());
        export(12, rows -> put(rows, USED, "{connection}", IN_USE, 200 + exports % 2));

        assertThat(house.findings).isEmpty();
    }
}
