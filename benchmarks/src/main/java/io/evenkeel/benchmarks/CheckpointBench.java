package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.JobRates.Compared;
import io.evenkeel.benchmarks.JobRates.Way;
import io.evenkeel.benchmarks.SideProcess.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@link Goal#P10}: rate of the whole detection job with a checkpoint to disk each second in units of its rate without, at
 * 1,000,000 series of the full tier (every metric in the catalogue: profile of the day, minute windows, a rollup a minute).
 * Both sides must accept every point and come to the same verdicts and findings. In each turn that counts one side must
 * complete checkpoints that hold all series, the other none.
 *
 * <p>A side's heap has room for its books, their bytes while a checkpoint is written, and what the
 * collector wants beside; both sides are alive, so the machine must hold twice that. The parallel collector, as for P4:
 * gigabytes are moved when the old generation is full.
 *
 * <p>{@code CheckpointBench [--seed N] [--rounds 5] [--ticks 12] [--series 1000000] [--heap 5632] [--json FILE]}; the goal is
 * about 1,000,000 series, with fewer it is only tried out.
 */
final class CheckpointBench {
    private static final int SERIES = 1_000_000;
    /** Between one checkpoint and the next, ms. */
    private static final String INTERVAL = "1000";
    /** A full series' profile alone is more; what a checkpoint weighs is P6's. */
    private static final int LEAST_BYTES = 256;

    private CheckpointBench() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of(words);
        GoalResult result = GoalResult.start(Goal.P10, arguments);
        int series = arguments.number("--series", SERIES);
        List<String> flags = ChildJvm.flags(arguments.number("--heap", 5632), "-XX:+UseParallelGC");
        Path directory = Files.createTempDirectory("evenkeel-bench");
        try {
            JobRates rates = new JobRates(
                    result,
                    flags,
                    series / SeriesLoad.SERIES,
                    arguments.number("--rounds", 5),
                    arguments.number("--ticks", 12),
                    directory);
            Way with = new Way("checkpoints", List.of("--checkpoint", INTERVAL, "--catalogue", "*"));
            Way without = new Way("none", List.of("--checkpoint", "0", "--catalogue", "*"));
            rates.verify(with);
            rates.verify(without);
            Compared compared = rates.compare(with, without);
            checkSame(compared, result);
            checkCompleted(compared.with(), series, rates.directory(with), result);
            checkNone(compared.without(), rates.directory(without), result);
            if (series != SERIES) {
                result.wrong("tried with " + series + " series; the goal is about " + SERIES);
            }
        } finally {
            FrameworkBench.delete(directory);
        }
        System.exit(result.finish());
    }

    private static void checkSame(Compared compared, GoalResult result) {
        // accepted, judged steps, findings, their ids
        if (!Arrays.equals(compared.withCounts(), 2, 6, compared.withoutCounts(), 2, 6)) {
            result.wrong("with and without checkpoints accepted, judged steps, findings or their ids differ: "
                    + Arrays.toString(compared.withCounts()) + " and " + Arrays.toString(compared.withoutCounts()));
        }
    }

    private static void checkCompleted(List<Turn> turns, int series, Path directory, GoalResult result)
            throws IOException {
        long count = turns.stream().mapToLong(Turn::checkpoints).sum();
        long bytes = turns.stream().mapToLong(Turn::checkpointBytes).sum();
        double seconds = turns.stream().mapToLong(Turn::wallNanos).sum() / 1e9;
        result.figure("checkpoints", count);
        result.figure("checkpointBytes", bytes);
        result.figure("secondsFromOneToTheNext", seconds / count);
        result.figure("checkpointBytesPerSeries", (double) bytes / count / series);
        result.figure("disk", Files.getFileStore(directory).type());
        System.out.printf(
                "%d checkpoints in %.0f s, %.0f B a series%n", count, seconds, (double) bytes / count / series);
        if (turns.stream().anyMatch(turn -> turn.checkpoints() == 0)) {
            result.wrong("no checkpoint was completed in a turn that counts");
        } else if (bytes / count < (long) LEAST_BYTES * series) {
            result.wrong(count + " checkpoints of " + bytes + " B do not hold " + series + " series");
        }
        long kept = files(directory).stream()
                .filter(file -> file.getFileName().toString().equals("_metadata"))
                .count();
        if (kept == 0) {
            result.wrong("no checkpoint lies on the disk");
        }
    }

    private static void checkNone(List<Turn> turns, Path directory, GoalResult result)
            throws IOException, InterruptedException {
        long count = turns.stream().mapToLong(Turn::checkpoints).sum();
        if (count > 0 || !files(directory).isEmpty()) {
            result.wrong("the side without checkpoints completed " + count + " and left " + files(directory));
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return new ArrayList<>(all.filter(Files::isRegularFile).toList());
        }
    }
}
