package io.evenkeel.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testbed.fault.FaultKind;
import io.evenkeel.testbed.shop.Role;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScenarioTest {
    @Property
    void drawsOnlyWhatMakesSenseAndTheSameForTheSameSeed(@ForAll long seed) {
        Scenario scenario = Scenario.draw(seed);
        assertThat(Scenario.sensible()).contains(new Scenario.Pair(scenario.victim(), scenario.fault()));
        assertThat(scenario.intensity()).isBetween(1, 3);
        assertThat(scenario.afterCalm().toSeconds()).isBetween(0L, 60L);
        assertThat(Scenario.draw(seed)).isEqualTo(scenario);
    }

    @Test
    void everySensiblePairIsDrawnBySomeSeed() {
        assertThat(LongStream.range(0, 2000)
                        .mapToObj(Scenario::draw)
                        .map(scenario -> new Scenario.Pair(scenario.victim(), scenario.fault()))
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(Scenario.sensible());
    }

    @Test
    void noSlowLinkBeforeFrontAndNoHangWithoutASecondReplica() {
        assertThat(Scenario.sensible())
                .doesNotContain(new Scenario.Pair(Role.FRONT, FaultKind.LATENCY))
                .doesNotContain(new Scenario.Pair(Role.PAYMENT, FaultKind.HANG))
                .contains(new Scenario.Pair(Role.CATALOG, FaultKind.HANG));
    }
}
