package io.evenkeel.launcher.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.launcher.FreePorts;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server: safe by default, found again after a kill, and clear about what is in its way. */
class PostgresServerTest {
    @TempDir
    static Path binaries;

    @TempDir
    Path home;

    @BeforeAll
    static void letTheServerReachItsBinaries() throws IOException {
        open(binaries);
    }

    @BeforeEach
    void letTheServerReachItsData() throws IOException {
        open(home);
    }

    @Test
    void keepsWhatWasCommittedAndSyncsIt() throws Exception {
        var options = options(FreePorts.next());
        try (PostgresServer server = PostgresServer.start(options);
                Connection connection = connect(server)) {
            assertThat(show(connection, "fsync")).isEqualTo("on");
            assertThat(show(connection, "synchronous_commit")).isEqualTo("on");
            assertThat(show(connection, "data_checksums")).isEqualTo("on");
            execute(connection, "create table kept (n int)");
            execute(connection, "insert into kept values (42)");
        }
        try (PostgresServer server = PostgresServer.start(options);
                Connection connection = connect(server)) {
            assertThat(query(connection, "select n from kept")).isEqualTo("42");
        }
    }

    @Test
    void refusesAWrongPassword() {
        try (PostgresServer server = PostgresServer.start(options(FreePorts.next()))) {
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "guess"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void adoptsTheServerThatAKilledRunLeftBehind() {
        var options = options(FreePorts.next());
        PostgresServer orphaned = PostgresServer.start(options);
        try (PostgresServer adopted = PostgresServer.start(options)) {
            assertThat(adopted.pid()).isEqualTo(orphaned.pid());
        }
        assertThat(orphaned.onExit()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void startsAgainAfterTheServerWasKilled() throws Exception {
        try (PostgresServer server = PostgresServer.start(options(FreePorts.next()))) {
            long first = server.pid();
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            server.onExit().get(20, TimeUnit.SECONDS);
            server.restart();
            assertThat(server.pid()).isNotEqualTo(first);
            try (Connection connection = connect(server)) {
                assertThat(query(connection, "select 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket foreign = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> PostgresServer.start(options(foreign.getLocalPort())))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("--port-base")
                    .hasMessageContaining(Integer.toString(foreign.getLocalPort()));
        }
    }

    /** It answers, and refuses our password: that is no reason to send people to the password file. */
    @Test
    void takesNoOtherServerForItsOwn(@TempDir Path elsewhere) throws Exception {
        open(elsewhere);
        var options = options(FreePorts.next());
        var other = new PostgresServer.Options(
                elsewhere.resolve("pg"), options.port(), elsewhere.resolve("password"), "other", options.binaries());
        try (PostgresServer ignored = PostgresServer.start(other)) {
            assertThatThrownBy(() -> PostgresServer.start(options))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + options.port());
        }
    }

    @Test
    void saysHowToMendALostPasswordFile() throws Exception {
        var options = options(FreePorts.next());
        PostgresServer.start(options).close();
        Files.delete(options.passwordFile());
        assertThatThrownBy(() -> PostgresServer.start(options))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(options.passwordFile().toString());
        assertThat(ProcessHandle.allProcesses())
                .as("a server that nobody could use is not left running")
                .noneMatch(process -> process.info().commandLine().orElse("").contains(home.toString()));
    }

    /** What a kill in the middle of initdb leaves. */
    @Test
    void startsOverWhatWasNeverCompleted() throws Exception {
        var options = options(FreePorts.next());
        Path half = Files.createDirectories(options.home().resolve("data.part/base"));
        open(options.home());
        Files.writeString(half.resolveSibling("PG_VERSION"), "18");

        try (PostgresServer server = PostgresServer.start(options);
                Connection connection = connect(server)) {
            assertThat(query(connection, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void neverComesBackOnceClosed() {
        PostgresServer server = PostgresServer.start(options(FreePorts.next()));
        server.close();

        assertThatThrownBy(server::restart).isInstanceOf(StartupException.class);
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
    }

    private PostgresServer.Options options(int port) {
        return new PostgresServer.Options(home.resolve("pg"), port, home.resolve("password"), "evenkeel", binaries);
    }

    private static void open(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }

    private static String show(Connection connection, String setting) throws SQLException {
        return query(connection, "show " + setting);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
