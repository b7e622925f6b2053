package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A service keeps what is learned of it when all its replicas are replaced: other processes, pids, instance ids and
 * versions, totals that begin anew, the old and the new side by side for a while.
 */
class RollingDeployTest {
    private static final String CATALOG = "catalog";
    private static final int HOURS_LEARNED = 3;
    private static final List<SignalKind> GOLDEN =
            List.of(SignalKind.REQUEST_RATE, SignalKind.ERROR_RATIO, SignalKind.DURATION_P95);

    /** Where a replica runs. */
    enum Place {
        /** All under one pod owner, on whatever host. */
        PODS,
        /** Each on a host of its own, its successor on the same. */
        HOSTS
    }

    private static Shop shop(long seed, int replicas, Place place) {
        Shop shop = new Shop(seed, 20);
        while (shop.replicas.get(CATALOG).size() < replicas) {
            shop.start(CATALOG, "1");
        }
        for (int i = 0; i < replicas; i++) {
            shop.replicas.get(CATALOG).get(i).owner = ownerOf(i, place);
        }
        return shop;
    }

    private static String ownerOf(int replica, Place place) {
        return place == Place.PODS ? "catalog" : "node-" + (replica + 1);
    }

    /** Replaces one replica after the other; the new one runs beside the old one for so many seconds. */
    private static void roll(Shop shop, String version, int overlap, Place place) {
        List<Shop.Replica> before = List.copyOf(shop.replicas.get(CATALOG));
        for (int i = 0; i < before.size(); i++) {
            shop.start(CATALOG, version).owner = ownerOf(i, place);
            shop.run(overlap);
            shop.stop(before.get(i));
            shop.run(5);
        }
    }

    private static List<Rollup> rows(Shop shop, SignalKey key, int width, long since) {
        return shop.house.rollups.values().stream()
                .filter(row -> row.signal().equals(key)
                        && row.widthSeconds() == width
                        && row.start().toEpochMilli() >= since)
                .sorted(Comparator.comparing(Rollup::start))
                .toList();
    }

    private static double mean(List<Rollup> rows, ToDoubleFunction<Rollup> column) {
        return rows.stream().mapToDouble(column).average().orElse(Double.NaN);
    }

    private static void sameBand(String what, List<Rollup> before, List<Rollup> after) {
        double expected = mean(before, Rollup::expected);
        double width = mean(before, Rollup::upper) - mean(before, Rollup::lower);
        assertThat(before).as(what).isNotEmpty();
        assertThat(after).as(what).isNotEmpty();
        assertThat(mean(after, Rollup::expected)).as(what + " expected").isCloseTo(expected, within(0.15 * width));
        assertThat(mean(after, Rollup::lower))
                .as(what + " lower")
                .isCloseTo(mean(before, Rollup::lower), within(0.25 * width));
        assertThat(mean(after, Rollup::upper))
                .as(what + " upper")
                .isCloseTo(mean(before, Rollup::upper), within(0.25 * width));
    }

    private static Set<SignalKey> signalsOfReplicas(Shop shop, long since) {
        Set<SignalKey> keys = new TreeSet<>(Comparator.comparing(SignalKey::id));
        for (Rollup row : shop.house.rollups.values()) {
            SignalKey key = row.signal();
            boolean judged =
                    key.metric().equals("jvm.thread.count") || key.metric().equals("jvm.cpu.recent_utilization");
            if (judged && key.service().name().equals(CATALOG) && row.start().toEpochMilli() >= since) {
                keys.add(key);
            }
        }
        return keys;
    }

    @ParameterizedTest(name = "{1} replicas as {2}, {3} s side by side, seed {0}")
    @CsvSource({"1, 3, PODS, 30", "2, 4, PODS, 45", "3, 5, PODS, 60", "4, 3, HOSTS, 30", "5, 5, HOSTS, 60"})
    void threeDeploysChangeNothing(long seed, int replicas, Place place, int overlap) {
        Shop shop = shop(seed, replicas, place);
        shop.run(HOURS_LEARNED * 3_600);
        long before = shop.house.now - 600_000;
        List<List<Rollup>> golden = new ArrayList<>();
        for (SignalKind kind : GOLDEN) {
            golden.add(rows(shop, golden(kind), 10, before));
        }
        Set<SignalKey> slots = signalsOfReplicas(shop, before);
        for (int version = 2; version <= 4; version++) {
            roll(shop, Integer.toString(version), overlap, place);
            shop.run(600);
        }

        long after = shop.house.now - 540_000;
        for (SignalKind kind : GOLDEN) {
            sameBand(kind.name(), golden.get(GOLDEN.indexOf(kind)), rows(shop, golden(kind), 10, after));
        }
        for (SignalKey key : signalsOfReplicas(shop, after)) {
            SignalKey first = slots.contains(key) ? key : sibling(key, slots);
            List<Rollup> learned = rows(shop, first, 60, before).stream()
                    .filter(row -> row.start().toEpochMilli() < before + 600_000)
                    .toList();
            sameBand(key.id(), learned, rows(shop, key, 60, after));
        }
        assertThat(shop.house.changes).hasSize(3);
        assertThat(shop.house.findings.values())
                .extracting(RollingDeployTest::line)
                .isEmpty();
    }

    private static SignalKey golden(SignalKind kind) {
        return SignalKey.ofService(io.evenkeel.domain.telemetry.ServiceKey.parse(Shop.id(CATALOG)), kind);
    }

    /** The same metric of another slot. */
    private static SignalKey sibling(SignalKey key, Set<SignalKey> slots) {
        return slots.stream()
                .filter(other -> other.metric().equals(key.metric())
                        && other.attributes().equals(key.attributes()))
                .findFirst()
                .orElseThrow();
    }

    private static String line(Finding finding) {
        return finding.openedAt() + " " + finding.kind() + " "
                + finding.signal().id() + " " + finding.direction() + " " + finding.value() + " of " + finding.lower()
                + ".." + finding.upper();
    }
}
