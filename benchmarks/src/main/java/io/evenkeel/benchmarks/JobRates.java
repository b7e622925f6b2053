package io.evenkeel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The detection job run in two ways, compared by rate: what {@link CheckpointBench} and {@link ChurnBench} have in common.
 * Each way is a process with the whole job, bytes in memory to events in memory; both live through all turns, and one is
 * stopped while the other works.
 *
 * <p>A turn begins the moment a process is woken and ends when its points are taken, so that its turns together are its
 * whole life: a checkpoint that the end of a turn cuts in two is paid for in both, and none falls between. Turns are whole
 * minutes of the load, so that no window of a minute lies open while the process is stopped.
 */
final class JobRates {
    /** Ticks in a minute of the load. */
    static final int MINUTE_TICKS = (int) (60_000 / SeriesLoad.TICK_MILLIS);

    private static final int VERIFIED_ENTITIES = 100;
    private static final int VERIFIED_TICKS = 200;
    /** Faults stand from the second quarter of an hour on, and are found well within this. */
    private static final int TICKS_TO_FIND = 110;

    private final GoalResult result;
    private final List<String> flags;
    private final int entities;
    private final int rounds;
    private final int ticks;
    private final Path directory;

    /** @param words of a {@link FrameworkSide} */
    record Way(String name, List<String> words) {}

    /**
     * What both did in the turns that count, and what their jobs say in the end.
     *
     * @param withCounts answer to {@code counts}
     */
    record Compared(
            List<SideProcess.Turn> with, List<SideProcess.Turn> without, String[] withCounts, String[] withoutCounts) {}

    /**
     * @param flags of each side's JVM
     * @param ticks of a turn; whole minutes
     * @param directory for checkpoints
     */
    JobRates(GoalResult result, List<String> flags, int entities, int rounds, int ticks, Path directory) {
        if (ticks % MINUTE_TICKS != 0) {
            throw new IllegalArgumentException(
                    "--ticks " + ticks + " is no whole number of minutes of " + MINUTE_TICKS + " ticks");
        }
        this.result = result;
        this.flags = List.copyOf(flags);
        this.entities = entities;
        this.rounds = rounds;
        this.ticks = ticks;
        this.directory = directory;
        result.figure("sideJvm", flags);
        result.figure("series", entities * SeriesLoad.SERIES);
        System.out.println("each side: " + String.join(" ", flags));
    }

    /** A small load with every metric rolled up: each minute of each series must hold what was sent. */
    void verify(Way way) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(way.words);
        words.addAll(List.of("--verified", "true"));
        long start = start(VERIFIED_TICKS);
        try (SideProcess side = side(new Way(way.name + "-verified", words), VERIFIED_ENTITIES, start)) {
            side.ask("turn " + VERIFIED_TICKS);
            String answer = side.ask("verify");
            result.figure(way.name + " verified", answer);
            System.out.println(way.name + " verified: " + answer);
            if (!answer.startsWith("right")) {
                result.wrong(way.name + ": " + answer);
            }
        }
    }

    /** Measures the rate of the first in units of the second's. */
    Compared compare(Way with, Way without) throws IOException, InterruptedException {
        int allTicks = 2 * (rounds + Abba.WARM_UP) * ticks;
        // the same for both: what they find, and the ids of it, can then be compared
        long start = start(allTicks);
        try (SideProcess one = side(with, entities, start);
                SideProcess other = side(without, entities, start)) {
            one.pause();
            other.pause();
            Abba.Result measured = Abba.measure(() -> wall(one), () -> wall(other), rounds);
            System.out.println(with.name + ", " + without.name + ": " + measured.text());
            result.figure("wallWithoutLoad", measured.figures(with.name, without.name));
            tell(one, with.name);
            tell(other, without.name);
            if (measured.isNoisy()) {
                result.noisy("a side swings by more than " + Abba.NOISY);
            }
            result.measure("rate", measured.ratio());
            one.resume();
            String[] withCounts = counts(one, with.name, allTicks);
            one.pause();
            other.resume();
            String[] withoutCounts = counts(other, without.name, allTicks);
            int warmUp = 2 * Abba.WARM_UP;
            return new Compared(
                    List.copyOf(one.turns().subList(warmUp, one.turns().size())),
                    List.copyOf(other.turns().subList(warmUp, other.turns().size())),
                    withCounts,
                    withoutCounts);
        }
    }

    /** Where a way keeps its checkpoints. */
    Path directory(Way way) {
        return directory.resolve(way.name);
    }

    private Abba.Cost wall(SideProcess side) throws IOException, InterruptedException {
        SideProcess.Turn turn = side.turn(ticks);
        return new Abba.Cost(turn.wall(), turn.cpu());
    }

    private void tell(SideProcess side, String name) {
        result.figure(
                name,
                Map.of(
                        "pointsPerSecond", 1e9 / side.median(turn -> (double) turn.wallNanos() / turn.points()),
                        "loadNsTakenOff", side.median(turn -> turn.makingNanos() / 2.0 / turn.points()),
                        "turnSeconds", side.median(turn -> turn.wallNanos() / 1e9)));
    }

    private String[] counts(SideProcess side, String name, int allTicks) throws IOException, InterruptedException {
        String answer = side.ask("counts");
        String[] counts = answer.split(" ");
        result.figure(name + " sent, received, accepted, judged steps, findings, their hash, rollups", answer);
        if (!counts[0].equals(counts[2])) {
            result.wrong(name + ": the job accepted " + counts[2] + " of " + counts[0] + " points");
        }
        int faults = allTicks < TICKS_TO_FIND ? 0 : entities / SeriesLoad.FAULT_EVERY;
        if (Long.parseLong(counts[4]) < faults) {
            result.wrong(name + ": the job found " + counts[4] + " of " + faults + " planted faults");
        }
        return counts;
    }

    /** Time of the first tick: the last lies in the past, else its points would be of the future. */
    private static long start(int allTicks) {
        long start = System.currentTimeMillis() - allTicks * SeriesLoad.TICK_MILLIS;
        return start - start % 60_000;
    }

    private SideProcess side(Way way, int sideEntities, long start) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                "--side", FrameworkSide.Kind.JOB.name(),
                "--seed", Integer.toString(result.seed()),
                "--entities", Integer.toString(sideEntities),
                "--start", Long.toString(start),
                "--settling", "0",
                "--directory", Files.createDirectories(directory(way)).toString()));
        words.addAll(way.words);
        return new SideProcess(way.name, flags, FrameworkSide.class, words);
    }
}
