package io.evenkeel.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * {@link Goal#P6}: what one more series costs in memory and in a checkpoint, by the difference between 200,000 and 100,000
 * series in the production books, indexes, definitions and everything else included. Full tier: metrics that the catalogue
 * names (profile of the day, minute windows); compact tier: all others.
 *
 * <p>The heap is that of books as a checkpoint leaves them (copied, no spare room): at a checkpoint the job replaces every
 * book that has grown with its copy. As they have grown, with spare room, is told beside it, and so is what the walks remember of a
 * series: no part of the measure, because it grows with the series only up to a bound.
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
        Weights few = fill(fleet, 0, FEW, ticks);
        Weights many = fill(fleet, FEW, MANY, ticks);
        fleet.check(result, (long) entities * SeriesLoad.SERIES);
        double series = (double) (MANY - FEW) * SeriesLoad.ENTITIES_PER_REQUEST * SeriesLoad.SERIES;
        // the first hundred thousand have been copied by then
        result.figure(tier + ", heap as grown", (many.grown - few.copied) / series);
        // each weighing begins with new walks: what they hold then is that of its own series, and no difference
        result.figure(tier + ", walks' ids", many.walks / series);
        result.measure(tier + ", heap", (many.copied - few.copied) / series);
        result.measure(tier + ", checkpoint", (many.checkpoint - few.checkpoint) / series);
    }

    /**
     * What was weighed, B.
     *
     * @param walks what the walks remember of the series filled last
     * @param grown live heap of the books as grown
     * @param copied live heap of their copies
     */
    private record Weights(long walks, long grown, long copied, long checkpoint) {}

    private static Weights fill(Fleet fleet, int fromRequest, int toRequest, int ticks) throws IOException {
        for (int tick = 0; tick < ticks; tick++) {
            fleet.take(tick, fromRequest, toRequest);
        }
        long withWalks = fleet.forgetWalks();
        long grown = Fleet.liveHeap();
        fleet.copyBooks();
        return new Weights(withWalks - grown, grown, Fleet.liveHeap(), fleet.checkpointBytes());
    }
}
