package io.evenkeel.launcher.postgres;

import io.evenkeel.launcher.setup.Directories;
import io.evenkeel.launcher.setup.StartupException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks the PostgreSQL server binaries that came with the distribution, once per version. */
final class PostgresBinaries {
    /** Also for another uid, as which the server runs when we are root. */
    private static final String READABLE = "rwxr-xr-x";

    private PostgresBinaries() {}

    /**
     * @param home directory that holds one sub-directory per unpacked version
     * @return directory with {@code bin/initdb} and {@code bin/postgres}
     */
    static Path unpack(Path home) {
        String resource = resource();
        Path target = home.resolve(resource.replace(".txz", ""));
        Path marker = target.resolve(".complete");
        if (Files.exists(marker)) {
            return target;
        }
        try (InputStream packed = PostgresBinaries.class.getClassLoader().getResourceAsStream(resource)) {
            if (packed == null) {
                throw new StartupException("no PostgreSQL binaries for this platform (" + resource
                        + " is not in the distribution); run Evenkeel on Linux, x86-64 or arm64");
            }
            deleteTree(target);
            Directories.make(target, READABLE);
            untar(packed, target);
            Files.createFile(marker);
            return target;
        } catch (IOException e) {
            throw new StartupException("cannot unpack PostgreSQL into " + target + ": " + e.getMessage(), e);
        }
    }

    private static String resource() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String machine = switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> arch;
        };
        return "postgres-" + (os.contains("linux") ? "linux" : os) + "-" + machine + ".txz";
    }

    private static void untar(InputStream packed, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("entry " + entry.getName() + " leads out of the directory");
                }
                if (entry.isDirectory()) {
                    Directories.make(path, READABLE);
                } else if (entry.isSymbolicLink()) {
                    Directories.make(path.getParent(), READABLE);
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Directories.make(path.getParent(), READABLE);
                    Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
