package io.evenkeel.launcher.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Makes directories whose permissions do not depend on the umask. */
public final class Directories {
    private Directories() {}

    /**
     * Makes the directory and those above it that are missing; leaves alone what is there.
     *
     * @param permissions of each one made, for example {@code rwx--x--x}
     */
    public static void make(@Nullable Path directory, String permissions) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        make(directory.toAbsolutePath().getParent(), permissions);
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    }
}
