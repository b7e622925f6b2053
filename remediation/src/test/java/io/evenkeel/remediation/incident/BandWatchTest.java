package io.evenkeel.remediation.incident;

import static io.evenkeel.remediation.TestObjects.ONSET;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.remediation.incident.BandWatch.Reading;
import io.evenkeel.remediation.incident.BandWatch.Window;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BandWatchTest {
    private static final FrozenBand BAND = FrozenBand.constant(ONSET, 10, 20, 30);
    private static final double NO_DATA = Double.NaN;

    @Test
    void isBackSinceTheFirstOfEnoughGoodWindows() {
        Reading reading = read(Direction.UP, 90, 80, 25, 29, 30);

        assertThat(reading.backSince()).isEqualTo(ONSET.plusSeconds(20));
        assertThat(reading.outNow()).isFalse();
    }

    @Test
    void isNotBackBeforeEnoughWindowsAreGood() {
        assertThat(read(Direction.UP, 90, 80, 25, 29)).isEqualTo(new Reading(null, false));
    }

    @Test
    void oneBadWindowBreaksTheRun() {
        assertThat(read(Direction.UP, 25, 25, 25, 90).backSince()).isNull();
        assertThat(read(Direction.UP, 25, 25, 90, 25, 25).backSince()).isNull();
    }

    @Test
    void isOutOnlyWhenAllLatestWindowsAreOutside() {
        assertThat(read(Direction.UP, 25, 90, 90, 90).outNow()).isTrue();
        assertThat(read(Direction.UP, 25, 90, 90).outNow()).isFalse();
    }

    /** A service that died sends nothing: that is no recovery, and no window of it may count as one. */
    @Test
    void silenceIsNoRecovery() {
        assertThat(read(Direction.UP, 90, NO_DATA, NO_DATA, NO_DATA, NO_DATA)).isEqualTo(new Reading(null, false));
        assertThat(read(Direction.UP, NO_DATA, NO_DATA, NO_DATA).backSince()).isNull();
        assertThat(read(Direction.UP).backSince()).isNull();
    }

    @Test
    void aGapInsideARunNeitherCountsNorBreaks() {
        assertThat(read(Direction.UP, 90, 25, NO_DATA, 25, 25).backSince()).isEqualTo(ONSET.plusSeconds(10));
    }

    /** Traffic that had fallen and comes back above its band is not the harm that was noted. */
    @Test
    void looksAtTheSideThatHadBeenLeft() {
        assertThat(read(Direction.DOWN, 2, 50, 50, 50).backSince()).isEqualTo(ONSET.plusSeconds(10));
        assertThat(read(Direction.DOWN, 2, 2, 2).outNow()).isTrue();
    }

    @Property
    void isNeverBackAndOutAtOnce(@ForAll List<@DoubleRange(min = 0, max = 60) Double> values) {
        Reading reading = read(
                Direction.UP, values.stream().mapToDouble(Double::doubleValue).toArray());

        assertThat(reading.backSince() != null && reading.outNow()).isFalse();
    }

    private static Reading read(Direction direction, double... values) {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            windows.add(new Window(ONSET.plusSeconds(10L * i), Double.isNaN(values[i]) ? 0 : 5, values[i]));
        }
        return BandWatch.read(windows, BAND, direction, 3);
    }
}
