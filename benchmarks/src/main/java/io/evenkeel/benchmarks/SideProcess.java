package io.evenkeel.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process that measures one side of a ratio and answers commands; stopped (not ended) while it is not its turn. */
final class SideProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final List<Double> wallNanos = new ArrayList<>();
    private final List<Double> makingNanos = new ArrayList<>();
    private boolean isPaused;

    /**
     * @param name what people call it
     * @param heap for example {@code -Xmx2g}
     * @param main class with the main
     * @throws IOException when it ends before it says that it is ready
     */
    SideProcess(String name, String heap, Class<?> main, String... words) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(words));
        process = new ProcessBuilder(command)
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

    /** Wakes it for a turn of that many ticks; its whole process's CPU per point, without what making the load cost. */
    Abba.Cost turn(int ticks) throws IOException {
        resume();
        String[] answer = ask("turn " + ticks).split(" ");
        pause();
        double points = Long.parseLong(answer[3]);
        double making = Long.parseLong(answer[1]) / points;
        makingNanos.add(making);
        wallNanos.add(Long.parseLong(answer[2]) / points);
        double cost = Long.parseLong(answer[0]) / points - making;
        System.out.printf("  %s: %.0f ns a point%n", name, cost);
        return new Abba.Cost(cost, cost);
    }

    /** Wall time of a point over all turns, median, ns; the making of the load included. */
    double medianWallNanos() {
        return Abba.median(
                wallNanos.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    double medianMakingNanos() {
        return Abba.median(
                makingNanos.stream().mapToDouble(Double::doubleValue).sorted().toArray());
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
