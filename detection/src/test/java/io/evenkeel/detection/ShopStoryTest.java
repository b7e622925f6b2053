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

        assertThat(shop.house.findings.values())
                .anySatisfy(finding -> {
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

        assertThat(shop.house.findings.values()).isNotEmpty().allSatisfy(finding -> assertThat(finding.ending())
                .isEqualTo(FindingEnding.RETURNED));
    }
}
