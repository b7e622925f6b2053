package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.StreamLedger.Outcome;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The point rules of INGEST.md, section 3, one by one. */
class StreamLedgerTest {
    private static final long T = 1_800_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final StreamLedger ledger = new StreamLedger();
    private int row;
    private long clock = NEVER;

    @BeforeEach
    void add() {
        row = ledger.add(42, 0);
    }

    private Outcome give(byte type, long start, long time, double value, long seenBefore, long sightSince) {
        RowsBuilder rows = new RowsBuilder("demo/shop/a", "h", "i", "1", start, time);
        EntityRows in = rows.point("m", "1", type, "", start, time, value).rows();
        Outcome outcome = ledger.accept(row, in, 0, clock, T + 60_000, seenBefore, sightSince);
        if (outcome.isAccepted()) {
            clock = Math.max(clock, time);
        }
        return outcome;
    }

    private Outcome total(long start, long time, double value) {
        return give(PointType.COUNTER_CUMULATIVE, start, time, value, NEVER, Long.MAX_VALUE);
    }

    @Test
    void skipsTheFirstTotalOfALongRunningProcess() {
        assertThat(total(T - 3_600_000, T, 1_000_000)).isEqualTo(Outcome.FIRST);
        assertThat(ledger.increment).isNaN();

        assertThat(total(T - 3_600_000, T + 10_000, 1_000_050)).isEqualTo(Outcome.NEXT);
        assertThat(ledger.increment).isEqualTo(50);
        assertThat(ledger.coveredSeconds).isEqualTo(10);
    }

    @Test
    void takesTheFirstTotalOfAStreamThatBeganInSight() {
        give(PointType.COUNTER_CUMULATIVE, T - 5_000, T, 12, NEVER, T - 60_000);

        assertThat(ledger.increment).isEqualTo(12);
        assertThat(ledger.coveredSeconds).isEqualTo(5);
    }

    /** The first failed request makes a new series: it must not take an export to be believed. */
    @Test
    void takesTheFirstTotalOfAStreamThatItsMetricsLastExportDidNotHave() {
        give(PointType.COUNTER_CUMULATIVE, T - 3_600_000, T, 7, T - 10_000, Long.MAX_VALUE);

        assertThat(ledger.increment).isEqualTo(7);
        assertThat(ledger.coveredSeconds).isEqualTo(10);
    }

    @Test
    void resetByNewStartCountsTheNewValue() {
        total(T, T + 10_000, 500);
        total(T + 15_000, T + 20_000, 3);

        assertThat(ledger.increment).isEqualTo(3);
        assertThat(ledger.coveredSeconds).isEqualTo(5);
    }

    @Test
    void fallWithTheSameStartIsAResetAndNeverNegative() {
        total(T, T + 10_000, 500);
        total(T, T + 20_000, 3);

        assertThat(ledger.increment).isEqualTo(3);
    }

    @Test
    void takesAPointOnce() {
        total(T, T + 10_000, 5);
        assertThat(total(T, T + 10_000, 5)).isEqualTo(Outcome.DUPLICATE);
        total(T, T + 20_000, 9);
        assertThat(total(T, T + 10_000, 5)).isEqualTo(Outcome.DUPLICATE);
        assertThat(total(T + 1, T + 20_000, 9)).isNotEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void countsAnOldTotalWithoutAnIncrement() {
        total(T, T + 10_000, 5);
        total(T, T + 30_000, 9);

        assertThat(total(T, T + 20_000, 7)).isEqualTo(Outcome.OLD);
        assertThat(ledger.increment).isNaN();
        total(T, T + 40_000, 12);
        assertThat(ledger.increment).isEqualTo(3);
    }

    @Test
    void addsDeltasInAnyOrder() {
        give(PointType.COUNTER_DELTA, T, T + 10_000, 4, NEVER, 0);
        assertThat(ledger.increment).isEqualTo(4);
        give(PointType.COUNTER_DELTA, T + 20_000, T + 30_000, 6, NEVER, 0);
        assertThat(give(PointType.COUNTER_DELTA, T + 10_000, T + 20_000, 5, NEVER, 0))
                .isEqualTo(Outcome.OLD);
        assertThat(ledger.increment).isEqualTo(5);
        assertThat(ledger.coveredSeconds).isEqualTo(10);
    }

    @Test
    void refusesWhatIsTooLateOrTooEarly() {
        total(T, T + 50_000, 5);

        assertThat(total(T, T - 10_001, 1)).isEqualTo(Outcome.LATE);
        assertThat(total(T, T + 60_000 + StreamLedger.FUTURE_MILLIS + 1, 1)).isEqualTo(Outcome.FUTURE);
        assertThat(total(T, T - 10_000, 1)).isEqualTo(Outcome.OLD);
    }

    @Test
    void differencesHistogramBuckets() {
        double[] bounds = {0.1, 1};
        RowsBuilder first = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 10_000);
        ledger.accept(
                row,
                first.histogram("h", "", 10, 4, bounds, new long[] {6, 3, 1}).rows(),
                0,
                NEVER,
                T,
                NEVER,
                T);
        assertThat(ledger.countIncrement).isEqualTo(10);
        RowsBuilder second = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 20_000);
        ledger.accept(
                row,
                second.histogram("h", "", 15, 9, bounds, new long[] {7, 3, 5}).rows(),
                0,
                T,
                T,
                NEVER,
                T);

        assertThat(ledger.countIncrement).isEqualTo(5);
        assertThat(ledger.increment).isEqualTo(5);
        assertThat(ledger.bucketIncrement).startsWith(1, 0, 4);
        assertThat(ledger.bucketIncrementLength).isEqualTo(3);
    }

    @Test
    void dropsSilentStreamsAndKeepsTheOthers() {
        total(T, T + 10_000, 5);
        int silent = ledger.add(43, 1);
        EntityRows old = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T - 50_000)
                .counter("n", "", 1)
                .rows();
        ledger.accept(silent, old, 0, clock, T, NEVER, 0);

        StreamLedger kept = ledger.without(T);

        assertThat(kept.find(43)).isEqualTo(-1);
        int again = kept.find(42);
        EntityRows next = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 20_000)
                .counter("m", "", 8)
                .rows();
        assertThat(kept.accept(again, next, 0, clock, T, NEVER, Long.MAX_VALUE)).isEqualTo(Outcome.NEXT);
        assertThat(kept.increment).isEqualTo(3);
        EntityRows same = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 10_000)
                .counter("m", "", 5)
                .rows();
        assertThat(kept.accept(again, same, 0, clock, T, NEVER, Long.MAX_VALUE)).isEqualTo(Outcome.DUPLICATE);
    }
}
