package io.evenkeel.launcher.postgres;

import io.evenkeel.launcher.setup.Directories;
import io.evenkeel.launcher.setup.SecretFile;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL server as a child process: fsync on, data checksums, SCRAM passwords, loopback only, and under its own
 * uid when we are root, because PostgreSQL refuses to run as root. A server that an earlier, killed run left behind is
 * adopted only when its pid file, its data directory and our password all match; anything else on the port is an error.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    /** uid and gid of {@code nobody}: initdb needs a uid that has a passwd entry. */
    private static final String UNPRIVILEGED = "65534";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final String USER = "evenkeel";
    private static final Pattern ERROR_LINE = Pattern.compile("FATAL|PANIC|could not|error:|Address already in use");
    private static final String OTHERS_STILL_RUN = "Terminate any old server processes";

    private final Options options;
    private final String password;
    private final boolean adopted;
    private volatile ProcessHandle process;
    private boolean closed;

    /**
     * @param home directory for binaries, data and log; made when missing
     * @param port TCP port on 127.0.0.1
     * @param passwordFile superuser password, made once (0600)
     * @param database database to make sure of
     * @param binaries directory for unpacked binaries, may be shared by several servers
     */
    public record Options(Path home, int port, Path passwordFile, String database, Path binaries) {}

    private PostgresServer(Options options, String password, ProcessHandle process, boolean adopted) {
        this.options = options;
        this.password = password;
        this.process = process;
        this.adopted = adopted;
    }

    /** Starts (or adopts) the server and waits until it answers. */
    public static PostgresServer start(Options options) {
        try {
            // another uid walks through it when we are root
            Directories.make(options.home(), "rwx--x--x");
            requireReachable(options.home());
            String password = SecretFile.readOrCreate(options.passwordFile());
            Path binaries = PostgresBinaries.unpack(options.binaries());
            Path data = options.home().resolve("data");
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                initialise(options, binaries, data, password);
            }
            Optional<ProcessHandle> leftOver = leftOver(options, data, password);
            if (leftOver.isEmpty()) {
                requireFreePort(options);
            }
            ProcessHandle process = leftOver.isPresent() ? leftOver.get() : spawn(options, binaries, data);
            PostgresServer server = new PostgresServer(options, password, process, leftOver.isPresent());
            server.becomeReady();
            return server;
        } catch (IOException e) {
            throw new StartupException("PostgreSQL in " + options.home() + " cannot start: " + e.getMessage(), e);
        }
    }

    /** Another PostgreSQL there would answer in place of ours, and refuse our password. */
    private static void requireFreePort(Options options) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("127.0.0.1", options.port()));
        } catch (IOException e) {
            throw new StartupException("PostgreSQL cannot listen on 127.0.0.1:" + options.port() + " (" + e.getMessage()
                    + "); stop what listens there or choose another with --port-base");
        }
    }

    /** A server of ours that does not become ready is stopped again: nobody would know of it. */
    private void becomeReady() {
        try {
            awaitReady();
            ensureDatabase();
        } catch (RuntimeException e) {
            if (!adopted) {
                close();
            }
            throw e;
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + options.port() + "/" + options.database();
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    /** Completes when the server process ends, wanted or not. */
    public CompletableFuture<ProcessHandle> onExit() {
        return process.onExit();
    }

    /** True when the server was already running: left behind by a killed run, or in use by a living one. */
    public boolean isAdopted() {
        return adopted;
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Starts the server again after it died.
     *
     * @throws StartupException when it does not start, or has been closed meanwhile
     */
    public void restart() {
        respawn();
        awaitReady();
    }

    /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        if (!process.isAlive()) {
            return;
        }
        signal(process.pid(), "INT");
        try {
            process.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn(
                    "PostgreSQL pid={} did not stop within {}; killing it, its log makes the next start recover",
                    process.pid(),
                    STOP_TIMEOUT,
                    e);
            process.destroyForcibly();
        }
    }

    private static void signal(long pid, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            LOG.warn("cannot signal PostgreSQL pid={}", pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /**
     * As root the server runs as another uid, which must be able to walk down to its directory.
     *
     * @param home may not be there yet
     * @throws StartupException when that uid cannot
     */
    public static void requireReachable(Path home) throws IOException {
        if (!isRoot()) {
            return;
        }
        for (Path path = home.toAbsolutePath().normalize(); path != null; path = path.getParent()) {
            if (!Files.exists(path)) {
                continue;
            }
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            if ((mode & 0001) == 0) {
                throw new StartupException("PostgreSQL must not run as root and runs as uid " + UNPRIVILEGED
                        + ", which cannot enter " + path + " (mode " + Integer.toOctalString(mode & 07777)
                        + "); choose another place with --data-dir, or let others enter: chmod o+x " + path);
            }
        }
    }

    private static List<String> unprivileged(String... command) throws IOException {
        List<String> full = new ArrayList<>();
        full.add("setsid"); // Ctrl-C reaches only us; we stop the server in order
        if (isRoot()) {
            full.addAll(List.of(
                    "setpriv",
                    "--reuid=" + UNPRIVILEGED,
                    "--regid=" + UNPRIVILEGED,
                    "--clear-groups",
                    "--no-new-privs"));
        }
        full.addAll(List.of(command));
        return full;
    }

    /** Made aside and put in place when complete: what a kill or a full disk left half made is never taken for data. */
    private static void initialise(Options options, Path binaries, Path data, String password) throws IOException {
        Path fresh = options.home().resolve("data.part");
        PostgresBinaries.deleteTree(fresh);
        Files.createDirectory(fresh);
        Path passwordCopy = options.home().resolve("initdb-password");
        Files.deleteIfExists(passwordCopy);
        Files.createFile(
                passwordCopy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordCopy, password);
        try {
            if (isRoot()) {
                run(
                        "chown",
                        List.of("chown", UNPRIVILEGED + ":" + UNPRIVILEGED, fresh.toString(), passwordCopy.toString()),
                        options.home());
            }
            run(
                    "initdb",
                    unprivileged(
                            binaries.resolve("bin/initdb").toString(),
                            "-D",
                            fresh.toString(),
                            "-U",
                            USER,
                            "-A",
                            "scram-sha-256",
                            "--pwfile",
                            passwordCopy.toString(),
                            "--data-checksums",
                            "--locale=C.UTF-8",
                            "--encoding=UTF8"),
                    options.home());
            PostgresBinaries.deleteTree(data);
            Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(passwordCopy);
        }
    }

    private static void run(String name, List<String> command, Path home) throws IOException {
        Path log = home.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new StartupException(
                        "PostgreSQL's " + name + " failed: " + reason(log) + "; its whole output is in " + log);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static ProcessHandle spawn(Options options, Path binaries, Path data) {
        Path log = options.home().resolve("postgres.log");
        try {
            List<String> command = unprivileged(
                    binaries.resolve("bin/postgres").toString(),
                    "-D",
                    data.toString(),
                    "-c",
                    "port=" + options.port(),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "shared_buffers=64MB",
                    "-c",
                    "max_connections=60",
                    "-c",
                    "log_timezone=UTC",
                    "-c",
                    "timezone=UTC",
                    "-c",
                    "log_line_prefix=%m [%p] ");
            Process process = new ProcessBuilder(command)
                    .directory(options.home().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return process.toHandle();
        } catch (IOException e) {
            throw new StartupException("cannot run PostgreSQL: " + e.getMessage(), e);
        }
    }

    /** The server of an earlier run, if it is provably ours. */
    private static Optional<ProcessHandle> leftOver(Options options, Path data, String password) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.size() < 4
                || !lines.get(1).equals(data.toString())
                || !lines.get(3).equals(Integer.toString(options.port()))) {
            return Optional.empty();
        }
        Optional<ProcessHandle> process =
                ProcessHandle.of(Long.parseLong(lines.get(0))).filter(PostgresServer::isPostgres);
        return process.isPresent() && answersAsOurs(process.get(), options, data, password)
                ? process
                : Optional.empty();
    }

    /** A pid file outlives a reboot, and its number may be anybody's by then. */
    private static boolean isPostgres(ProcessHandle process) {
        return process.isAlive() && process.info().command().orElse("").endsWith("/postgres");
    }

    /** Patient: a server that recovers, or that a busy machine keeps waiting, is still the one that holds our data. */
    private static boolean answersAsOurs(ProcessHandle process, Options options, Path data, String password) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        String last = "no answer";
        while (process.isAlive()) {
            try (Connection connection = DriverManager.getConnection(url(options, "postgres"), USER, password);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show data_directory")) {
                row.next();
                boolean isOurs = row.getString(1).equals(data.toString());
                LOG.info("PostgreSQL pid={} of an earlier run: {}", process.pid(), isOurs ? "adopted" : "not ours");
                return isOurs;
            } catch (SQLException e) {
                refuseWrongPassword(e, options);
                last = String.valueOf(e.getMessage());
            }
            if (System.nanoTime() > deadline) {
                throw new StartupException("PostgreSQL pid " + process.pid() + " of an earlier run holds " + data
                        + " but does not answer after " + START_TIMEOUT.toSeconds() + " s (" + last
                        + "); stop it with kill -INT " + process.pid() + " and start again");
            }
            pause(Duration.ofMillis(50));
        }
        return false;
    }

    private static void refuseWrongPassword(SQLException e, Options options) {
        if ("28P01".equals(e.getSQLState())) {
            throw new StartupException("PostgreSQL on port " + options.port() + " refuses the password in "
                    + options.passwordFile() + "; restore that file, or move " + options.home()
                    + " away to start empty");
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        String last = "no answer";
        while (System.nanoTime() < deadline) {
            if (!process.isAlive() && lastLine(log()).contains(OTHERS_STILL_RUN)) {
                // the sessions of a killed server see its death within moments; until then they hold its memory
                pause(Duration.ofMillis(200));
                respawn();
            } else if (!process.isAlive()) {
                throw new StartupException("PostgreSQL stopped at once: " + reason(log())
                        + " (log: " + log() + "; if port " + options.port()
                        + " is taken choose another with --port-base)");
            }
            try (Connection ignored = connect("postgres")) {
                return;
            } catch (SQLException e) {
                last = String.valueOf(e.getMessage());
                refuseWrongPassword(e, options);
            }
            pause(Duration.ofMillis(50));
        }
        throw new StartupException("PostgreSQL on port " + options.port() + " does not answer after "
                + START_TIMEOUT.toSeconds() + " s: " + last);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while PostgreSQL was starting", e);
        }
    }

    /** Never after {@link #close()}: the new process would be nobody's. */
    private synchronized void respawn() {
        if (closed) {
            throw new StartupException("PostgreSQL in " + options.home() + " has been stopped");
        }
        process = spawn(
                options,
                PostgresBinaries.unpack(options.binaries()),
                options.home().resolve("data"));
    }

    private Path log() {
        return options.home().resolve("postgres.log");
    }

    private void ensureDatabase() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("select 1 from pg_database where datname = '" + options.database() + "'")) {
                if (row.next()) {
                    return;
                }
            }
            statement.execute("create database " + options.database());
        } catch (SQLException e) {
            throw new StartupException("cannot make the database " + options.database() + ": " + e.getMessage(), e);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(options, database), USER, password);
    }

    /** With time limits: what else listens on the port may accept a connection and never answer. */
    private static String url(Options options, String database) {
        return "jdbc:postgresql://127.0.0.1:" + options.port() + "/" + database
                + "?connectTimeout=2&loginTimeout=2&socketTimeout=10";
    }

    /** What a log says went wrong: its last line that names an error, which the very last line seldom does. */
    private static String reason(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            for (int i = lines.size() - 1; i >= Math.max(0, lines.size() - 20); i--) {
                if (ERROR_LINE.matcher(lines.get(i)).find()) {
                    return lines.get(i);
                }
            }
        } catch (IOException e) {
            return "no log at " + log;
        }
        return lastLine(log);
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "no log at " + log;
        }
    }
}
