package io.evenkeel.console.postgres;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A real PostgreSQL with remediation's schema for the console's tests: one server per test JVM, an own database per
 * caller. Root starts it under uid 65534, because PostgreSQL refuses root. It dies with the test JVM, also when that is
 * killed.
 */
public final class TestPostgres {
    /** The schema belongs to remediation; its scripts are read from there, so that the tests see what production has. */
    private static final Path MIGRATIONS = Path.of("../remediation/src/main/resources/db/migration");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static TestPostgres shared;

    private final Path home;
    private final int port;
    private final CompletableFuture<Process> server = new CompletableFuture<>();
    private int databases;

    private TestPostgres(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    public static synchronized TestPostgres shared() {
        if (shared == null) {
            try {
                shared = start();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException("test PostgreSQL could not start", e);
            }
        }
        return shared;
    }

    /** JDBC URL, user and password included, of a new database with the product's schema and no rows. */
    public synchronized String createDatabase() {
        String name = "console" + ++databases;
        run("postgres", "create database " + name);
        for (String script : scripts()) {
            run(name, script);
        }
        return url(name);
    }

    private static List<String> scripts() {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            List<String> scripts = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().endsWith(".sql"))
                    .sorted(Comparator.comparingInt(TestPostgres::version))
                    .toList()) {
                scripts.add(Files.readString(file));
            }
            return scripts;
        } catch (IOException e) {
            throw new IllegalStateException("the schema is expected in " + MIGRATIONS.toAbsolutePath(), e);
        }
    }

    private static int version(Path file) {
        return Integer.parseInt(file.getFileName().toString().replaceAll("^V(\\d+).*", "$1"));
    }

    private void run(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + '/' + database
                + "?user=evenkeel&password=test-only&connectTimeout=10&socketTimeout=60";
    }

    private static TestPostgres start() throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("evenkeel-console-postgres");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        unpack(home);
        Path password = Files.writeString(home.resolve("password"), "test-only");
        List<String> init = List.of(
                home.resolve("bin/initdb").toString(),
                "-D",
                home.resolve("data").toString(),
                "-U",
                "evenkeel",
                "-A",
                "scram-sha-256",
                "--pwfile",
                password.toString(),
                "--locale=C.UTF-8",
                "--no-sync");
        Process made = new ProcessBuilder(asServerUser(init))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("initdb.log").toFile())
                .start();
        if (made.waitFor() != 0) {
            throw new IOException("initdb failed: " + Files.readString(home.resolve("initdb.log")));
        }
        TestPostgres postgres = new TestPostgres(home, freePort());
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop, "test-postgres-stop"));
        postgres.launch();
        postgres.awaitReady();
        return postgres;
    }

    /** Linux ties pdeathsig to the starting thread, so that a thread of its own starts the server and stays. */
    private void launch() {
        List<String> command = List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                home.resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "fsync=off");
        Thread owner = new Thread(() -> own(command), "test-postgres-owner");
        owner.setDaemon(true);
        owner.start();
    }

    private void own(List<String> command) {
        try {
            Process started = new ProcessBuilder(asServerUser(command))
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile())
                    .start();
            server.complete(started);
            started.waitFor();
        } catch (IOException e) {
            server.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url("postgres"))) {
                return;
            } catch (SQLException e) {
                if (!server.join().isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("no answer; its log: " + Files.readString(home.resolve("log")), e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /** By SIGINT, a fast shutdown: SIGTERM would wait for the connections that this JVM still holds. */
    private void stop() {
        Process started = server.getNow(null);
        try {
            if (started != null) {
                new ProcessBuilder("kill", "-INT", Long.toString(started.pid()))
                        .start()
                        .waitFor();
                if (!started.waitFor(10, TimeUnit.SECONDS)) {
                    started.destroyForcibly();
                }
            }
            try (Stream<Path> files = Files.walk(home)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        } catch (IOException | InterruptedException e) {
            System.getLogger(TestPostgres.class.getName()).log(System.Logger.Level.WARNING, "left behind: " + home, e);
        }
    }

    private static List<String> asServerUser(List<String> command) {
        List<String> full = new ArrayList<>(List.of("setpriv", "--no-new-privs", "--pdeathsig=INT"));
        if ("root".equals(System.getProperty("user.name"))) {
            full.addAll(List.of("--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        full.add("--");
        full.addAll(command);
        return full;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void unpack(Path home) throws IOException {
        String resource =
                "/postgres-linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
        try (InputStream packed = TestPostgres.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IOException(resource + " is not on the class path");
            }
            TarArchiveInputStream tar = new TarArchiveInputStream(
                    new XZCompressorInputStream(new BufferedInputStream(packed)), StandardCharsets.UTF_8.name());
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = home.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                    String mode = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
                }
            }
        }
    }
}
