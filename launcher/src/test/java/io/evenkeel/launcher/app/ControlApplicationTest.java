package io.evenkeel.launcher.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a person reads when the control plane does not come up. */
class ControlApplicationTest {
    private static final ControlApplication.Settings SETTINGS = new ControlApplication.Settings(
            8088,
            4317,
            4318,
            "127.0.0.1:9392",
            "jdbc:postgresql://127.0.0.1:5632/evenkeel",
            "evenkeel",
            "secret-password",
            Path.of("data"),
            Path.of("config"),
            Duration.ofMinutes(5),
            null);

    /** Seen when PostgreSQL was killed between its own start and the control plane's: only "Connection refused" was said. */
    @Test
    void aDatabaseThatWentAway_isNamedWithItsLogAndTheWayOut() {
        Throwable error = new IllegalStateException(
                "bean", new SQLException("refused", "08001", new ConnectException("Connection refused")));

        assertThat(ControlApplication.reason(error, SETTINGS))
                .contains("127.0.0.1:5632/evenkeel")
                .contains("Connection refused")
                .contains(Path.of("data", "postgres", "postgres.log").toString())
                .contains("start again")
                .doesNotContain("secret-password");
    }

    @Test
    void anythingElse_isSaidAsItIs() {
        assertThat(ControlApplication.reason(new IllegalStateException("port 8088 is taken"), SETTINGS))
                .isEqualTo("the control plane cannot start: port 8088 is taken");
    }
}
