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

    /** The Collector's Prometheus receiver says so for what ran before it did: a total of years is no burst of now. */
    @Test
    void aStartThatIsThePointsOwnTimeSaysNothingAboutThePast() {
        give(PointType.COUNTER_CUMULATIVE, T, T, 1_000_000, NEVER, T - 60_000);
        assertThat(ledger.increment).isNaN();
        give(PointType.COUNTER_CUMULATIVE, T, T + 10_000, 1_000_007, NEVER, T - 60_000);
        assertThat(ledger.increment).isEqualTo(7);

        total(T + 30_000, T + 30_000, 1_000_020);
        assertThat(ledger.increment).isNaN();
        assertThat(ledger.marks).isEqualTo(StreamLedger.RESET);
        total(T + 30_000, T + 40_000, 1_000_021);
        assertThat(ledger.increment).isEqualTo(1);
    }

    @Test
    void aStartThatIsLeftOutOnceIsNoReset() {
        total(T, T + 10_000, 500);
        total(0, T + 20_000, 510);
        assertThat(ledger.increment).isEqualTo(10);
        total(T, T + 30_000, 525);
        assertThat(ledger.increment).isEqualTo(15);
        assertThat(ledger.marks).isZero();
    }

    @Test
    void aStartThatIsSaidForTheFirstTimeIsNoResetUnlessItIsNews() {
        total(0, T + 10_000, 500);
        total(T, T + 20_000, 510);
        assertThat(ledger.increment).isEqualTo(10);

        int other = ledger.add(44, 0);
        row = other;
        total(0, T + 20_000, 5);
        total(T + 25_000, T + 30_000, 7);
        assertThat(ledger.increment).isEqualTo(7);
        assertThat(ledger.marks).isEqualTo(StreamLedger.RESET);
    }

    /** Two processes with one service.instance.id: each return to the other's total once looked like a restart. */
    @Test
    void followsTheYoungerOfTwoWritersAndMarksTheOther() {
        total(T, T + 10_000, 100_000);
        assertThat(total(T + 5_000, T + 11_000, 50)).isEqualTo(Outcome.NEXT);
        assertThat(ledger.marks).isEqualTo(StreamLedger.RESET | StreamLedger.OVERLAP);
        assertThat(ledger.increment).isEqualTo(50);
        for (int i = 2; i < 9; i++) {
            assertThat(total(T, T + i * 10_000L, 100_000 + i)).isEqualTo(Outcome.OLD);
            assertThat(ledger.marks).isEqualTo(StreamLedger.OVERLAP);
            assertThat(ledger.increment).isNaN();
            total(T + 5_000, T + i * 10_000L + 1_000, 50 + i);
            assertThat(ledger.increment).isEqualTo(i == 2 ? 2 : 1);
        }
    }

    /** A host's boot time, worked out anew at each start of a Collector, is a second later than it was. */
    @Test
    void aTotalThatGoesOnUnderALaterStartIsNoReset() {
        total(T - 86_400_000, T, 5_000_000);
        total(T - 86_399_000, T + 10_000, 5_000_300);

        assertThat(ledger.increment).isEqualTo(300);
        assertThat(ledger.coveredSeconds).isEqualTo(10);
        assertThat(ledger.marks).isEqualTo(StreamLedger.OVERLAP);

        total(T - 86_399_000, T + 20_000, 5_000_500);
        assertThat(ledger.increment).isEqualTo(200);
        assertThat(ledger.marks).isZero();
    }

    @Test
    void believesAnOlderStartOnceTheYoungerWriterIsSilent() {
        total(T, T + 10_000, 100_000);
        total(T + 5_000, T + 11_000, 50);
        total(T, T + 20_000, 100_010);
        total(T, T + 42_000, 100_030);
        assertThat(ledger.increment).isNaN();
        total(T, T + 50_000, 100_035);
        assertThat(ledger.increment).isEqualTo(5);
    }

    @Test
    void deltasOfTwoWritersAreBothCountedOverTheSameSeconds() {
        double events = 0;
        double seconds = 0;
        for (int i = 0; i < 10; i++) {
            long from = T + i * 10_000L;
            give(PointType.COUNTER_DELTA, from, from + 10_000, 4, NEVER, 0);
            events += ledger.increment;
            seconds += ledger.coveredSeconds;
            give(PointType.COUNTER_DELTA, from + 1, from + 10_001, 6, NEVER, 0);
            assertThat(ledger.marks).isEqualTo(StreamLedger.OVERLAP);
            events += ledger.increment;
            seconds += ledger.coveredSeconds;
        }
        assertThat(events).isEqualTo(100);
        assertThat(seconds).isBetween(99.9, 100.1);
    }

    @Test
    void aDeltaBehindAGapCoversOnlyItsOwnSeconds() {
        give(PointType.COUNTER_DELTA, T, T + 10_000, 4, NEVER, 0);
        assertThat(ledger.marks).isZero();
        give(PointType.COUNTER_DELTA, T + 40_000, T + 50_000, 6, NEVER, 0);
        assertThat(ledger.marks).isEqualTo(StreamLedger.GAP);
        assertThat(ledger.coveredSeconds).isEqualTo(10);
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
        assertThat(ledger.buckets.increment).startsWith(1, 0, 4);
        assertThat(ledger.buckets.incrementLength).isEqualTo(3);
    }

    private void histogram(long time, long count, double[] bounds, long... buckets) {
        RowsBuilder rows = new RowsBuilder("demo/shop/a", "h", "i", "1", T, time);
        ledger.accept(
                row, rows.histogram("h", "", count, count, bounds, buckets).rows(), 0, NEVER, T, NEVER, T);
    }

    /** Bucket by bucket the old total minus the new one would have been a burst that never was. */
    @Test
    void otherBoundsInMidStreamCountButFillNoBucketsUntilTheNextPoint() {
        histogram(T + 10_000, 10, new double[] {0.1, 1}, 6, 3, 1);
        histogram(T + 20_000, 17, new double[] {0.2, 2}, 13, 3, 1);
        assertThat(ledger.countIncrement).isEqualTo(7);
        assertThat(ledger.buckets.incrementLength).isZero();
        histogram(T + 30_000, 19, new double[] {0.2, 2}, 13, 4, 2);
        assertThat(ledger.buckets.increment).startsWith(0, 1, 1);
        assertThat(ledger.buckets.incrementLength).isEqualTo(3);
    }

    @Test
    void aBucketThatFellSaysNothingAboutAnyBucket() {
        double[] bounds = {0.1, 1};
        histogram(T + 10_000, 10, bounds, 6, 3, 1);
        histogram(T + 20_000, 15, bounds, 2, 12, 1);
        assertThat(ledger.countIncrement).isEqualTo(5);
        assertThat(ledger.buckets.incrementLength).isZero();
    }

    @Test
    void aTotalWithoutBucketsInBetweenMakesTheNextBucketsUnknown() {
        double[] bounds = {0.1};
        histogram(T + 10_000, 10, bounds, 6, 4);
        histogram(T + 20_000, 12, new double[0]);
        histogram(T + 30_000, 13, bounds, 7, 6);
        assertThat(ledger.countIncrement).isEqualTo(1);
        assertThat(ledger.buckets.incrementLength).isZero();
    }

    @Test
    void followsTheExportIntervalAndLetsNoOutageTeachIt() {
        int known = StreamLedger.nextInterval(0, 10_000);
        assertThat(known).isEqualTo(10_000);
        assertThat(StreamLedger.nextInterval(known, 600_000)).isEqualTo(12_000);
        assertThat(StreamLedger.nextInterval(known, 1)).isEqualTo(9_000);
        for (int i = 0; i < 40; i++) {
            known = StreamLedger.nextInterval(known, 60_000);
        }
        assertThat(known).isBetween(59_900, 60_000);
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
    /** A point that comes behind three younger ones: what is remembered of a stream must not grow by each. */
    @Test
    void whatIsRememberedTakesNoMoreRoomForLatePoints() throws IOException {
        gauge(T);
        int one = written();
        for (int i = 1; i < 600; i++) {
            boolean behind = i % 10 == 7;
            if (i % 10 != 4) {
                assertThat(gauge(T + i * 10_000L)).isEqualTo(Outcome.NEXT);
            }
            if (behind) {
                assertThat(gauge(T + (i - 3) * 10_000L)).isEqualTo(Outcome.OLD);
                assertThat(gauge(T + (i - 3) * 10_000L)).isEqualTo(Outcome.DUPLICATE);
            }
        }
        assertThat(written()).isEqualTo(one);
    }

    private Outcome gauge(long time) {
        RowsBuilder rows = new RowsBuilder("demo/shop/a", "h", "i", "1", 0, time);
        EntityRows in = rows.point("m", "1", PointType.GAUGE, "", 0, time, 1).rows();
        Outcome outcome = ledger.accept(row, in, 0, clock, time + 60_000, NEVER, Long.MAX_VALUE);
        clock = Math.max(clock, time);
        return outcome;
    }

    private int written() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ledger.write(new DataOutputStream(bytes));
        return bytes.size();
    }

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
        assertThat(ledger.buckets.incrementLength).isZero();
        assertThat(sizes.subList(1, sizes.size())).containsOnly(sizes.get(1));
    }

    private int gauge(long stream, long... times) {
        int added = ledger.add(stream, 1);
        for (long time : times) {
            EntityRows rows = new RowsBuilder("demo/shop/a", "h", "i", "1", T, time)
                    .gauge("g", "", 1)
                    .rows();
            ledger.accept(added, rows, 0, NEVER, time, NEVER, 0);
        }
        return added;
    }

    private void goesOnFrom(StreamLedger other) {
        int again = other.find(42);
        EntityRows next = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 20_000)
                .counter("m", "", 8)
                .rows();
        assertThat(other.accept(again, next, 0, clock, T, NEVER, Long.MAX_VALUE))
                .isEqualTo(Outcome.NEXT);
        assertThat(other.increment).isEqualTo(3);
        EntityRows same = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 10_000)
                .counter("m", "", 5)
                .rows();
        assertThat(other.accept(again, same, 0, clock, T, NEVER, Long.MAX_VALUE))
                .isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void dropsDeadStreamsAndKeepsTheOthers() {
        long hour = 3_600_000;
        total(T, T + 10_000, 5);
        gauge(43, T - hour);
        gauge(44, T - 3 * hour, T - 2 * hour);

        StreamLedger kept = ledger.withoutDead(T + 1);

        assertThat(kept.find(43)).isEqualTo(-1);
        assertThat(kept.find(44)).as("a stream that speaks every hour").isNotNegative();
        goesOnFrom(kept);
    }

    @Test
    void isTheSameInAnotherOrderWithWhatIsAtWorkFirst() {
        gauge(43, T - 3_600_000);
        total(T, T + 10_000, 5);
        gauge(44, T + 10_000);
        EntityRows request = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + 10_000)
                .gauge("g", "", 1)
                .rows();
        request.stream[0] = 44;

        StreamLedger ordered = ledger.inOrder(request, T + 10_000);

        assertThat(ordered.size()).isEqualTo(ledger.size());
        assertThat(List.of(ordered.find(44), ordered.find(42))).containsExactly(0, 1);
        assertThat(ordered.find(43)).isEqualTo(ledger.size() - 1);
        goesOnFrom(ordered);
    }
}
