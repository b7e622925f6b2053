package io.evenkeel.launcher.flink;

import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the complete checkpoints of a job on disk. */
final class Checkpoints {
    private Checkpoints() {}

    /**
     * Directories {@code chk-N} that hold a {@code _metadata} file, newest first.
     *
     * @param directory holds one sub-directory per job id
     * @param jobIdPrefix what the ids of all submissions of the job begin with
     */
    static List<Path> newestFirst(Path directory, String jobIdPrefix) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.find(directory, 3, (path, attributes) -> path.endsWith("_metadata"))) {
            return entries.filter(metadata -> jobId(metadata).startsWith(jobIdPrefix))
                    .sorted(Comparator.comparing(Checkpoints::writtenAt).reversed())
                    .map(metadata -> metadata.resolve("..").normalize())
                    .toList();
        } catch (IOException e) {
            throw new StartupException("cannot read the checkpoints in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static String jobId(Path metadata) {
        return metadata.getName(metadata.getNameCount() - 3).toString();
    }

    private static FileTime writtenAt(Path metadata) {
        try {
            return Files.getLastModifiedTime(metadata);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
