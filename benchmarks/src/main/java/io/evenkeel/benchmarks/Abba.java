package io.evenkeel.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two kernels measured in turns, A B B A, so that a neighbour on the machine or a warm cache favours neither
 * (PERFORMANCE.md 4, "Ratio protocol"). Thread CPU time; what GC and JIT threads do beside it is told as process time.
 */
final class Abba {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** A result whose sides swing more than this is no result. */
    static final double NOISY = 1.4;

    private static final int WARM_UP = 2;

    private Abba() {}

    /**
     * @param a ns per item of the first kernel, thread CPU, per round, ascending
     * @param b the same of the second
     * @param ratios b ÷ a per round, ascending
     * @param processA ns per item of the first kernel with GC and JIT threads, median
     * @param processB the same of the second
     */
    record Result(double[] a, double[] b, double[] ratios, double processA, double processB) {
        double medianA() {
            return median(a);
        }

        double medianB() {
            return median(b);
        }

        double ratio() {
            return median(ratios);
        }

        boolean isNoisy() {
            return spread(a) > NOISY || spread(b) > NOISY;
        }

        private static double spread(double[] sorted) {
            return sorted[sorted.length - 1] / sorted[0];
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%7.1f ns (%.1f..%.1f) against %7.1f ns (%.1f..%.1f): %.2fx (%.2f..%.2f)%s",
                    medianA(),
                    a[0],
                    a[a.length - 1],
                    medianB(),
                    b[0],
                    b[b.length - 1],
                    ratio(),
                    ratios[0],
                    ratios[ratios.length - 1],
                    isNoisy() ? "  noisy: rerun" : "");
        }
    }

    /**
     * @param rounds counted rounds after two that are not, ≥ 5
     * @param items items that one run of a kernel handles
     * @param millis length of each of the four turns of a round, ms, about
     */
    static Result measure(Runnable a, Runnable b, int rounds, long items, long millis) {
        double[] nsA = new double[rounds];
        double[] nsB = new double[rounds];
        double[] ratios = new double[rounds];
        double[] processA = new double[rounds];
        double[] processB = new double[rounds];
        int runsA = runsFor(a, millis);
        int runsB = runsFor(b, millis);
        for (int round = -WARM_UP; round < rounds; round++) {
            double[] a1 = turn(a, runsA, items);
            double[] b1 = turn(b, runsB, items);
            double[] b2 = turn(b, runsB, items);
            double[] a2 = turn(a, runsA, items);
            if (round >= 0) {
                nsA[round] = (a1[0] + a2[0]) / 2;
                nsB[round] = (b1[0] + b2[0]) / 2;
                ratios[round] = nsB[round] / nsA[round];
                processA[round] = (a1[1] + a2[1]) / 2;
                processB[round] = (b1[1] + b2[1]) / 2;
            }
        }
        for (double[] figures : new double[][] {nsA, nsB, ratios, processA, processB}) {
            Arrays.sort(figures);
        }
        return new Result(nsA, nsB, ratios, median(processA), median(processB));
    }

    /** Thread CPU ns per item, and process CPU ns per item. */
    private static double[] turn(Runnable kernel, int runs, long items) {
        long thread = THREADS.getCurrentThreadCpuTime();
        long process = SYSTEM.getProcessCpuTime();
        for (int i = 0; i < runs; i++) {
            kernel.run();
        }
        double all = (double) runs * items;
        return new double[] {
            (THREADS.getCurrentThreadCpuTime() - thread) / all, (SYSTEM.getProcessCpuTime() - process) / all
        };
    }

    private static int runsFor(Runnable kernel, long millis) {
        for (int i = 0; i < 20; i++) {
            kernel.run();
        }
        long start = THREADS.getCurrentThreadCpuTime();
        kernel.run();
        kernel.run();
        long one = Math.max(1, (THREADS.getCurrentThreadCpuTime() - start) / 2);
        return (int) Math.max(1, millis * 1_000_000 / one);
    }

    static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
