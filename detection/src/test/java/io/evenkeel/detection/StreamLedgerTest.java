package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.StreamLedger.Outcome;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

    /** Eight points at 7.5 s are exactly the minute within which a point may come again. */
    @Test
    void takesAPointOnceThatComesAgainAfterExactlyAMinute() {
        for (int i = 0; i <= 8; i++) {
            assertThat(give(PointType.COUNTER_DELTA, 1, T + i * 7_500L, 1, NEVER, 0))
                    .isNotEqualTo(Outcome.DUPLICATE);
        }
        assertThat(give(PointType.COUNTER_DELTA, 1, T, 1, NEVER, 0)).isEqualTo(Outcome.DUPLICATE);
    }

    /** Faster than can be remembered: what may have been counted already is late, never counted again. */
    @Test
    void countsNoPointOfAFastStreamTwiceHoweverDisordered() {
        Random random = new Random(5);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            order.add(i);
        }
        for (int i = 0; i + 800 <= order.size(); i += 400) {
            Collections.shuffle(order.subList(i, i + 800), random);
        }
        Set<Integer> accepted = new HashSet<>();
        for (int i : order) {
            for (int again : new int[] {i, Math.max(0, i - random.nextInt(2_000))}) {
                if (give(PointType.COUNTER_DELTA, 1, T + again * 10L, 1, NEVER, 0)
                        .isAccepted()) {
                    assertThat(accepted.add(again)).as("point %d", again).isTrue();
                }
            }
        }
    }

    /** State must not grow with what a stream has once sent. */
    @Test
    void bucketsTakeNoMoreRoomWhenTheirNumberGoesBackAndForth() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long at = T + i * 10_000L;
            int buckets = 1 + (i % 2 == 0 ? 2 : 20);
            RowsBuilder rows = new RowsBuilder("demo/shop/a", "h", "i", "1", T, at);
            rows.histogram("h", "", i, i, new double[buckets - 1], new long[buckets]);
            ledger.accept(row, rows.rows(), 0, NEVER, at, NEVER, T);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ledger.write(new DataOutputStream(bytes));
            sizes.add(bytes.size());
        }
        RowsBuilder wide = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 500_000);
        wide.histogram("h", "", 60, 61, new double[2_000], new long[2_001]);
        ledger.accept(row, wide.rows(), 0, NEVER, T + 500_000, NEVER, T);

        assertThat(ledger.increment).isEqualTo(12);
        assertThat(ledger.bucketIncrementLength).isZero();
        assertThat(sizes.subList(1, sizes.size())).containsOnly(sizes.get(1));
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
