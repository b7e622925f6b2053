package io.evenkeel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A running {@link BenchBroker} and the temporary directory of its bench, which goes with it. */
record Broker(Path directory, String bootstrap, ChildJvm process) implements AutoCloseable {
    static Broker start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("evenkeel-bench-");
        int port = ChildJvm.freePort();
        ChildJvm process = ChildJvm.start(
                BenchBroker.class,
                ChildJvm.flags(512, "-XX:+UseSerialGC"),
                List.of(
                        directory.resolve("broker").toString(),
                        Integer.toString(port),
                        Integer.toString(ChildJvm.freePort())),
                line -> {});
        process.await("ready");
        return new Broker(directory, "127.0.0.1:" + port, process);
    }

    @Override
    public void close() throws IOException {
        process.close();
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
