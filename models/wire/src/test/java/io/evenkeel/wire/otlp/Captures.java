package io.evenkeel.wire.otlp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Real exporter output, kept beside the repository: a directory with {@code otlp/MANIFEST.tsv}, named by the system
 * property {@code evenkeel.data} or the environment variable {@code EVENKEEL_DATA}.
 */
final class Captures {
    private Captures() {}

    /** Files in {@code otlp/<folder>} whose name has that part and ends in {@code .pb}; skips the test without them. */
    static List<Path> find(String folder, String part) throws IOException {
        String place = System.getProperty("evenkeel.data", System.getenv("EVENKEEL_DATA"));
        Assumptions.assumeTrue(
                place != null && Files.isDirectory(Path.of(place, "otlp", folder)),
                "SKIPPED: OTLP captures not found; set -Devenkeel.data or EVENKEEL_DATA to the data directory");
        try (Stream<Path> files = Files.list(Path.of(place, "otlp", folder))) {
            return files.filter(file -> file.getFileName().toString().contains(part)
                            && file.getFileName().toString().endsWith(".pb"))
                    .sorted()
                    .toList();
        }
    }
}
