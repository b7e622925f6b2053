package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.FrameworkSide.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@link Goal#P2} and {@link Goal#P2B}: the whole detection job (bytes in memory to events in memory, checkpoint each second)
 * against its own kernels in a plain loop, or against a job that hands points through one by one. Each side is a process;
 * CPU of the whole process counts, compiler, collector and checkpoints included; what making the load costs is measured
 * on its thread and taken off. While one works the other is stopped.
 *
 * <p>Before that both sides run a smaller load with every metric rolled up, and each minute of each series must hold as many
 * points, and the mean, as were sent. In the timed part all points must be accepted, and both must find the same findings.
 *
 * <p>{@code FrameworkBench --goal P2|P2b [--seed N] [--rounds 5] [--ticks 150] [--entities 1000] [--json FILE]}
 */
final class FrameworkBench {
    private static final int VERIFIED_ENTITIES = 100;
    private static final int VERIFIED_TICKS = 200;
    private static final List<String> FLAGS = List.of("-Xmx2g", "-XX:+UseSerialGC");

    private final GoalResult result;
    private final int entities;
    private final int rounds;
    private final int ticks;

    private FrameworkBench(GoalResult result, Arguments arguments) {
        this.result = result;
        entities = arguments.number("--entities", 1000);
        rounds = arguments.number("--rounds", 5);
        ticks = arguments.number("--ticks", 150);
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of(words);
        Goal goal = Goal.of(arguments.text("--goal", "P2")).orElseThrow();
        GoalResult result = GoalResult.start(goal, arguments);
        FrameworkBench bench = new FrameworkBench(result, arguments);
        Path directory = Files.createTempDirectory("evenkeel-bench");
        try {
            bench.verify(Kind.JOB, directory);
            if (goal == Goal.P2) {
                bench.verify(Kind.LOOP, directory);
            }
            bench.compare(goal == Goal.P2 ? Kind.LOOP : Kind.PASS, directory);
        } finally {
            delete(directory);
        }
        System.exit(result.finish());
    }

    private void verify(Kind kind, Path directory) throws IOException, InterruptedException {
        try (SideProcess side = side(kind, VERIFIED_ENTITIES, start(VERIFIED_TICKS), true, directory)) {
            side.ask("turn " + VERIFIED_TICKS);
            String answer = side.ask("verify");
            result.figure(kind + " verified", answer);
            System.out.println(kind + " verified: " + answer);
            if (!answer.startsWith("right")) {
                result.wrong(kind + ": " + answer);
            }
        }
    }

    private void compare(Kind rivalKind, Path directory) throws IOException, InterruptedException {
        // two turns a round, two rounds of warming up
        int allTicks = 2 * (rounds + 2) * ticks;
        long start = start(allTicks);
        try (SideProcess job = side(Kind.JOB, entities, start, false, directory);
                SideProcess rival = side(rivalKind, entities, start, false, directory)) {
            job.pause();
            rival.pause();
            Abba.Result measured = Abba.measure(() -> cpu(job), () -> cpu(rival), rounds);
            // the job is what is judged: its cost in units of the rival's
            System.out.printf("job %s: %s%n", rivalKind, measured.text());
            result.figure("processCpu", measured.figures("job", rivalKind == Kind.LOOP ? "loop" : "pass"));
            result.figure("jobWallNs", job.median(turn -> (double) turn.wallNanos() / turn.points()));
            result.figure("rivalWallNs", rival.median(turn -> (double) turn.wallNanos() / turn.points()));
            result.figure("loadNsTakenOff", job.median(turn -> (double) turn.makingNanos() / turn.points()));
            result.figure("series", entities * SeriesLoad.SERIES);
            if (measured.isNoisy()) {
                result.noisy("a side swings by more than " + Abba.NOISY);
            }
            Calibration.take().check(result, rivalKind == Kind.LOOP ? "kernelLoop" : "barePass", measured.medianB());
            result.measure("cost", 1 / measured.ratio());
            job.resume();
            String[] counted = job.ask("counts").split(" ");
            rival.resume();
            check(counted, rivalKind, rival.ask("counts").split(" "));
        }
    }

    private Abba.Cost cpu(SideProcess side) throws IOException, InterruptedException {
        double cpu = side.turn(ticks).cpu();
        return new Abba.Cost(cpu, cpu);
    }

    private void check(String[] job, Kind rivalKind, String[] rival) {
        result.figure("sent", Long.parseLong(job[0]));
        result.figure("accepted", Long.parseLong(job[2]));
        result.figure("judgedSteps", Long.parseLong(job[3]));
        result.figure("findings", Long.parseLong(job[4]));
        result.figure("rollups", Long.parseLong(job[6]));
        if (!job[0].equals(job[2])) {
            result.wrong("the job accepted " + job[2] + " of " + job[0] + " points");
        }
        if (Long.parseLong(job[4]) < entities / SeriesLoad.FAULT_EVERY) {
            result.wrong("the job found " + job[4] + " of " + entities / SeriesLoad.FAULT_EVERY + " planted faults");
        }
        if (!rival[0].equals(rival[1])) {
            result.wrong("the rival took " + rival[1] + " of " + rival[0] + " points");
        }
        if (rivalKind == Kind.LOOP) {
            for (int i = 2; i <= 5; i++) {
                if (!job[i].equals(rival[i])) {
                    result.wrong("job and loop differ in accepted, judged steps, findings or their ids: "
                            + Arrays.toString(job) + " and " + Arrays.toString(rival));
                    return;
                }
            }
        }
    }

    /** Time of the first of so many ticks: the last lies in the past, else its points would be of the future. */
    private static long start(int ticks) {
        long start = System.currentTimeMillis() - ticks * SeriesLoad.TICK_MILLIS;
        return start - start % SeriesLoad.TICK_MILLIS;
    }

    private SideProcess side(Kind kind, int sideEntities, long start, boolean isVerified, Path directory)
            throws IOException, InterruptedException {
        return new SideProcess(
                kind.name().toLowerCase(Locale.ROOT),
                FLAGS,
                FrameworkSide.class,
                List.of(
                        "--side", kind.name(),
                        "--seed", Integer.toString(result.seed()),
                        "--entities", Integer.toString(sideEntities),
                        "--start", Long.toString(start),
                        "--verified", Boolean.toString(isVerified),
                        "--directory",
                                Files.createTempDirectory(directory, kind.name())
                                        .toString()));
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
