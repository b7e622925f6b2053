package io.evenkeel.ingest.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that exports, with what it said; never outlives the call. */
final class Exporter {
    private Exporter() {}

    /** Its exit code and everything it printed. */
    record Ended(int code, String said) {}

    static Ended run(Path directory, Map<String, String> environment, int seconds, List<String> command)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile(directory, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            return new Ended(ended ? process.exitValue() : -1, Files.readString(said));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** True when an executable of that name is on the PATH. */
    static boolean isOnPath(String name) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
                return true;
            }
        }
        return false;
    }
}
