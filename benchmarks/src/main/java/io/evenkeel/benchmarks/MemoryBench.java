package io.evenkeel.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * {@link Goal#P6}: what one more series costs in memory and in a checkpoint, by the difference between 200,000 and 100,000
 * series in the production books, indexes, definitions and everything else included. Full tier: metrics that the catalogue
 * names (profile of the day, minute windows); compact tier: all others.
 *
 * <p>The heap is that of books as a checkpoint leaves them (copied, no spare room): the job replaces every book with its
 * copy at each checkpoint. As they have grown, with spare room, is told beside it.
 *
 * <p>{@code MemoryBench [--seed N] [--ticks 40] [--json FILE]}
 */
final class MemoryBench {
    /** Requests of 1,000 series. */
    private static final int FEW = 100;

    private static final int MANY = 200;
    private static final long START_MILLIS = 1_795_000_000_000L;

    private MemoryBench() {}

    public static void main(String[] words) throws IOException {
        Arguments arguments = Arguments.of(words);
        GoalResult result = GoalResult.start(Goal.P6, arguments);
        int ticks = arguments.number("--ticks", 40);
        measure("full tier", List.of("*"), ticks, result);
        measure("compact tier", List.of(), ticks, result);
        System.exit(result.finish());
    }

    private static void measure(String tier, List<String> catalogued, int ticks, GoalResult result) throws IOException {
        int entities = MANY * SeriesLoad.ENTITIES_PER_REQUEST;
        Fleet fleet = new Fleet(new SeriesLoad(result.seed(), entities, START_MILLIS), catalogued);
        long[] few = fill(fleet, 0, FEW, ticks);
        long[] many = fill(fleet, FEW, MANY, ticks);
        fleet.check(result, (long) entities * SeriesLoad.SERIES);
        double series = (double) (MANY - FEW) * SeriesLoad.ENTITIES_PER_REQUEST * SeriesLoad.SERIES;
        result.figure(tier + ", heap as grown", (many[0] - few[0]) / series);
        result.measure(tier + ", heap", (many[1] - few[1]) / series);
        result.measure(tier + ", checkpoint", (many[2] - few[2]) / series);
    }

    /** Live heap as grown, live heap of copies, checkpoint; B. */
    private static long[] fill(Fleet fleet, int fromRequest, int toRequest, int ticks) throws IOException {
        for (int tick = 0; tick < ticks; tick++) {
            fleet.take(tick, fromRequest, toRequest);
        }
        fleet.forgetWalks();
        long grown = Fleet.liveHeap();
        fleet.copyBooks();
        return new long[] {grown, Fleet.liveHeap(), fleet.checkpointBytes()};
    }
}
