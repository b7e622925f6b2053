package io.evenkeel.ingest.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;

/**
 * A real Collector, named by the system property {@code evenkeel.collector} or the environment variable
 * EVENKEEL_COLLECTOR, or found on the PATH as otelcol-contrib or otelcol. {@code docs/ingest.md} says how to have one.
 */
final class CollectorBinary {
    private CollectorBinary() {}

    /** Its path or name; empty when there is none. */
    static String find() {
        String named = System.getProperty("evenkeel.collector", System.getenv().getOrDefault("EVENKEEL_COLLECTOR", ""));
        if (!named.isEmpty()) {
            return named;
        }
        return Stream.of("otelcol-contrib", "otelcol")
                .filter(Exporter::isOnPath)
                .findFirst()
                .orElse("");
    }

    static void assume(String binary, String story) {
        assumeTrue(
                !binary.isEmpty(),
                () -> "SKIPPED: " + story + ": no Collector; name one by -Devenkeel.collector=... or"
                        + " EVENKEEL_COLLECTOR, or put otelcol-contrib or otelcol on the PATH");
    }
}
