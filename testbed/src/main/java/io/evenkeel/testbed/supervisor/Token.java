package io.evenkeel.testbed.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bearer token of the supervisor's HTTP interface, kept in a file that only its owner reads. Never printed. */
final class Token {
    private static final int BYTES = 24;

    private final byte[] expected;

    private Token(String secret) {
        this.expected = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the file, or makes it with mode 0600.
     *
     * @throws IOException when it cannot be read or made, when others may read it, or when it is empty
     */
    static Token open(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] secret = new byte[BYTES];
            new SecureRandom().nextBytes(secret);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HexFormat.of().formatHex(secret) + "\n");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException("the token file " + file + " can be read by others; chmod 600 it");
        }
        String secret = Files.readString(file).strip();
        if (secret.isEmpty()) {
            throw new IOException("the token file " + file + " is empty; delete it to have a new one made");
        }
        return new Token(secret);
    }

    /** Takes the same time whatever is wrong. */
    boolean isIn(@Nullable String authorizationHeader) {
        return authorizationHeader != null
                && MessageDigest.isEqual(expected, authorizationHeader.getBytes(StandardCharsets.UTF_8));
    }
}
