package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk of some megabytes that only one process and its children see, and that goes with them. */
final class SmallDisk {
    static final String SKIPPED = "SKIPPED: a disk of its own takes root and unshare (util-linux)";

    private SmallDisk() {}

    static boolean canBeMade() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "unshare -m mount -t tmpfs tmpfs /mnt")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** The command, run with the disk mounted at the directory. */
    static List<String> around(Path directory, int megabytes, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + megabytes + "m,mode=755 tmpfs \"$0\" && exec \"$@\"",
                directory.toString()));
        all.addAll(command);
        return all;
    }

    /** Leaves no room on the disk of a process, as another program of its machine may. */
    static void fill(long pid, Path directory) throws IOException {
        Path asSeenByIt = Path.of("/proc/" + pid + "/root" + directory);
        byte[] zeros = new byte[64 * 1024];
        try (OutputStream filler = Files.newOutputStream(asSeenByIt.resolve("filler"))) {
            while (Files.getFileStore(asSeenByIt).getUsableSpace() > 0) {
                filler.write(zeros);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }
}
