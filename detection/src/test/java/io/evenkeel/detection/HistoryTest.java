package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.SecretMask;
import io.evenkeel.wire.otlp.SpanRows;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a past may be like without being lost. */
class HistoryTest {
    private static final long T = 1_800_000_000_000L;
    private static final long YEAR = 31_536_000_000L;
    private static final String CACHE = "demo/shop/cache";

    private static History until(long today) {
        return new History(SecretMask.standard(), InstantSource.fixed(Instant.ofEpochMilli(today)));
    }

    private static SpanRows served(long bin, int from, int operations) {
        int[] durations = {57, 20};
        SpanRows rows = new SpanRows();
        rows.service = CACHE;
        rows.instance = "c";
        List<SpanRows.Red> reds = new ArrayList<>();
        for (int i = from; i < from + operations; i++) {
            reds.add(new SpanRows.Red(
                    SpanRows.View.SERVER, "GET /item/" + i, "", "http", bin, 20, 0, 0.4, durations, List.of(), 20));
        }
        reds.add(new SpanRows.Red(
                SpanRows.View.SERVER,
                "",
                "",
                "http",
                bin,
                20 * operations,
                0,
                0.4 * operations,
                new int[] {57, 20 * operations},
                List.of(),
                20 * operations));
        rows.reds = reds;
        rows.spans = operations;
        rows.spanId = new int[operations];
        rows.spanSum = new int[operations];
        rows.spanBucket = new byte[operations];
        rows.spanNanos = new long[operations];
        for (int i = 0; i < operations; i++) {
            rows.spanId[i] = (int) (bin / 10) + i;
            rows.spanSum[i] = i;
        }
        return rows;
    }

    private static void gauges(History history, int from, int steps) {
        for (int i = from; i < from + steps; i++) {
            RowsBuilder rows = new RowsBuilder(CACHE, "node-1", "c", "1", T, T + i * 10_000L);
            rows.gauge("cache.entries", "", 10 + i % 3);
            history.take(rows.rows());
        }
    }

    /** A recording of ids in routes is learned as far as there is room; there is nobody to tell of the rest. */
    @Test
    void moreOperationsThanAreKeptAreCountedAndEndNothing() {
        History history = until(T + YEAR);
        for (int step = 0; step < 40; step++) {
            for (int from = 0; from < 700; from += 100) {
                history.take(served(T + step * 70_000L + from * 100L, from, 100));
            }
        }
        Map<String, Prior> priors = history.priors();

        assertThat(priors).hasSizeGreaterThan(200);
        assertThat(history.refusedSteps()).isPositive();
    }

    @Test
    void moreSeriesThanAreKeptAreCountedAndEndNothing() {
        History history = until(T + YEAR);
        gauges(history, 0, 60);
        for (int from = 0; from < SignalTable.MOST + 2_000; from += 400) {
            RowsBuilder rows = new RowsBuilder(CACHE, "node-1", "c", "1", T, T + 600_000);
            for (int i = from; i < from + 400; i++) {
                rows.gauge("cache.users", "user.id=" + i, i);
            }
            history.take(rows.rows());
        }
        gauges(history, 61, 60);

        assertThat(history.points().refused).isGreaterThan(1_900);
        assertThat(history.priors()).containsKey(CACHE + "|gauge||||cache.entries|");
    }

    /** One point with a broken clock, and nothing that follows would be learned. */
    @Test
    void aPointOfTheFutureIsLeftOutAndMovesNoClock() {
        History broken = until(T + YEAR);
        gauges(broken, 0, 100);
        RowsBuilder future = new RowsBuilder(CACHE, "node-1", "c", "1", T, T + 30 * YEAR);
        future.gauge("cache.entries", "", 10);
        broken.take(future.rows());
        gauges(broken, 100, 100);
        History sound = until(T + YEAR);
        gauges(sound, 0, 200);

        assertThat(broken.priors()).isEqualTo(sound.priors()).isNotEmpty();
        assertThat(broken.points().late).isZero();
        assertThat(broken.fromTheFuture()).isEqualTo(1);
    }

    @Test
    void spansAndLogRecordsOfTheFutureAreLeftOutAndMoveNoClock() {
        History broken = until(T + YEAR);
        History sound = until(T + YEAR);
        for (int step = 0; step < 100; step++) {
            if (step == 50) {
                broken.take(served(T + 30 * YEAR, 0, 3));
                broken.take(logs(T + 30 * YEAR));
            }
            for (History history : List.of(broken, sound)) {
                history.take(served(T + step * 10_000L, 0, 3));
                history.take(logs(T + step * 10_000L));
            }
        }

        assertThat(broken.priors()).isEqualTo(sound.priors()).isNotEmpty();
        assertThat(broken.fromTheFuture()).isEqualTo(3 + 5);
    }

    /** A recording of this minute by a clock that is a little ahead is no future. */
    @Test
    void fiveMinutesAheadAreTaken() {
        History history = until(T + 990_000);
        gauges(history, 0, 120);

        assertThat(history.fromTheFuture()).isZero();
        assertThat(history.points().accepted).isEqualTo(120);
    }

    private static LogRows logs(long bin) {
        LogRows rows = new LogRows();
        rows.service = CACHE;
        rows.bins = List.of(new LogRows.Bin(bin, 3, 1, 1));
        return rows;
    }
}
