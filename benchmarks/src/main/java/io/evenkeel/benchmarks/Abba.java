package io.evenkeel.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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

    /** Rounds before those that count. */
    static final int WARM_UP = 2;

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

        /** What a report tells of it, under the names of the two sides. */
        Map<String, Object> figures(String nameA, String nameB) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put(nameA + "Ns", medianA());
            figures.put(nameA + "NsRange", new double[] {a[0], a[a.length - 1]});
            figures.put(nameB + "Ns", medianB());
            figures.put(nameB + "NsRange", new double[] {b[0], b[b.length - 1]});
            figures.put("ratio", ratio());
            figures.put("ratioRange", new double[] {ratios[0], ratios[ratios.length - 1]});
            figures.put(nameA + "ProcessNs", processA);
            figures.put(nameB + "ProcessNs", processB);
            figures.put("noisy", isNoisy());
            return figures;
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

    /** One turn of one side. */
    interface Turn {
        Cost take() throws IOException, InterruptedException;
    }

    /**
     * What an item cost in one turn.
     *
     * @param thread CPU of the thread at work, ns; or whatever the sides are compared by
     * @param process CPU of its whole process, ns
     */
    record Cost(double thread, double process) {}

    /**
     * @param before done before each turn, outside the clock
     * @param rounds counted rounds after two that are not, ≥ 5
     * @param items items that one run of a kernel handles
     * @param millis length of each of the four turns of a round, ms, about
     */
    static Result measure(Runnable before, Runnable a, Runnable b, int rounds, long items, long millis)
            throws IOException, InterruptedException {
        int runsA = runsFor(a, millis);
        int runsB = runsFor(b, millis);
        return measure(() -> turn(before, a, runsA, items), () -> turn(before, b, runsB, items), rounds);
    }

    /**
     * The same for sides that measure their turns themselves.
     *
     * @param rounds counted rounds after two that are not, ≥ 5
     */
    static Result measure(Turn a, Turn b, int rounds) throws IOException, InterruptedException {
        double[] nsA = new double[rounds];
        double[] nsB = new double[rounds];
        double[] ratios = new double[rounds];
        double[] processA = new double[rounds];
        double[] processB = new double[rounds];
        for (int round = -WARM_UP; round < rounds; round++) {
            Cost a1 = a.take();
            Cost b1 = b.take();
            Cost b2 = b.take();
            Cost a2 = a.take();
            if (round >= 0) {
                nsA[round] = (a1.thread + a2.thread) / 2;
                nsB[round] = (b1.thread + b2.thread) / 2;
                ratios[round] = nsB[round] / nsA[round];
                processA[round] = (a1.process + a2.process) / 2;
                processB[round] = (b1.process + b2.process) / 2;
            }
        }
        for (double[] figures : new double[][] {nsA, nsB, ratios, processA, processB}) {
            Arrays.sort(figures);
        }
        return new Result(nsA, nsB, ratios, median(processA), median(processB));
    }

    private static Cost turn(Runnable before, Runnable kernel, int runs, long items) {
        before.run();
        long thread = THREADS.getCurrentThreadCpuTime();
        long process = SYSTEM.getProcessCpuTime();
        for (int i = 0; i < runs; i++) {
            kernel.run();
        }
        double all = (double) runs * items;
        return new Cost(
                (THREADS.getCurrentThreadCpuTime() - thread) / all, (SYSTEM.getProcessCpuTime() - process) / all);
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
