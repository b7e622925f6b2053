package io.evenkeel.launcher;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.Directories;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The one directory an installation lives in. Locked while in use, so that two processes never share it.
 *
 * @param root absolute path
 */
record DataDirectory(Path root) {
    /** Share of the disk at which the door closes; the rest is the reserve for audit rows and intents. */
    static final double FULL_FRACTION = 0.90;

    private static final long MEBIBYTE = 1024 * 1024;
    /** PostgreSQL's binaries and empty database, Kafka's indexes: 110 MB were seen a moment after a first start. */
    private static final long FIRST_START_BYTES = 200 * MEBIBYTE;

    static Path defaultRoot() {
        return "root".equals(System.getProperty("user.name"))
                ? Path.of("/var/lib/evenkeel")
                : Path.of(System.getProperty("user.home"), ".local", "share", "evenkeel");
    }

    static DataDirectory of(@Nullable Path chosen, Path fallback) {
        return new DataDirectory(
                (chosen == null ? fallback : chosen).toAbsolutePath().normalize());
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path postgresBinaries() {
        return root.resolve("binaries");
    }

    Path postgresPassword() {
        return root.resolve("secrets/postgres-password");
    }

    Path flink() {
        return root.resolve("flink");
    }

    Path log() {
        return root.resolve("log");
    }

    Path config() {
        return root.resolve("config");
    }

    Path testbed() {
        return root.resolve("testbed");
    }

    Path adminPassword() {
        return root.resolve("admin-password");
    }

    /** The server of an installation that listens there. */
    PostgresServer.Options database(int port) {
        return new PostgresServer.Options(postgres(), port, postgresPassword(), "evenkeel", postgresBinaries());
    }

    /**
     * Sends the log to a file below this directory. Until then nothing is logged: a command without a directory of its
     * own says all it has to say on the terminal.
     */
    private void openLog() {
        System.setProperty("evenkeel.log.dir", log().toString());
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(Objects.requireNonNull(DataDirectory.class.getResource("/evenkeel-logback.xml")));
        } catch (JoranException e) {
            throw new StartupException("cannot log to " + log() + ": " + e.getMessage(), e);
        }
        // the web server speaks to java.util.logging, which would print to the terminal
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /**
     * Makes the directory, takes its lock, which lasts as long as the result is held, and opens the log.
     *
     * @throws StartupException when it cannot be written or another process holds it
     */
    FileLock open() {
        try {
            make();
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new StartupException("another Evenkeel is using " + root
                        + "; stop it first, or give this one a directory and ports of its own with --data-dir, --port-base,"
                        + " --console-port, --otlp-grpc-port and --otlp-http-port");
            }
            openLog();
            return lock;
        } catch (AccessDeniedException e) {
            throw new StartupException(
                    "no permission to write " + e.getFile() + "; choose a directory of yours with --data-dir", e);
        } catch (IOException e) {
            throw new StartupException(
                    "cannot use the data directory " + root + " (" + e + "); choose another with --data-dir", e);
        }
    }

    /**
     * Others may walk through the root, whatever the umask, as PostgreSQL must when we are root; what lies in it and may
     * hold telemetry or passwords is ours alone.
     */
    private void make() throws IOException {
        PostgresServer.requireReachable(postgres());
        Directories.make(root, "rwx--x--x");
        requireRoomForTheFirstStart();
        for (Path directory : List.of(kafka(), flink(), log(), root.resolve("secrets"))) {
            Directories.make(directory, "rwx------");
        }
    }

    /** Later starts are not refused: with a full disk the door stays shut, and people need the console. */
    private void requireRoomForTheFirstStart() throws IOException {
        long free = Files.getFileStore(root).getUsableSpace();
        if (!Files.isDirectory(postgres()) && free < FIRST_START_BYTES) {
            throw new StartupException("the disk under " + root + " has " + free / MEBIBYTE + " MB free, and the first"
                    + " start needs " + FIRST_START_BYTES / MEBIBYTE
                    + "; make room, or choose another place with --data-dir");
        }
    }

    /** True when less than a tenth of the disk is free. */
    boolean isFull() {
        try {
            var store = Files.getFileStore(root);
            return store.getUsableSpace() < (1 - FULL_FRACTION) * store.getTotalSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
