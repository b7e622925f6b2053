package io.evenkeel.benchmarks.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Some roles of the product as a process of its own, started by its own command, stopped and killed from outside. */
final class RoleProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final int KIBIBYTE = 1024;

    private final Path home;
    private final Path data;
    private final String javaOptions;
    private final List<String> command;
    private @Nullable Process process;
    private int starts;

    /** @param javaOptions beside the product's own, for example a smaller heap */
    RoleProcess(Path home, String roles, Path data, String javaOptions, String... options) {
        this.home = home;
        this.data = data;
        this.javaOptions = javaOptions;
        this.command = new ArrayList<>(
                List.of(home.resolve("evenkeel").toString(), "run", "--roles", roles, "--data-dir", data.toString()));
        command.addAll(List.of(options));
    }

    /** Starts it and waits until it says that it is ready; gives the time that took. */
    Duration start() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Files.createDirectories(data);
        Path said = data.resolve("said-" + ++starts + ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("EVENKEEL_JAVA_OPTIONS", javaOptions);
        Process started = builder.start();
        process = started;
        Installation.await("it says that it is ready in " + said, START_LIMIT, () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException(
                        "it ended with " + started.exitValue() + "; what it said is in " + said);
            }
            return contains(said, "Ready after");
        });
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static boolean contains(Path file, String words) {
        try {
            return Files.readString(file).contains(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        Process running = running();
        running.destroyForcibly();
        running.waitFor();
    }

    /** SIGSTOP: it keeps its connections and answers nothing. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(running().pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " ended with " + status);
        }
    }

    /** The most memory it ever held (VmHWM of /proc), bytes. */
    long peakResidentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(running().pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                .findFirst()
                .orElseThrow();
    }

    private Process running() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException(
                    "it does not run; what it said is in " + data.resolve("said-" + starts + ".txt"));
        }
        return running;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process == null || !process.isAlive()) {
            return;
        }
        signal("CONT");
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
