package io.evenkeel.testbed;

import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The demo's configuration directory, {@code testbed/config}, for a bed that differs from the defaults: other names of the
 * services, another port. Only the catalogue speaks of those; runbooks, policy and grants are copied as they are.
 */
public final class DemoConfiguration {
    private DemoConfiguration() {}

    /**
     * Copies the directory, with the catalogue fitted to the bed.
     *
     * @param source {@code testbed/config}
     * @param target is made; files of the same name are overwritten
     */
    public static void write(Path source, Path target, TestBedOptions options) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                String text = Files.readString(file);
                Files.writeString(
                        copy, file.getFileName().toString().equals("catalogue.yaml") ? fit(text, options) : text);
            }
        }
    }

    /** Pure part of {@link #write}: the catalogue's text with names, environment, port and token file replaced. */
    static String fit(String catalogue, TestBedOptions options) {
        String fitted = catalogue;
        // By way of a mark, so that swapped names do not meet.
        for (Role role : Role.values()) {
            fitted = fitted.replace("{name: " + role.word() + ",", "{name: \0" + role.word() + "\0,");
        }
        for (Map.Entry<Role, String> name : options.allNames().entrySet()) {
            fitted = fitted.replace("\0" + name.getKey().word() + "\0", name.getValue());
        }
        return fitted.replace("environment: demo", "environment: " + options.environment())
                .replace("http://127.0.0.1:9480", "http://127.0.0.1:" + options.supervisorPort())
                .replace(
                        "${data-dir}/testbed/supervisor.token",
                        options.tokenFile().toString());
    }
}
