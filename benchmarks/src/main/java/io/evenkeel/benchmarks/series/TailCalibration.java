package io.evenkeel.benchmarks.series;

import java.util.Arrays;

/**
 * Says of another detector's scores how rare each is in the series' own past: -log10 of the share of earlier scores that
 * reach it. A score beyond all of them gets some more for its size, or a record would be worth the same however large.
 * Keeps every score, and so its memory grows; a rival to learn from, not to run.
 */
final class TailCalibration implements SeriesDetector {
    private static final int SILENT = 20;
    /** What a score twice the record is worth beyond its rank. */
    private static final double PER_DOUBLING = 0.35;

    private final SeriesDetector detector;
    private double[] sorted = new double[1024];
    private int size;
    private long seen;

    TailCalibration(SeriesDetector detector) {
        this.detector = detector;
    }

    @Override
    public double score(long epochSeconds, double value) {
        double score = detector.score(epochSeconds, value);
        seen++;
        if (seen <= SILENT) {
            return 0;
        }
        int below = PageSweep.firstRank(sorted, size, score);
        double rarity = -Math.log10((size - below + 1.0) / (size + 1.0));
        double record = size == 0 ? 0 : sorted[size - 1];
        if (record > 0 && score > record) {
            rarity += PER_DOUBLING * Math.log(score / record) / Math.log(2);
        }
        insert(below, score);
        return rarity;
    }

    private void insert(int at, double score) {
        if (size == sorted.length) {
            sorted = Arrays.copyOf(sorted, 2 * size);
        }
        System.arraycopy(sorted, at, sorted, at + 1, size - at);
        sorted[at] = score;
        size++;
    }
}
