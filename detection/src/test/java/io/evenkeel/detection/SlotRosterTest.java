package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Identity of replicas (ARCHITECTURE 3): who sits where, over restarts and deploys. */
class SlotRosterTest {
    private static final long T = 1_800_000_000_000L;

    private final SlotRoster roster = new SlotRoster();

    private int at(long resource, long time) {
        Slot slot = roster.of(resource, Map.of(), time);
        slot.advance(time);
        return slot.ordinal;
    }

    @Test
    void replicasOnOneHostAreTwoSlots() {
        assertThat(at(1, T)).isZero();
        assertThat(at(2, T)).isEqualTo(1);
        assertThat(at(1, T + 10_000)).isZero();
        assertThat(at(2, T + 10_000)).isEqualTo(1);
    }

    @Test
    void successorTakesTheLowestSlotSilentForHalfAMinute() {
        at(1, T);
        at(2, T);
        at(1, T + 10_000);
        at(2, T + 10_000);
        at(2, T + 40_000);

        assertThat(at(3, T + 40_000)).isZero();
    }

    /** A resource attribute that changes with every request makes a process of every request. */
    @Test
    void hasRoomForABoundedNumberOfProcessesAtATime() {
        for (int resource = 0; resource < SlotRoster.MOST_SLOTS; resource++) {
            assertThat(at(resource, T)).isEqualTo(resource);
        }
        assertThat(roster.of(1_000_000, Map.of(), T + 1)).isNull();
        assertThat(at(7, T + 20_000)).isEqualTo(7);
        assertThat(at(1_000_000, T + 30_000)).isZero();
        assertThat(roster.of(0, Map.of(), T + 30_000).ordinal).isEqualTo(1);
    }

    @Test
    void surplusProcessOpensASlotOfItsOwn() {
        at(1, T);

        assertThat(at(2, T + 29_999)).isEqualTo(1);
    }

    @Test
    void slowExportersMustBeSilentForTwoOfTheirOwnIntervals() {
        at(1, T);
        at(1, T + 60_000);

        assertThat(at(2, T + 150_000)).isEqualTo(1);
        assertThat(at(3, T + 180_000)).isZero();
    }
}
