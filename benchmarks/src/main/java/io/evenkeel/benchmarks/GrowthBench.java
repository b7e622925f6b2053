package io.evenkeel.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * {@link Goal#P7}: what a point costs (walk, books, judgement) among 1,000,000 series against among 100,000, as many points a
 * turn for both, so that each of the many is seen a tenth as often; and whether the heap grows with the series. A tenth of
 * the series is of the full tier.
 *
 * <p>{@code GrowthBench [--seed N] [--rounds 5] [--series 1000000] [--json FILE]}
 */
final class GrowthBench {
    private static final int TIMES = 10;
    private static final int FILL_TICKS = 12;
    /** Ticks of the many in a turn, a million points; of the few there are ten times as many. */
    private static final int TURN_TICKS = 1;

    private static final long START_MILLIS = 1_795_000_000_000L;

    /** A fleet and where it stands. */
    private static final class Side {
        private final SeriesLoad load;
        private final Fleet fleet;
        private int tick;

        Side(long seed, int entities) {
            load = new SeriesLoad(seed, entities, START_MILLIS);
            fleet = new Fleet(load, List.of(SeriesLoad.CATALOGUED));
        }

        /** CPU of a point, ns. */
        Abba.Cost take(int ticks) {
            int end = tick + ticks;
            double points = load.pointsBetween(tick, end);
            long nanos = 0;
            for (; tick < end; tick++) {
                nanos += fleet.take(tick, 0, load.requests());
            }
            return new Abba.Cost(nanos / points, nanos / points);
        }

        long series() {
            return (long) load.requests() * SeriesLoad.ENTITIES_PER_REQUEST * SeriesLoad.SERIES;
        }
    }

    private GrowthBench() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of(words);
        GoalResult result = GoalResult.start(Goal.P7, arguments);
        int entities = arguments.number("--series", 1_000_000) / SeriesLoad.SERIES;

        Side few = new Side(result.seed(), entities / TIMES);
        Side many = new Side(result.seed(), entities);
        long nothing = Fleet.liveHeap();
        few.take(FILL_TICKS);
        few.fleet.forgetWalks();
        long afterFew = Fleet.liveHeap();
        many.take(FILL_TICKS);
        many.fleet.forgetWalks();
        long afterMany = Fleet.liveHeap();
        double bytesFew = (double) (afterFew - nothing) / few.series();
        double bytesMany = (double) (afterMany - afterFew) / many.series();
        result.figure("bytesPerSeriesAmongFew", bytesFew);
        result.figure("bytesPerSeriesAmongMany", bytesMany);
        result.measure("heap of a series", bytesMany / bytesFew);

        int rounds = arguments.number("--rounds", 5);
        Abba.Result measured = Abba.measure(() -> few.take(TURN_TICKS * TIMES), () -> many.take(TURN_TICKS), rounds);
        System.out.println("few, many: " + measured.text());
        result.figure("threadCpu", measured.figures("few", "many"));
        if (measured.isNoisy()) {
            result.noisy("a side swings by more than " + Abba.NOISY);
        }
        few.fleet.check(result, few.series());
        many.fleet.check(result, many.series());
        result.measure("time of a point", measured.ratio());
        System.exit(result.finish());
    }
}
