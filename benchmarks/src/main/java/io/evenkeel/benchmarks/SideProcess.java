package io.evenkeel.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A process that measures one side of a ratio and answers commands; stopped (not ended) while it is not its turn. */
final class SideProcess implements AutoCloseable {
    /** A turn of a million series takes a minute on a slow machine; the bench itself is ended after twenty. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final String name;
    private final ChildJvm process;
    private final List<Turn> turns = new ArrayList<>();

    /**
     * @param name what people call it
     * @param flags of the JVM, for example {@code -Xmx2g}
     * @param main class with the main
     * @throws IllegalStateException when it ends before it says that it is ready
     */
    SideProcess(String name, List<String> flags, Class<?> main, List<String> words)
            throws IOException, InterruptedException {
        this.name = name;
        process = ChildJvm.start(main, flags, words, line -> {});
        answer();
    }

    /** Sends a command to a side that is awake, waits for its answer. */
    String ask(String command) throws IOException, InterruptedException {
        process.say(command);
        return answer();
    }

    private String answer() throws InterruptedException {
        return process.await("= ", PATIENCE).substring("= ".length());
    }

    /**
     * What a side tells of a turn.
     *
     * @param cpuNanos of its whole process
     * @param makingNanos CPU of making the load, in it
     * @param wallNanos from the first request to the last point taken
     * @param checkpoints completed in the turn
     * @param checkpointBytes of all of them
     */
    record Turn(long cpuNanos, long makingNanos, long wallNanos, long points, long checkpoints, long checkpointBytes) {
        static Turn of(String answer) {
            long[] numbers =
                    Arrays.stream(answer.split(" ")).mapToLong(Long::parseLong).toArray();
            return new Turn(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        }

        /** CPU of a point without what making the load cost, ns. */
        double cpu() {
            return (double) (cpuNanos - makingNanos) / points;
        }

        /**
         * Wall time of a point, ns, without what making the load cost: two sources make it, on a core each. The same is
         * taken off whoever is slower, so that a cheap or dear load does not bring two sides' rates together.
         */
        double wall() {
            return (wallNanos - makingNanos / 2.0) / points;
        }
    }

    /** Wakes it for a turn of that many ticks. */
    Turn turn(int ticks) throws IOException, InterruptedException {
        process.resume();
        Turn turn = Turn.of(ask("turn " + ticks));
        process.pause();
        turns.add(turn);
        System.out.printf(
                "  %s: %.0f ns of CPU a point, %.0f ns of wall, %d checkpoints%n",
                name, turn.cpu(), turn.wall(), turn.checkpoints);
        return turn;
    }

    /** All turns so far, those of warming up included. */
    List<Turn> turns() {
        return turns;
    }

    double median(ToDoubleFunction<Turn> figure) {
        return Abba.median(turns.stream().mapToDouble(figure).sorted().toArray());
    }

    void pause() throws IOException, InterruptedException {
        process.pause();
    }

    void resume() throws IOException, InterruptedException {
        process.resume();
    }

    @Override
    public void close() {
        process.kill();
    }
}
