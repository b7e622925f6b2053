package io.evenkeel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code ./evenkeel demo} as a newcomer starts it, with ports and a data directory of its own; its words in a file. */
final class DemoProcess implements AutoCloseable {
    private static final int PORT_BASE = 29390;
    static final int CONSOLE_PORT = 28088;

    private final Process process;
    private final Path log;
    private final Path dataDirectory;

    private DemoProcess(Process process, Path log, Path dataDirectory) {
        this.process = process;
        this.log = log;
        this.dataDirectory = dataDirectory;
    }

    static DemoProcess start(Path root, Path dataDirectory, Path log, String... arguments) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        // A background job of a shell starts with Ctrl-C ignored, and children inherit that.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                root.resolve("evenkeel").toString(),
                "demo",
                "--data-dir",
                dataDirectory.toString(),
                "--port-base",
                Integer.toString(PORT_BASE),
                "--console-port",
                Integer.toString(CONSOLE_PORT),
                "--otlp-grpc-port",
                "24317",
                "--otlp-http-port",
                "24318"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new DemoProcess(process, log, dataDirectory);
    }

    String console() {
        return "http://127.0.0.1:" + CONSOLE_PORT;
    }

    String kafka() {
        return "127.0.0.1:" + (PORT_BASE + 2);
    }

    String adminPassword() throws IOException {
        return Files.readString(dataDirectory.resolve("admin-password")).strip();
    }

    Path dataDirectory() {
        return dataDirectory;
    }

    /** Waits until the demo has said something that contains the words. */
    void awaitWords(String words, Duration within) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (System.nanoTime() < deadline) {
            if (said().contains(words)) {
                return;
            }
            if (!process.isAlive()) {
                throw new IllegalStateException("the demo ended with status " + process.exitValue() + ":\n" + said());
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        throw new IllegalStateException("the demo never said '" + words + "':\n" + said());
    }

    String said() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Ctrl-C, and wait. */
    void interrupt() throws InterruptedException, IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        process.waitFor(60, TimeUnit.SECONDS);
    }

    /** Command lines of living processes that carry this demo's data directory or test bed. */
    List<String> leftBehind() {
        return processes().stream()
                .map(each -> each.info().commandLine().orElse(""))
                .toList();
    }

    private List<ProcessHandle> processes() {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .filter(ProcessHandle::isAlive)
                    .filter(each -> each.info().commandLine().orElse("").contains(dataDirectory.toString()))
                    .toList();
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        if (process.isAlive()) {
            interrupt();
        }
        process.destroyForcibly();
        // what a demo that would not stop in order leaves would hold the ports of the next
        processes().forEach(ProcessHandle::destroyForcibly);
    }
}
