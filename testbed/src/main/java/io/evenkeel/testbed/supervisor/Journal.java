package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The platform's own record of what it did: JSON lines, each on disk (fsync) before {@link #append} returns. It is the
 * only truth about versions and operations; what the platform knows at start is read from it. Thread-safe.
 */
final class Journal implements AutoCloseable {
    private final FileChannel file;
    private final InstantSource clock;
    private final List<Entry> entries;

    private Journal(FileChannel file, InstantSource clock, List<Entry> entries) {
        this.file = file;
        this.clock = clock;
        this.entries = entries;
    }

    /**
     * Opens and reads it. A last line without its end, torn by a crash, never was durable and is cut off.
     *
     * @throws IOException if it cannot be read, or a line before the last is not ours
     */
    static Journal open(Path path, InstantSource clock) throws IOException {
        byte[] bytes = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        List<Entry> entries = new ArrayList<>();
        for (String line :
                new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList()) {
            entries.add(read(path, entries.size() + 1, line));
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.truncate(end);
        file.position(end);
        file.force(true);
        return new Journal(file, clock, entries);
    }

    /** Writes a line and waits until it is on disk. */
    synchronized Entry append(
            String token,
            Entry.Phase phase,
            String action,
            String service,
            Map<String, Object> before,
            Map<String, Object> after,
            String text) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Entry entry = new Entry(entries.size() + 1, now, token, phase, action, service, before, after, text);
        try {
            ByteBuffer line = StandardCharsets.UTF_8.encode(Json.write(entry.json()) + "\n");
            while (line.hasRemaining()) {
                file.write(line);
            }
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal cannot be written; nothing more is done", e);
        }
        entries.add(entry);
        return entry;
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    private static Entry read(Path path, int number, String line) throws IOException {
        try {
            JsonNode json = Json.tree(line);
            return new Entry(
                    json.path("sequence").asLong(),
                    Instant.parse(json.path("at").asString()),
                    json.path("token").asString(),
                    Entry.Phase.valueOf(json.path("phase").asString().toUpperCase(Locale.ROOT)),
                    json.path("action").asString(),
                    json.path("service").asString(),
                    values(json.path("before")),
                    values(json.path("after")),
                    json.path("text").asString());
        } catch (BadRequestException | IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException(
                    path + ":" + number + ": not a line of the journal; move the file away to start afresh", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> values(JsonNode node) {
        return Json.read(node.toString(), Map.class);
    }
}
