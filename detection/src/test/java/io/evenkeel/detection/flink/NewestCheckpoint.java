package io.evenkeel.detection.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last complete checkpoint below a directory, while the job that writes it goes on and deletes the ones before. */
final class NewestCheckpoint {
    private static final String PREFIX = "chk-";

    private NewestCheckpoint() {}

    /** @return null while there is none */
    static @Nullable Path in(Path checkpoints) {
        return children(checkpoints).stream()
                .flatMap(job -> children(job).stream())
                .filter(path -> path.getFileName().toString().startsWith(PREFIX))
                .filter(path -> Files.exists(path.resolve("_metadata")))
                .max(Comparator.comparingInt(
                        path -> Integer.parseInt(path.getFileName().toString().substring(PREFIX.length()))))
                .orElse(null);
    }

    /** @return null while there is none but the known one */
    static @Nullable Path after(Path known, Path checkpoints) {
        Path newest = in(checkpoints);
        return newest == null || newest.equals(known) ? null : newest;
    }

    /** Names only: nothing is asked of a child that may be gone by then. */
    private static List<Path> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
