package io.evenkeel.launcher.backfill;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.launcher.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Prometheus of its own for a test, as the distribution ships it, over blocks that promtool made. */
public final class RealPrometheus implements AutoCloseable {
    private final Process process;
    public final URI address;

    private RealPrometheus(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Its binary; the test is skipped by name where there is none. */
    static Path binary() {
        String named = System.getProperty("evenkeel.prometheus", "");
        Stream<Path> candidates = named.isEmpty()
                ? Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(dir -> Path.of(dir, "prometheus"))
                : Stream.of(Path.of(named));
        Path found = candidates.filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(
                found != null,
                "SKIPPED: backfill from a real Prometheus: there is no prometheus on the PATH (apt-get install prometheus),"
                        + " and -Devenkeel.prometheus names none");
        return found;
    }

    /** @param openMetrics what it is to have kept, in OpenMetrics' text */
    public static RealPrometheus start(Path directory, String openMetrics) throws Exception {
        Path binary = binary();
        Path text = Files.writeString(directory.resolve("past.txt"), openMetrics);
        Path data = directory.resolve("data");
        run(
                directory,
                List.of(
                        binary.resolveSibling("promtool").toString(),
                        "tsdb",
                        "create-blocks-from",
                        "openmetrics",
                        text.toString(),
                        data.toString()));
        Path config = Files.writeString(directory.resolve("prometheus.yml"), "scrape_configs: []\n");
        int port = FreePorts.next();
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + data,
                        "--storage.tsdb.retention.time=50y",
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        RealPrometheus prometheus = new RealPrometheus(process, URI.create("http://127.0.0.1:" + port));
        try {
            prometheus.awaitReady();
            return prometheus;
        } catch (IOException | InterruptedException e) {
            prometheus.close();
            throw e;
        }
    }

    private static void run(Path directory, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("promtool.log").toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(Files.readString(directory.resolve("promtool.log")));
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(address.resolve("/-/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // It does not listen yet.
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        throw new IllegalStateException("Prometheus does not become ready");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
