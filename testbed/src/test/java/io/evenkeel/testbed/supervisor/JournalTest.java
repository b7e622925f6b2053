package io.evenkeel.testbed.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    @TempDir
    private Path dir;

    @Test
    void whatWasWrittenIsReadBack() throws Exception {
        Entry written;
        try (Journal journal = Journal.open(dir.resolve("j"), NOON)) {
            written = journal.append(
                    "k", Entry.Phase.INTENT, "scale", "payment", Map.of("replicas", 1), Map.of("replicas", 2), "why");
        }
        try (Journal journal = Journal.open(dir.resolve("j"), NOON)) {
            assertThat(journal.entries()).containsExactly(written);
        }
    }

    /** A crash in the middle of a write leaves half a line, which nobody was told of yet. */
    @Test
    void aTornLastLineIsCutOffAndTheNextOneIsWhole() throws Exception {
        Path file = dir.resolve("j");
        try (Journal journal = Journal.open(file, NOON)) {
            journal.append("k", Entry.Phase.INTENT, "deploy", "payment", Map.of(), Map.of(), "");
        }
        Files.writeString(file, "{\"sequence\":2,\"at\":\"2026", StandardOpenOption.APPEND);
        try (Journal journal = Journal.open(file, NOON)) {
            journal.append("k", Entry.Phase.APPLIED, "deploy", "payment", Map.of(), Map.of(), "");
        }
        try (Journal journal = Journal.open(file, NOON)) {
            assertThat(journal.entries()).extracting(Entry::sequence).containsExactly(1L, 2L);
        }
    }

    @Test
    void aDamagedLineIsNamedByFileAndLine() throws Exception {
        Path file = dir.resolve("j");
        Files.writeString(file, "{}\n");
        assertThatThrownBy(() -> Journal.open(file, NOON))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + ":1");
    }
}
