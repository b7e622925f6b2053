package io.evenkeel.launcher.backfill;

import io.evenkeel.detection.History;
import io.evenkeel.wire.otlp.SecretMask;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where a backfill was when it was last seen: what it is asked, up to when it has learned, and what. Replaced as a whole,
 * so that an end in the middle leaves the one before.
 *
 * @param question everything that decides what is learned, but the range's end when it was not given
 * @param from start of the whole range
 * @param to end of the whole range
 * @param next start of what is still to be read
 */
record Bookmark(String question, Instant from, Instant to, Instant next, History history) {
    private static final int VERSION = 1;

    /** Writes it to a file that only its owner reads. */
    void save(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(VERSION);
            out.writeUTF(question);
            out.writeLong(from.toEpochMilli());
            out.writeLong(to.toEpochMilli());
            out.writeLong(next.toEpochMilli());
            history.write(out);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The bookmark of the same question; empty when there is none, when it is of another question, or of another version.
     */
    static Optional<Bookmark> load(Path file, String question, SecretMask mask, InstantSource wall) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() != VERSION || !in.readUTF().equals(question)) {
                return Optional.empty();
            }
            Instant from = Instant.ofEpochMilli(in.readLong());
            Instant to = Instant.ofEpochMilli(in.readLong());
            Instant next = Instant.ofEpochMilli(in.readLong());
            return Optional.of(new Bookmark(question, from, to, next, History.read(in, mask, wall)));
        }
    }
}
