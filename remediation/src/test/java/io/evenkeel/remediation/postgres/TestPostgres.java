package io.evenkeel.remediation.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A real PostgreSQL 18 for tests: one server per test JVM, a migrated database of its own per {@link #createDatabase()}.
 * fsync and scram are on, as in the product. Started by root it runs under uid 65534, because PostgreSQL refuses root.
 * The server dies with the test JVM, also when that is killed.
 */
public final class TestPostgres {
    private static final String USER = "evenkeel";
    private static final String PASSWORD = "test-only";
    private static final String TEMPLATE = "evenkeel_template";
    private static final int NOBODY = 65534;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static TestPostgres shared;

    private final Path home;
    private final int port;
    private final AtomicReference<Process> server = new AtomicReference<>();
    private final AtomicInteger databases = new AtomicInteger();
    private boolean templateReady;

    private TestPostgres(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    /** The server of this test JVM, started by the first caller. */
    public static synchronized TestPostgres shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /** A new database with the product's schema and no rows. */
    public synchronized Database createDatabase() {
        if (!templateReady) {
            execute("create database " + TEMPLATE);
            Flyway.configure().dataSource(url(TEMPLATE), USER, PASSWORD).load().migrate();
            templateReady = true;
        }
        String name = "t" + databases.incrementAndGet();
        execute("create database " + name + " template " + TEMPLATE);
        return new Database(url(name), USER, PASSWORD);
    }

    /** A new database without any schema. */
    public synchronized Database createEmptyDatabase() {
        String name = "e" + databases.incrementAndGet();
        execute("create database " + name);
        return new Database(url(name), USER, PASSWORD);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + '/' + database;
    }

    private void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("test PostgreSQL: " + sql, e);
        }
    }

    /** One database of the test server. Close it when its pool is no longer needed. */
    public static final class Database implements AutoCloseable {
        private final String url;
        private final String user;
        private final String password;
        private HikariDataSource pool;

        private Database(String url, String user, String password) {
            this.url = url;
            this.user = user;
            this.password = password;
        }

        public String url() {
            return url;
        }

        public String user() {
            return user;
        }

        public String password() {
            return password;
        }

        public synchronized HikariDataSource dataSource() {
            if (pool == null) {
                HikariConfig config = new HikariConfig();
                config.setJdbcUrl(url);
                config.setUsername(user);
                config.setPassword(password);
                config.setMinimumIdle(0);
                config.setMaximumPoolSize(12);
                config.setConnectionTimeout(5_000);
                pool = new HikariDataSource(config);
            }
            return pool;
        }

        public JdbcClient jdbc() {
            return JdbcClient.create(dataSource());
        }

        public TransactionTemplate transactions() {
            return new TransactionTemplate(new DataSourceTransactionManager(dataSource()));
        }

        @Override
        public synchronized void close() {
            if (pool != null) {
                pool.close();
            }
        }
    }

    private static TestPostgres start() {
        try {
            Path home = Files.createTempDirectory("evenkeel-test-postgres");
            Files.setPosixFilePermissions(home, EnumSet.allOf(PosixFilePermission.class));
            TestPostgres postgres = new TestPostgres(home, freePort());
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop, "test-postgres-stop"));
            unpack(home);
            Path data = home.resolve("data");
            Path passwordFile = Files.writeString(home.resolve("password"), PASSWORD);
            run(asServerUser(List.of(
                    home.resolve("bin/initdb").toString(),
                    "-D",
                    data.toString(),
                    "-U",
                    USER,
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    passwordFile.toString(),
                    "--locale=C.UTF-8",
                    "--no-sync")));
            postgres.launch(data);
            postgres.awaitReady();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException("test PostgreSQL could not start", e);
        }
    }

    /** Linux ties pdeathsig to the starting thread, so that a thread of its own starts the server and stays. */
    private void launch(Path data) {
        List<String> command = new ArrayList<>(asServerUser(List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200",
                "-c",
                "shared_buffers=32MB")));
        Thread owner = new Thread(
                () -> {
                    try {
                        Process process = new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(home.resolve("log").toFile())
                                .start();
                        server.set(process);
                        process.waitFor();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "test-postgres-owner");
        owner.setDaemon(true);
        owner.start();
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD)) {
                return;
            } catch (SQLException e) {
                Process process = server.get();
                boolean died = process != null && !process.isAlive();
                if (died || System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "test PostgreSQL did not come up; its log: " + Files.readString(home.resolve("log")), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void stop() {
        Process process = server.get();
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(TestPostgres.class.getName()).log(System.Logger.Level.WARNING, "left behind: " + home, e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asServerUser(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> full = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                "--no-new-privs",
                "--pdeathsig=INT",
                "--"));
        full.addAll(command);
        return full;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void unpack(Path home) throws IOException {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String resource = "/postgres-linux-" + arch + ".txz";
        try (InputStream packed = TestPostgres.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IOException(resource + " is not on the class path");
            }
            TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)));
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = home.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                    Files.setPosixFilePermissions(target, permissions(entry.getMode()));
                }
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
        if ((mode & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }
}
