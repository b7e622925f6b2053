package io.evenkeel.launcher.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    private static final String JOB = "00000000000000000000000000000a";

    @TempDir
    Path directory;

    @Test
    void aJobThatNeverRanHasNone() {
        assertThat(Checkpoints.newestFirst(directory.resolve("absent"), JOB)).isEmpty();
    }

    @Test
    void findsCompleteCheckpointsOfAllSubmissionsNewestFirst() throws IOException {
        Path old = checkpoint(JOB + "00", 9, 1_000);
        Path newer = checkpoint(JOB + "01", 3, 2_000);
        Files.createDirectories(directory.resolve(JOB + "01").resolve("chk-4"));
        checkpoint("ffffffffffffffffffffffffffffff" + "00", 99, 3_000);

        assertThat(Checkpoints.newestFirst(directory, JOB)).containsExactly(newer, old);
    }

    /** Each restart would leave its checkpoints behind for good: Flink deletes only those of its own run. */
    @Test
    void keepsTheNewestAndNothingOfTheSameJobBesides() throws IOException {
        Path oldest = checkpoint(JOB + "00", 7, 1_000);
        Path older = checkpoint(JOB + "00", 8, 2_000);
        Path newest = checkpoint(JOB + "01", 9, 3_000);
        Path halfWritten = Files.createDirectories(directory.resolve(JOB + "01").resolve("chk-10"));
        Path ofAnother = checkpoint("ffffffffffffffffffffffffffffff" + "00", 1, 500);

        Checkpoints.keepNewest(2, directory, JOB);

        assertThat(Checkpoints.newestFirst(directory, JOB)).containsExactly(newest, older);
        assertThat(oldest).doesNotExist();
        assertThat(halfWritten).doesNotExist();
        assertThat(ofAnother).exists();
    }

    private Path checkpoint(String job, int number, long writtenAtMillis) throws IOException {
        Path checkpoint = directory.resolve(job).resolve("chk-" + number);
        Files.createDirectories(checkpoint);
        Path metadata = Files.createFile(checkpoint.resolve("_metadata"));
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(writtenAtMillis));
        return checkpoint;
    }
}
