package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.SignalKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's story on the pure pipeline: what is noted, how soon, and above all what is not. */
class ShopStoryTest {
    private static String lines(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append('\n')
                    .append(finding.openedAt())
                    .append(" onset ")
                    .append(finding.onset())
                    .append(' ')
                    .append(finding.kind())
                    .append(' ')
                    .append(finding.signal().id())
                    .append(' ')
                    .append(finding.direction())
                    .append(" value ")
                    .append(finding.value())
                    .append(" band ")
                    .append(finding.lower())
                    .append("..")
                    .append(finding.upper())
                    .append(" score ")
                    .append(finding.score())
                    .append(' ')
                    .append(finding.ending())
                    .append(' ')
                    .append(finding.attributes());
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void staysSilentInTenCalmMinutes(long seed) {
        Shop shop = new Shop(seed, 20);

        shop.run(600);

        assertThat(lines(List.copyOf(shop.house.findings.values()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void notesABadDeployOfPaymentWithinTwentyFiveSeconds(long seed) {
        Shop shop = new Shop(seed, 20);
        shop.run(200);
        Shop.Replica old = shop.one("payment");
        Shop.Replica bad = shop.start("payment", "2");
        bad.failShare = 0.5;
        shop.run(3);
        shop.stop(old);
        long fault = shop.house.now;

        shop.run(40);

        assertThat(shop.house.findings.values()).anySatisfy(finding -> {
            assertThat(finding.signal().service().name()).isEqualTo("front");
            assertThat(finding.signal().kind()).isEqualTo(SignalKind.ERROR_RATIO);
            assertThat(finding.openedAt().toEpochMilli() - fault).isLessThan(25_000);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void innocentDeployOfCatalogOpensNothing(long seed) {
        Shop shop = new Shop(seed, 20);
        shop.run(200);
        for (int i = 0; i < 2; i++) {
            Shop.Replica old = shop.one("catalog");
            shop.start("catalog", "2");
            shop.run(5);
            shop.stop(old);
            shop.run(15);
        }
        shop.run(120);

        assertThat(lines(List.copyOf(shop.house.findings.values()))).isEmpty();
        assertThat(shop.house.changes).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void restartInPlaceOpensNothing(long seed) {
        Shop shop = new Shop(seed, 20);
        shop.run(200);
        Shop.Replica old = shop.one("catalog");
        shop.stop(old);
        shop.run(9);
        shop.start("catalog", "1");
        shop.run(120);

        assertThat(lines(List.copyOf(shop.house.findings.values()))).isEmpty();
        assertThat(shop.house.changes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void notesAHungReplicaByItsCallersAndByItsSilence(long seed) {
        Shop shop = new Shop(seed, 20);
        shop.run(200);
        Shop.Replica hung = shop.one("catalog");
        hung.hung = true;
        long fault = shop.house.now;

        shop.run(60);

        assertThat(shop.house.findings.values()).anySatisfy(finding -> {
            assertThat(finding.signal().isEdge()).isTrue();
            assertThat(finding.signal().kind()).isEqualTo(SignalKind.ERROR_RATIO);
            assertThat(finding.attributes())
                    .containsEntry("peer", hung.peer())
                    .containsEntry("error.type", "java.net.http.HttpTimeoutException");
            assertThat(finding.openedAt().toEpochMilli() - fault).isLessThan(25_000);
        });
        assertThat(shop.house.findings.values()).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.TELEMETRY_LOST);
            assertThat(finding.attributes()).containsEntry("service.instance.id", hung.instance);
        });
    }

    @Test
    void returnsWhenTheFaultIsGone() {
        Shop shop = new Shop(7, 20);
        shop.run(200);
        shop.one("payment").failShare = 0.5;
        shop.run(60);
        shop.one("payment").failShare = 0;

        shop.run(60);

        assertThat(shop.house.findings.values())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.ending()).isEqualTo(FindingEnding.RETURNED));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void notesALatencyFaultAndItsImpact(long seed) {
        Shop shop = new Shop(seed, 20);
        shop.run(200);
        shop.one("payment").extraSeconds = 0.8;
        long fault = shop.house.now;

        shop.run(60);

        assertThat(shop.house.findings.values()).anySatisfy(finding -> {
            assertThat(finding.signal().service().name()).isEqualTo("payment");
            assertThat(finding.signal().kind()).isEqualTo(SignalKind.DURATION_P95);
            assertThat(finding.impact()).isBetween(2.0, 6.0);
            assertThat(finding.impactUnit()).isEqualTo("s/s");
            assertThat(finding.openedAt().toEpochMilli() - fault).isLessThan(45_000);
        });
        assertThat(shop.house.findings.values())
                .allMatch(finding -> finding.signal().kind() == SignalKind.DURATION_P95);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void saysOnceThatEverythingIsSilentAndTakesItBack(long seed) {
        Shop shop = new Shop(seed, 20);
        shop.run(200);
        shop.replicas.values().forEach(group -> group.forEach(replica -> replica.hung = true));
        for (int i = 0; i < 120; i++) {
            shop.house.second();
        }
        List<Finding> blind = shop.house.open();
        shop.replicas.values().forEach(group -> group.forEach(replica -> replica.hung = false));
        shop.run(30);

        assertThat(blind).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.TELEMETRY_LOST);
            assertThat(finding.signal().service().namespace()).isEqualTo(PresenceBook.OWN_NAMESPACE);
        });
        assertThat(shop.house.open()).as(lines(shop.house.open())).isEmpty();
    }

    @Test
    void acceptsANewLevelAfterHalfAnHourAndNotesItOnce() {
        Shop shop = new Shop(3, 20);
        shop.run(300);
        shop.one("payment").failShare = 0.3;
        shop.run(1_700);
        List<Finding> early = shop.house.open();
        shop.run(600);

        assertThat(early).isNotEmpty();
        assertThat(shop.house.findings.values())
                .filteredOn(finding -> finding.signal().equals(early.get(0).signal()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.ending()).isEqualTo(FindingEnding.ACCEPTED_AS_NEW_LEVEL));
    }

    @Test
    void notesTheTrafficThatIsMissing() {
        Shop shop = new Shop(4, 20);
        shop.run(300);
        shop.requestsPerSecond = 4;
        shop.run(60);

        assertThat(shop.house.findings.values()).anySatisfy(finding -> {
            assertThat(finding.signal().service().name()).isEqualTo("front");
            assertThat(finding.signal().kind()).isEqualTo(SignalKind.REQUEST_RATE);
            assertThat(finding.impact()).isBetween(12.0, 20.0);
        });
    }

    @Test
    void learnsTheCallGraphAndFirstBandsWithinThreeMinutes() {
        Shop shop = new Shop(5, 20);

        shop.run(180);

        assertThat(shop.house.edges)
                .containsOnlyKeys(
                        "demo/shop/front>demo/shop/catalog",
                        "demo/shop/front>demo/shop/checkout",
                        "demo/shop/checkout>demo/shop/payment",
                        "demo/shop/checkout>demo/shop/inventory");
        for (String service : shop.replicas.keySet()) {
            for (SignalKind kind : List.of(SignalKind.REQUEST_RATE, SignalKind.ERROR_RATIO, SignalKind.DURATION_P95)) {
                assertThat(shop.house.rollups.values())
                        .as(service + " " + kind)
                        .anyMatch(row -> row.signal().service().name().equals(service)
                                && row.signal().kind() == kind
                                && row.signal().isGolden()
                                && row.widthSeconds() == 10
                                && !Double.isNaN(row.upper()));
            }
        }
    }
}
