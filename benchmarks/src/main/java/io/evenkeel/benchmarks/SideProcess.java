package io.evenkeel.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A process that measures one side of a ratio and answers commands; stopped (not ended) while it is not its turn. */
final class SideProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final List<Turn> turns = new ArrayList<>();
    private boolean isPaused;

    /**
     * @param name what people call it
     * @param flags of the JVM, for example {@code -Xmx2g}
     * @param main class with the main
     * @throws IOException when it ends before it says that it is ready
     */
    SideProcess(String name, List<String> flags, Class<?> main, List<String> words) throws IOException {
        this.name = name;
        process = new ProcessBuilder(ChildJvm.command(main, flags, words))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answer();
    }

    /** Sends a command to a side that is awake, waits for its answer. */
    String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return answer();
    }

    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("= ")) {
                return line.substring(2);
            }
        }
        throw new IOException("a side of the bench ended before it had answered; its log is above");
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
    Turn turn(int ticks) throws IOException {
        resume();
        Turn turn = Turn.of(ask("turn " + ticks));
        pause();
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

    /** Its checkpoints and timers must not take time from the other side. */
    void pause() throws IOException {
        signal("-STOP");
        isPaused = true;
    }

    void resume() throws IOException {
        if (isPaused) {
            signal("-CONT");
            isPaused = false;
        }
    }

    private void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", name, Long.toString(process.pid())).start();
        try {
            if (kill.waitFor() != 0) {
                throw new IOException("kill " + name + " " + process.pid() + " failed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
