package io.evenkeel.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How busy this machine is with other things. Linux; elsewhere it counts as quiet. */
final class Machine {
    /** One process that wanted to run, on average over the last minute: half of two cores. */
    private static final double MOST_LOAD = 1;

    private static final double MOST_BUSY = 0.25;
    private static final long LOOK_MILLIS = 2_000;
    private static final Path STAT = Path.of("/proc/stat");

    private Machine() {}

    /** Processes that ran or wanted to, averaged over a minute; negative where the system does not tell. */
    static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /**
     * Waits until nothing else runs here: a build or bench that just ended still stands in the one-minute average.
     *
     * @return empty when quiet, otherwise how busy it still was
     */
    static String waitUntilQuiet(long mostSeconds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(mostSeconds);
        while (true) {
            double busy = busyFraction();
            double load = loadAverage();
            if (busy <= MOST_BUSY && load <= MOST_LOAD) {
                return "";
            }
            if (System.nanoTime() > deadline) {
                return String.format(
                        Locale.ROOT,
                        "processors %.0f %% busy over two seconds, load average %.2f, before it began",
                        busy * 100,
                        load);
            }
        }
    }

    /** Share of all processors' time over two seconds that was not idle, 0 to 1 (proc(5), /proc/stat). */
    private static double busyFraction() throws IOException, InterruptedException {
        if (!Files.isReadable(STAT)) {
            Thread.sleep(LOOK_MILLIS);
            return 0;
        }
        long[] before = processorTimes();
        Thread.sleep(LOOK_MILLIS);
        long[] after = processorTimes();
        long all = after[0] - before[0];
        return all == 0 ? 0 : 1 - (double) (after[1] - before[1]) / all;
    }

    /** Clock ticks of all processors since the system started: all, and idle or waiting for a disk. */
    private static long[] processorTimes() throws IOException {
        String[] fields = Files.readAllLines(STAT).get(0).trim().split("\\s+");
        long all = 0;
        // user, nice, system, idle, iowait, irq, softirq, steal; guest times are inside user already
        for (int i = 1; i <= Math.min(8, fields.length - 1); i++) {
            all += Long.parseLong(fields[i]);
        }
        return new long[] {all, Long.parseLong(fields[4]) + Long.parseLong(fields[5])};
    }
}
