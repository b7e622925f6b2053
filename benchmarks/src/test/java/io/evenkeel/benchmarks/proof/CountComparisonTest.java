package io.evenkeel.benchmarks.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A proof that cannot fail proves nothing: each way of breaking the law must show. */
class CountComparisonTest {
    private static final ServiceKey SERVICE = new ServiceKey("proof", "load", "sender-0");
    private static final Instant MINUTE = Instant.parse("2026-11-21T10:00:00Z");

    private final SenderTable table = new SenderTable();

    @Test
    void holds_whenEveryAcknowledgedPointIsCountedOnceOverBothSlots() {
        send(true, 10, 20, 30);

        CountComparison.Tally tally =
                CountComparison.compare(table.minutes(), List.of(row("host#1", 2, 15), row("host#2", 1, 30)));

        assertThat(tally.holds()).isTrue();
        assertThat(tally.counted()).isEqualTo(3);
    }

    @Test
    void anUnacknowledgedPoint_mayBeCountedOnceOrNotAtAll() {
        send(true, 10, 20);
        send(false, 30);

        assertThat(CountComparison.compare(table.minutes(), List.of(row("host#1", 2, 15)))
                        .holds())
                .isTrue();
        CountComparison.Tally with = CountComparison.compare(table.minutes(), List.of(row("host#1", 3, 20)));
        assertThat(with.holds()).isTrue();
        assertThat(with.unacknowledgedCounted()).isEqualTo(1);
        assertThat(CountComparison.compare(table.minutes(), List.of(row("host#1", 4, 20)))
                        .doubled())
                .isEqualTo(1);
    }

    @Test
    void aMissingPoint_breaksIt() {
        send(true, 10, 20, 30);

        CountComparison.Tally tally = CountComparison.compare(table.minutes(), List.of(row("host#1", 2, 15)));

        assertThat(tally.holds()).isFalse();
        assertThat(tally.missing()).isEqualTo(1);
    }

    @Test
    void aDoubledPoint_breaksIt() {
        send(true, 10, 20, 30);

        CountComparison.Tally tally = CountComparison.compare(table.minutes(), List.of(row("host#1", 4, 22.5)));

        assertThat(tally.holds()).isFalse();
        assertThat(tally.doubled()).isEqualTo(1);
    }

    /** The count alone would not see it. */
    @Test
    void onePointLostAndAnotherDoubled_breaksIt() {
        send(true, 10, 20, 30);

        CountComparison.Tally tally =
                CountComparison.compare(table.minutes(), List.of(row("host#1", 3, (10 + 10 + 30) / 3.0)));

        assertThat(tally.missing() + tally.doubled()).isZero();
        assertThat(tally.holds()).isFalse();
        assertThat(tally.valuesWrong()).isEqualTo(1);
    }

    @Test
    void pointsThatNobodySent_breakIt() {
        send(true, 10);

        CountComparison.Tally tally = CountComparison.compare(
                table.minutes(), List.of(row("host#1", 1, 10), row("host#1", 1, 10, MINUTE.plusSeconds(60))));

        assertThat(tally.doubled()).isEqualTo(1);
    }

    /** Nothing sent, nothing missing: that is no proof. */
    @Test
    void nothingAcknowledged_isNoProof() {
        send(false, 10);

        assertThat(CountComparison.compare(table.minutes(), List.of()).holds()).isFalse();
    }

    private void send(boolean isAcknowledged, double... values) {
        for (int i = 0; i < values.length; i++) {
            long time = MINUTE.toEpochMilli() + i * 1_000L;
            table.add(
                    new SenderTable.Point(SERVICE.id(), LoadSeries.Kind.GAUGE, "series=1", time, values[i], 0),
                    isAcknowledged);
        }
    }

    private static RollupReader.Row row(String slot, long count, double value) {
        return row(slot, count, value, MINUTE);
    }

    private static RollupReader.Row row(String slot, long count, double value, Instant start) {
        SignalKey signal =
                new SignalKey(SERVICE, SignalKind.GAUGE, null, "", slot, LoadSeries.Kind.GAUGE.metric, "series=1");
        return new RollupReader.Row(signal, start, count, value);
    }
}
