package io.evenkeel.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration of a fresh installation: an empty catalogue, the default policy, no grants, no routes, no runbooks. */
final class DefaultConfiguration {
    private static final List<String> FILES = List.of("catalogue.yaml", "policy.yaml", "grants.yaml", "routes.yaml");

    private DefaultConfiguration() {}

    static void writeIfAbsent(Path directory) {
        try {
            Files.createDirectories(directory.resolve("runbooks"));
            for (String file : FILES) {
                Path target = directory.resolve(file);
                if (!Files.exists(target)) {
                    try (InputStream template =
                            DefaultConfiguration.class.getResourceAsStream("/default-config/" + file)) {
                        if (template == null) {
                            throw new StartupException("the distribution lacks the default " + file);
                        }
                        Files.copy(template, target);
                    }
                }
            }
        } catch (IOException e) {
            throw new StartupException(
                    "cannot write the default configuration to " + directory + ": " + e.getMessage(), e);
        }
    }
}
