package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The releases that exist, per role: a version and the environment variables its process is started with. A bad release
 * carries its fault in them, so that rolling back really takes the fault away. Kept in {@code releases.json}. Thread-safe.
 */
final class Releases {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final Map<Role, String> FIRST = Map.of(
            Role.FRONT, "2.8.1",
            Role.CATALOG, "1.4.2",
            Role.CHECKOUT, "3.1.0",
            Role.PAYMENT, "4.11.3",
            Role.INVENTORY, "0.9.6");

    private final Path file;
    private final Map<Role, List<Release>> releases;

    /**
     * One release.
     *
     * @param version three numbers
     * @param behaviour environment variables, empty for a sound release
     */
    record Release(String version, Map<String, String> behaviour) {}

    private Releases(Path file, Map<Role, List<Release>> releases) {
        this.file = file;
        this.releases = releases;
    }

    /** Reads the file, or makes it with one sound release per role. */
    static Releases open(Path file) throws IOException {
        Map<Role, List<Release>> read = new EnumMap<>(Role.class);
        JsonNode tree = Files.exists(file) ? Json.tree(Files.readString(file)) : Json.tree("{}");
        for (Role role : Role.values()) {
            List<Release> of = new ArrayList<>();
            for (JsonNode release : tree.path(role.word())) {
                Map<String, String> behaviour = new LinkedHashMap<>();
                release.path("behaviour")
                        .properties()
                        .forEach(variable -> behaviour.put(
                                variable.getKey(), variable.getValue().asString()));
                of.add(new Release(release.path("version").asString(), behaviour));
            }
            if (of.isEmpty()) {
                of.add(new Release(String.valueOf(FIRST.get(role)), Map.of()));
            }
            read.put(role, of);
        }
        Releases releases = new Releases(file, read);
        releases.save();
        return releases;
    }

    /** @throws BadRequestException 404 when there is no such release */
    synchronized Release find(Role role, String version) {
        return of(role).stream()
                .filter(release -> release.version().equals(version))
                .findFirst()
                .orElseThrow(() -> new BadRequestException(
                        404, "no release " + version + " of " + role.word() + "; there are " + versions(role)));
    }

    /** The oldest one, which a fresh shop starts with. */
    synchronized Release first(Role role) {
        return of(role).get(0);
    }

    /**
     * Adds a release, as a build server would.
     *
     * @param version null takes the next patch level above all there are, or the next minor one when it changes behaviour
     * @throws BadRequestException 409 when the version exists already, 422 when it is not three numbers
     */
    synchronized Release add(Role role, @Nullable String version, Map<String, String> behaviour) {
        String named = version == null ? next(role, !behaviour.isEmpty()) : version;
        if (!VERSION.matcher(named).matches()) {
            throw new BadRequestException(422, "a version is three numbers like 4.12.0, not '" + named + "'");
        }
        if (versions(role).contains(named)) {
            throw new BadRequestException(409, "release " + named + " of " + role.word() + " exists already");
        }
        Release release = new Release(named, Map.copyOf(behaviour));
        of(role).add(release);
        save();
        return release;
    }

    synchronized Map<String, Object> json(Role role) {
        return Map.of("releases", List.copyOf(of(role)));
    }

    private List<Release> of(Role role) {
        return releases.computeIfAbsent(role, absent -> new ArrayList<>());
    }

    private List<String> versions(Role role) {
        return of(role).stream().map(Release::version).toList();
    }

    private String next(Role role, boolean minor) {
        int[] highest = {0, 0, 0};
        for (String version : versions(role)) {
            Matcher parts = VERSION.matcher(version);
            if (parts.matches()) {
                int[] numbers = {
                    Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3))
                };
                highest = java.util.Arrays.compare(numbers, highest) > 0 ? numbers : highest;
            }
        }
        return minor
                ? highest[0] + "." + (highest[1] + 1) + ".0"
                : highest[0] + "." + highest[1] + "." + (highest[2] + 1);
    }

    private void save() {
        Map<String, List<Release>> words = new LinkedHashMap<>();
        releases.forEach((role, of) -> words.put(role.word(), of));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, Json.write(words));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
