package io.evenkeel.benchmarks.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One installation of the product, started by its own command and killed from outside. One thread. */
final class Installation implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Place place;
    private final List<String> command;
    private @Nullable Process process;
    private int starts;

    /**
     * Where it lives and listens: ports of its own, so that it stands beside others.
     *
     * @param home the clone that has {@code ./evenkeel}
     * @param data data directory
     * @param port first of 20 ports of the proof; the inner ones and a test bed's begin 10 above it
     */
    record Place(Path home, Path data, int port) {
        int console() {
            return port;
        }

        int otlpGrpc() {
            return port + 1;
        }

        int otlpHttp() {
            return port + 2;
        }

        int portBase() {
            return port + 10;
        }

        int postgres() {
            return portBase() + 3;
        }

        Path config() {
            return data.resolve("config");
        }

        String jdbcUrl() {
            return "jdbc:postgresql://127.0.0.1:" + postgres() + "/evenkeel?connectTimeout=5&socketTimeout=60";
        }

        String databasePassword() throws IOException {
            return Files.readString(data.resolve("secrets/postgres-password")).strip();
        }

        String adminPassword() throws IOException {
            return Files.readString(data.resolve("admin-password")).strip();
        }
    }

    Installation(Place place, String... more) {
        this.place = place;
        this.command = new ArrayList<>(List.of(
                place.home().resolve("evenkeel").toString(),
                "run",
                "--data-dir",
                place.data().toString(),
                "--console-port",
                Integer.toString(place.console()),
                "--otlp-grpc-port",
                Integer.toString(place.otlpGrpc()),
                "--otlp-http-port",
                Integer.toString(place.otlpHttp()),
                "--port-base",
                Integer.toString(place.portBase())));
        command.addAll(List.of(more));
    }

    Place place() {
        return place;
    }

    /** Starts it and waits for its door and its console; gives the time that took. */
    Duration start(Map<String, String> environment) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Files.createDirectories(place.data());
        Path said = said(++starts);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(place.home().toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        Door door = new Door(place.otlpHttp());
        await("the door and the console open; what it said is in " + said, START_LIMIT, () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException(
                        "it ended with " + started.exitValue() + "; what it said is in " + said);
            }
            return door.isOpen() && isListening(place.console());
        });
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Path said(int start) {
        return place.data().resolve("said-" + start + ".txt");
    }

    private static boolean isListening(int port) {
        try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL to the whole JVM; children that are processes of their own stay. Gives the exit status. */
    int kill() throws InterruptedException {
        Process running = running();
        if (!running.isAlive()) {
            throw new IllegalStateException("it had ended by itself with " + running.exitValue()
                    + " before it could be killed; what it said is in " + said(starts));
        }
        running.destroyForcibly();
        return running.waitFor();
    }

    /** SIGKILL to PostgreSQL's first process. */
    void killPostgres() throws IOException, InterruptedException {
        ProcessHandle postmaster = postmaster();
        if (postmaster == null) {
            throw new IllegalStateException("PostgreSQL does not run");
        }
        postmaster.destroyForcibly();
        await("PostgreSQL is gone", Duration.ofSeconds(10), () -> !postmaster.isAlive());
    }

    private @Nullable ProcessHandle postmaster() throws IOException {
        Path pidFile = place.data().resolve("postgres/data/postmaster.pid");
        if (!Files.exists(pidFile)) {
            return null;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        return ProcessHandle.of(pid)
                .filter(handle -> handle.info().command().orElse("").endsWith("postgres"))
                .orElse(null);
    }

    /** Waits until a line of its log holds the text. */
    void awaitLogged(String text, Duration limit) throws InterruptedException {
        Path log = place.data().resolve("log/evenkeel.log");
        await("its log says: " + text, limit, () -> {
            try (Stream<String> lines = Files.lines(log)) {
                return lines.anyMatch(line -> line.contains(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("it has not been started");
        }
        return running;
    }

    /** Looks until it is so. */
    static void await(String what, Duration limit, BooleanSupplier isSo) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + limit.toSeconds() + " s in vain: " + what);
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    /** In order if it can, and a PostgreSQL that a kill left behind too. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        ProcessHandle left = postmaster();
        if (left != null) {
            left.destroy();
        }
    }
}
