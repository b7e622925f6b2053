package io.evenkeel.launcher.flink;

import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;

/** The checkpoints of a job on disk: one directory per job id, in it one {@code chk-N} each. */
final class Checkpoints {
    private Checkpoints() {}

    /**
     * Directories {@code chk-N} that are complete, newest first.
     *
     * @param directory holds one sub-directory per job id; other jobs may be writing beside ours
     * @param jobIdPrefix what the ids of all submissions of the job begin with
     */
    static List<Path> newestFirst(Path directory, String jobIdPrefix) {
        return all(directory, jobIdPrefix).stream()
                .map(checkpoint -> checkpoint.resolve("_metadata"))
                .filter(Files::exists)
                .sorted(Comparator.comparing(Checkpoints::writtenAt).reversed())
                .map(Path::getParent)
                .toList();
    }

    /**
     * Deletes all but the newest complete ones, and those that a kill left incomplete. Flink itself never deletes what an
     * earlier run kept. Only while the job does not run.
     */
    static void keepNewest(int kept, Path directory, String jobIdPrefix) {
        Set<Path> newest =
                newestFirst(directory, jobIdPrefix).stream().limit(kept).collect(Collectors.toSet());
        all(directory, jobIdPrefix).stream()
                .filter(checkpoint -> !newest.contains(checkpoint))
                .forEach(Checkpoints::delete);
    }

    private static List<Path> all(Path directory, String jobIdPrefix) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> checkpoints = new ArrayList<>();
        try (DirectoryStream<Path> jobs = Files.newDirectoryStream(directory, jobIdPrefix + "*")) {
            for (Path job : jobs) {
                try (DirectoryStream<Path> ofJob = Files.newDirectoryStream(job, "chk-*")) {
                    ofJob.forEach(checkpoints::add);
                }
            }
            return checkpoints;
        } catch (IOException | DirectoryIteratorException e) {
            throw new StartupException("cannot read the checkpoints in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void delete(Path checkpoint) {
        try {
            FileUtils.deleteDirectory(checkpoint.toFile());
        } catch (IOException e) {
            throw new StartupException("cannot delete the old checkpoint " + checkpoint + ": " + e.getMessage(), e);
        }
    }

    private static FileTime writtenAt(Path metadata) {
        try {
            return Files.getLastModifiedTime(metadata);
        } catch (IOException e) {
            throw new StartupException("cannot read the checkpoint " + metadata + ": " + e.getMessage(), e);
        }
    }
}
