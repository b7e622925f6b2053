package io.evenkeel.benchmarks.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.benchmarks.proof.Movement.Window;
import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Noise that moved nothing must show, or a quiet hour is no proof. */
class MovementTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    /** Two whole minutes, 12:01 and 12:02. */
    private static final Window CALM = new Window(NOON.plusSeconds(30), NOON.plusSeconds(180));

    private static final Window NOISE = new Window(NOON.plusSeconds(310), NOON.plusSeconds(350));

    @Test
    void holdsTheHighestMinuteOfTheNoiseAgainstTheMeanOfTheCalm() {
        List<RollupReader.Row> rows = List.of(
                row("a", 0, 9), row("a", 1, 1), row("a", 2, 3), row("a", 4, 50), row("a", 5, 8), row("a", 6, 50));

        Movement moved = Movement.of("gc", rows, signal -> true, CALM, NOISE);

        assertThat(moved.calm()).isEqualTo(2);
        assertThat(moved.during()).isEqualTo(8);
        assertThat(moved.roseBy(3, 5)).isTrue();
        assertThat(moved.roseBy(5, 5)).isFalse();
        assertThat(moved.roseBy(3, 7)).isFalse();
    }

    @Test
    void addsUpTheSeriesOfAMinuteAndLeavesOthersOut() {
        List<RollupReader.Row> rows = List.of(row("a", 1, 1), row("b", 1, 2), row("other", 1, 70), row("a", 5, 4));

        Movement moved = Movement.of("gc", rows, signal -> !signal.attributes().equals("other"), CALM, NOISE);

        assertThat(moved.calm()).isEqualTo(3);
        assertThat(moved.during()).isEqualTo(4);
    }

    @Test
    void nothingSeenIsNothingMoved() {
        assertThat(Movement.of("gc", List.of(), signal -> true, CALM, NOISE).roseBy(2, 0.1))
                .isFalse();
    }

    private static RollupReader.Row row(String attributes, int minute, double value) {
        SignalKey signal = new SignalKey(
                new ServiceKey("demo", "shop", "front"),
                SignalKind.COUNTER_RATE,
                null,
                "",
                "host#1",
                "jvm.gc.duration",
                attributes);
        return new RollupReader.Row(signal, NOON.plusSeconds(60L * minute), 6, value);
    }
}
