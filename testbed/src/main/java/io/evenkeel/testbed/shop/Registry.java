package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Where the replicas of each role listen: a file that the platform replaces and every caller reads again at most
 * {@value #LOOK_EVERY_MILLIS} ms later. As in many a real shop it lists the replicas wanted, not the replicas well: a dead
 * or hung one stays in it until somebody acts. Thread-safe.
 */
public final class Registry {
    /** After a change callers have moved over within this time, milliseconds. */
    public static final long LOOK_EVERY_MILLIS = 200;

    private final Path file;
    private final AtomicInteger turn = new AtomicInteger();
    private Map<Role, List<String>> endpoints = Map.of();
    private long lookedAtMillis = Long.MIN_VALUE / 2;
    private Object stamp = "";

    public Registry(Path file) {
        this.file = file;
    }

    /** Writes the file so that a reader sees the old or the new content, never half of one. */
    public static void write(Path file, Map<Role, List<String>> endpoints) throws IOException {
        Map<String, List<String>> words = new LinkedHashMap<>();
        endpoints.forEach((role, hosts) -> words.put(role.word(), hosts));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, Json.write(words));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The replica whose turn it is, {@code 127.0.0.1:9484}; empty text when none is listed. */
    public String next(Role role) {
        List<String> hosts = all(role);
        return hosts.isEmpty() ? "" : hosts.get(Math.floorMod(turn.getAndIncrement(), hosts.size()));
    }

    /** All replicas listed, in order. */
    public synchronized List<String> all(Role role) {
        long now = System.nanoTime() / 1_000_000;
        if (now - lookedAtMillis >= LOOK_EVERY_MILLIS) {
            lookedAtMillis = now;
            look();
        }
        return endpoints.getOrDefault(role, List.of());
    }

    private void look() {
        try {
            Object key = List.of(
                    Files.getLastModifiedTime(file),
                    String.valueOf(Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                            .fileKey()));
            if (!key.equals(stamp)) {
                endpoints = read(Files.readString(file));
                stamp = key;
            }
        } catch (IOException | BadRequestException keepTheLastGoodOne) {
            // The file may be missing while the platform starts; the callers go on with what they know.
            stamp = "";
        }
    }

    private static Map<Role, List<String>> read(String text) {
        Map<Role, List<String>> read = new EnumMap<>(Role.class);
        JsonNode tree = Json.tree(text);
        for (Role role : Role.values()) {
            List<String> hosts = new ArrayList<>();
            tree.path(role.word()).forEach(host -> hosts.add(host.asString()));
            read.put(role, List.copyOf(hosts));
        }
        return read;
    }
}
