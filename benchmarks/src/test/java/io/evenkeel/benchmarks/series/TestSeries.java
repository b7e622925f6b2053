package io.evenkeel.benchmarks.series;

import java.util.Arrays;

/** Series and scores drawn by hand: regular steps from a Thursday midnight, all values 0. */
final class TestSeries {
    static final int MINUTE = 60;
    static final int HOUR = 3600;
    private static final long START = 1_400_112_000;

    private TestSeries() {}

    /** @param labelled first and last labelled point of each run */
    static LabelledSeries of(String name, int stepSeconds, int points, int[]... labelled) {
        long[] times = new long[points];
        Arrays.setAll(times, i -> START + (long) i * stepSeconds);
        boolean[] labels = new boolean[points];
        for (int[] run : labelled) {
            Arrays.fill(labels, run[0], run[1] + 1, true);
        }
        return new LabelledSeries(name, times, new double[points], labels);
    }

    static int[] run(int first, int last) {
        return new int[] {first, last};
    }

    /** Score 1 at some points, 0 elsewhere. */
    static double[] alarmsAt(int points, int... at) {
        double[] scores = new double[points];
        for (int point : at) {
            scores[point] = 1;
        }
        return scores;
    }
}
