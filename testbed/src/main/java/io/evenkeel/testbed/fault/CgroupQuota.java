package io.evenkeel.testbed.fault;

import io.evenkeel.testbed.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A CPU quota of the kernel on one process: it is moved to a control group of its own, version 1 or 2, whichever is mounted
 * and writable. The kernel's smallest quota is 1 ms in a period (sched-bwc documentation), here of 100 ms.
 */
final class CgroupQuota implements CpuHold {
    private static final int PERIOD_MICROS = 100_000;
    private static final int SMALLEST_QUOTA_MICROS = 1_000;
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final ProcessIdentity process;
    private final Path group;
    private final Path home;
    private final String how;

    private CgroupQuota(ProcessIdentity process, Path group, Path home, String how) {
        this.process = process;
        this.group = group;
        this.home = home;
        this.how = how;
    }

    /** @throws IOException when no control group can be made here, with the reason */
    static CgroupQuota set(ProcessIdentity process, double cores) throws IOException {
        int quota = Math.max(SMALLEST_QUOTA_MICROS, (int) (cores * PERIOD_MICROS));
        IOException reason = new IOException("no cgroup with a CPU controller is mounted at " + ROOT);
        for (Home home : homes(process.pid())) {
            Path group = home.path().resolve("evenkeel-shop-" + process.pid());
            try {
                sweep(home.path());
                Files.createDirectories(group);
                if (home.version() == 1) {
                    Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                    Files.writeString(group.resolve("cpu.cfs_quota_us"), Integer.toString(quota));
                } else {
                    Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
                }
                Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
                return new CgroupQuota(
                        process,
                        group,
                        home.path(),
                        String.format(
                                Locale.ROOT,
                                "cgroup v%d quota of %.1f %% of one core on process %d",
                                home.version(),
                                100.0 * quota / PERIOD_MICROS,
                                process.pid()));
            } catch (IOException | RuntimeException e) {
                reason = new IOException("cgroup v" + home.version() + " at " + group + ": " + e.getMessage());
                Files.deleteIfExists(group);
            }
        }
        throw reason;
    }

    @Override
    public String how() {
        return how;
    }

    @Override
    public void release() {
        try {
            if (process.isAlive()) {
                Files.writeString(home.resolve("cgroup.procs"), Long.toString(process.pid()));
            }
            Files.deleteIfExists(group);
        } catch (IOException groupStaysEmpty) {
            // A group without processes costs nothing; the kernel frees it at the next boot.
            return;
        }
    }

    /** Removes groups whose process has ended without being let go; the kernel refuses those that still hold one. */
    private static void sweep(Path home) throws IOException {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(home, "evenkeel-shop-*")) {
            for (Path group : groups) {
                try {
                    Files.delete(group);
                } catch (IOException stillInUse) {
                    continue;
                }
            }
        }
    }

    private record Home(int version, Path path) {}

    /** Groups below which one for the process may be made: where it is now, and the root; lines of cgroups(7). */
    private static List<Home> homes(long pid) throws IOException {
        List<Home> homes = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
            String[] parts = line.split(":", 3);
            String relative = parts[2].substring(1);
            boolean hasCpu = List.of(parts[1].split(",")).contains("cpu");
            if (hasCpu && Files.isDirectory(ROOT.resolve(parts[1]))) {
                homes.add(new Home(1, ROOT.resolve(parts[1]).resolve(relative)));
            }
            if (parts[0].equals("0") && Files.exists(ROOT.resolve("cgroup.controllers"))) {
                homes.add(new Home(2, ROOT.resolve(relative)));
                homes.add(new Home(2, ROOT));
            }
        }
        return homes;
    }
}
