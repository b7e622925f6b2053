package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The one directory an installation lives in. Locked while in use, so that two processes never share it.
 *
 * @param root absolute path
 */
record DataDirectory(Path root) {
    /** Share of the disk at which the door closes; the rest is the reserve for audit rows and intents. */
    static final double FULL_FRACTION = 0.90;

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

    /** Sends the log file below this directory; called before anything logs. */
    void prepareLog() {
        System.setProperty("evenkeel.log.dir", log().toString());
    }

    /**
     * Makes the directory and takes its lock, which the process holds until it ends.
     *
     * @throws StartupException when it cannot be written or another process holds it
     */
    FileLock open() {
        try {
            Files.createDirectories(root);
            Files.createDirectories(log());
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new StartupException("another Evenkeel is using " + root
                        + "; stop it first, or give this one a directory and ports of its own with --data-dir, --port-base,"
                        + " --console-port, --otlp-grpc-port and --otlp-http-port");
            }
            return lock;
        } catch (AccessDeniedException e) {
            throw new StartupException(
                    "no permission to write " + e.getFile() + "; choose a directory of yours with --data-dir", e);
        } catch (IOException e) {
            throw new StartupException(
                    "cannot use the data directory " + root + " (" + e + "); choose another with --data-dir", e);
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
