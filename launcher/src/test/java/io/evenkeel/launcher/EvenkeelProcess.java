package io.evenkeel.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command as a process of its own, run from the classes under test; what it says goes to two files. */
final class EvenkeelProcess implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path error;

    private EvenkeelProcess(Process process, Path out, Path error) {
        this.process = process;
        this.out = out;
        this.error = error;
    }

    static EvenkeelProcess start(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        return startCommand(directory, environment, command(arguments));
    }

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx768m",
                "-cp",
                System.getProperty("java.class.path"),
                Evenkeel.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static EvenkeelProcess startCommand(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = Files.createTempFile(directory, "said", ".out");
        Path error = Files.createTempFile(directory, "said", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(error.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_") || name.startsWith("EVENKEEL_"));
        builder.environment().putAll(environment);
        return new EvenkeelProcess(builder.start(), out, error);
    }

    /** Waits for its end; returns its status. */
    int awaitEnd(Duration within) throws InterruptedException {
        if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still runs, and said: " + out() + error());
        }
        return process.exitValue();
    }

    void awaitWords(String words, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!out().contains(words)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("never said '" + words + "': " + out() + error());
            }
            // the process needs the cores more than we do
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** What Ctrl-C and a service manager send. */
    void terminate() {
        process.destroy();
    }

    long pid() {
        return process.pid();
    }

    String out() {
        return read(out);
    }

    String error() {
        return read(error);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Living processes whose command line names the directory. */
    static List<ProcessHandle> of(Path directory) {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
                    .toList();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
