package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Senders let in and shut out with the real command. */
class TokenCommandTest {
    @TempDir
    Path directory;

    @Test
    void tokenIsShownOnceAndOnlyItsHashIsKept() throws Exception {
        Path file = directory.resolve("senders");
        Files.writeString(file, "# ours\n");

        String said = run("token", "add", "shop", "--file", file.toString(), "--bytes-per-second", "1000");

        String token = said.lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        assertThat(token).hasSize(43);
        assertThat(Files.readString(file))
                .startsWith("# ours\nshop sha256:")
                .endsWith(" bytes/s=1000\n")
                .doesNotContain(token);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));

        run("token", "add", "till", "--file", file.toString());
        run("token", "remove", "shop", "--file", file.toString());

        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("# ours");
        assertThat(Files.readAllLines(file).get(1)).startsWith("till sha256:");
    }

    private String run(String... arguments) throws Exception {
        try (EvenkeelProcess process = EvenkeelProcess.start(directory, Map.of(), arguments)) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isZero();
            return process.out();
        }
    }
}
