package io.evenkeel.remediation.runbook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The directory a fresh installation starts with: an empty catalogue, a policy under which nothing acts, no grants. */
public final class DefaultConfiguration {
    private static final List<String> FILES = List.of("catalogue.yaml", "policy.yaml", "grants.yaml", "routes.yaml");

    private DefaultConfiguration() {}

    /**
     * Creates the directory and the files that are missing; never touches one that is there.
     *
     * @throws IOException when it cannot be written
     */
    public static void createIn(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("runbooks"));
        for (String name : FILES) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                continue;
            }
            try (InputStream text = DefaultConfiguration.class.getResourceAsStream("/default-config/" + name)) {
                if (text == null) {
                    throw new IOException("default-config/" + name + " is not in the jar");
                }
                Files.copy(text, file);
            }
        }
    }
}
