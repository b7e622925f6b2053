package io.evenkeel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A part of a bench in a process of its own: it says {@code ready}, obeys its standard input, and ends with it. */
final class ChildJvm implements AutoCloseable {
    private static final long CLOCK_TICKS_PER_SECOND = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long MOST_SECONDS_TO_END = 10;

    private final String name;
    private final Path log;
    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

    private boolean isPaused;
    private volatile boolean isKilled;

    private ChildJvm(String name, Path log, Process process, Consumer<String> counts) {
        this.name = name;
        this.log = log;
        this.process = process;
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> read(counts), name + " output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @param flags of the JVM
     * @param counts takes the lines that begin with {@code c}; the others are kept for {@link #await}
     */
    static ChildJvm start(Class<?> main, List<String> flags, List<String> words, Consumer<String> counts)
            throws IOException {
        // a name nobody else can foresee, readable by its owner only
        Path log = Files.createTempFile("evenkeel-bench-" + main.getSimpleName() + "-", ".log");
        Process process = new ProcessBuilder(command(main, flags, words))
                .redirectError(log.toFile())
                .start();
        return new ChildJvm(main.getSimpleName() + " (" + log + ")", log, process, counts);
    }

    /** This process's Java and class path, another main. */
    static List<String> command(Class<?> main, List<String> flags, List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(words);
        return command;
    }

    /** Waits for a line that begins so; fails when the process has ended or nothing comes. */
    String await(String beginning) throws InterruptedException {
        return await(beginning, PATIENCE);
    }

    /** @param patience between two lines */
    String await(String beginning, Duration patience) throws InterruptedException {
        while (true) {
            String line = words.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null || line.isEmpty()) {
                throw new IllegalStateException(name + " said no \"" + beginning + "\" and "
                        + (process.isAlive() ? "still runs" : "ended with " + process.exitValue()));
            }
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    void say(String line) throws IOException {
        in.write(line + '\n');
        in.flush();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Its checkpoints, timers and garbage must not take time from whoever's turn it is. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
        isPaused = true;
    }

    void resume() throws IOException, InterruptedException {
        if (isPaused) {
            signal("-CONT");
            isPaused = false;
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + signal + " of " + name + " failed");
        }
    }

    /** Ends it at once; what it logged stays only when it had ended by itself. */
    void kill() {
        boolean wasAlive = process.isAlive();
        isKilled = true;
        process.destroyForcibly().onExit().join();
        if (wasAlive) {
            deleteLog();
        }
    }

    private void deleteLog() {
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CPU that all its threads have used, ns (proc(5), /proc/PID/stat fields 14 and 15). */
    long cpuNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return ticks * (TimeUnit.SECONDS.toNanos(1) / CLOCK_TICKS_PER_SECOND);
    }

    /** Ends its input, and it with force when that does not end it. What it logged stays only when it ended badly. */
    @Override
    public void close() {
        try {
            resume();
            process.getOutputStream().close();
            if (process.waitFor(MOST_SECONDS_TO_END, TimeUnit.SECONDS)) {
                if (process.exitValue() == 0) {
                    deleteLog();
                }
                return;
            }
        } catch (IOException ended) {
            // It has gone already, or goes now.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    private void read(Consumer<String> counts) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("c ")) {
                    counts.accept(line);
                } else if (!line.isEmpty()) {
                    words.add(line);
                }
            }
        } catch (IOException e) {
            // A process that we have killed takes its output with it.
            if (!isKilled) {
                throw new UncheckedIOException(e);
            }
        } finally {
            words.add("");
        }
    }

    /** A fixed heap. */
    static List<String> flags(int heapMb, String... more) {
        List<String> flags = new ArrayList<>(List.of("-Xms" + heapMb + "m", "-Xmx" + heapMb + "m"));
        flags.addAll(Arrays.asList(more));
        return flags;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
