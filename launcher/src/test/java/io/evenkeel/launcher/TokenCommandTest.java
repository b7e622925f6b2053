package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.SenderTokens;
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

        run("token", "add", "till", "--file", file.toString());
        run("token", "remove", "shop", "--file", file.toString());

        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("# ours");
        assertThat(Files.readAllLines(file).get(1)).startsWith("till sha256:");
    }

    @Test
    void fileThatIsMadeIsItsOwnersAlone() throws Exception {
        Path file = directory.resolve("fresh");

        run("token", "add", "shop", "--file", file.toString());

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    /** Run with sudo, it must not take the file away from the user whose service reads it. */
    @Test
    void newFileIsReadByThoseWhoReadTheOldOne_evenThroughALink() throws Exception {
        Path file = Files.writeString(directory.resolve("senders"), "# ours\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            Files.setAttribute(file, "unix:uid", 4321);
            Files.setAttribute(file, "unix:gid", 4322);
        }
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        run("token", "add", "shop", "--file", link.toString());

        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file)).contains("shop sha256:");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        if (root) {
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(4321);
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(4322);
        }
        assertThat(directory.resolve("senders.new")).doesNotExist();
    }

    /** The receiver takes any white space between name and hash. */
    @Test
    void lineWithATabIsFoundToo_andTheLastSendersEndIsTold() throws Exception {
        Path file = directory.resolve("senders");
        Files.writeString(file, SenderTokens.line("shop", "token", 0).replace(' ', '\t') + "\n");

        String said = run("token", "remove", "shop", "--file", file.toString());

        assertThat(said).contains("shop is shut out.", "turns everybody away");
        assertThat(file).isEmptyFile();
    }

    private String run(String... arguments) throws Exception {
        try (EvenkeelProcess process = EvenkeelProcess.start(directory, Map.of(), arguments)) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isZero();
            return process.out();
        }
    }
}
