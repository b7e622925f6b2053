package io.evenkeel.learning.baseline;

/**
 * How surprising a strangeness is for one signal: beside the greatest that each earlier stretch of six hours has
 * brought. A page costs somebody's sleep however many points stand behind it, so what is counted is stretches and not
 * points; a minute series and an hourly one come out alike (DETECTION.md, section 2, item 3).
 *
 * <p>The logarithms of the peaks have a mean and a deviation, which begin at those of an ordinary series and move to the
 * signal's own. The surprise of a strangeness z is its distance from that mean in those deviations, and on top half its
 * logarithm: a rank alone would make a dull signal page as often as a troubled one. What four earlier peaks have already
 * surpassed is a little less surprising for each.
 *
 * <p>State: {@value #FLOATS} cells of a row, all zero before the first value. Static functions on a caller's array.
 */
final class PeakMemory {
    static final int FLOATS = 8;
    /** Length of a stretch, ms. */
    static final long STRETCH_MILLIS = 6 * 3_600_000L;

    private static final int WEIGHT = 0;
    private static final int SUM = 1;
    private static final int SQUARES = 2;
    /** Greatest of the stretch in progress. */
    private static final int PEAK = 3;
    /** The four greatest peaks, each as its logarithm above {@link #LEAST}; 0 = none yet. */
    private static final int TOP = 4;

    private static final int TOPS = 4;

    /** Memory: a stretch weighs half after 173 stretches, 43 days. */
    private static final float KEEP = 0.996f;
    /** An ordinary series' peaks: e standard units, times or divided by 1.8; worth a little more than one stretch. */
    private static final float PRIOR_WEIGHT = 1.2f;

    private static final float PRIOR_MEAN = 1f;
    private static final float PRIOR_DEVIATION = 0.6f;
    private static final double LEAST_DEVIATION = 0.3;
    /** Strangeness below this is all the same. */
    private static final double LEAST = 0.05;
    /** As is strangeness above this, such as that of the first value after many that were the same. */
    private static final double MOST = 1e6;
    /** More is not remembered of a peak: what came out of a blue sky once says nothing of how high peaks usually are. */
    private static final float MOST_REMEMBERED = 100;

    private static final double LOG_LEAST = Math.log(LEAST);
    private static final double SIZE_WEIGHT = 0.5;
    private static final double RANK_WEIGHT = 0.15;
    /** What the remembered peaks lose each stretch, so that a year does not remember its worst day for ever. */
    private static final float TOP_FADES = 0.001f;

    private PeakMemory() {}

    /**
     * @param strangeness ≥ 0, standard units
     * @return larger = more surprising, comparable between signals; around 2 once in ten days
     */
    static double surprise(float[] cells, int at, double strangeness, Parts parts) {
        double size = Math.log(Math.min(MOST, Math.max(strangeness, LEAST)));
        double surprise = 0;
        if (parts.calibrated()) {
            double weight = PRIOR_WEIGHT + cells[at + WEIGHT];
            double deviation =
                    Math.sqrt((PRIOR_WEIGHT * PRIOR_DEVIATION * PRIOR_DEVIATION + cells[at + SQUARES]) / weight);
            surprise = (size - mean(cells, at)) / Math.max(LEAST_DEVIATION, deviation);
            if (parts.ranked()) {
                surprise -= RANK_WEIGHT * Math.log(1 + surpassed(cells, at, size));
            }
        }
        return parts.sized() || !parts.calibrated() ? surprise + SIZE_WEIGHT * size : surprise;
    }

    private static double mean(float[] cells, int at) {
        return (PRIOR_WEIGHT * PRIOR_MEAN + cells[at + SUM]) / (PRIOR_WEIGHT + cells[at + WEIGHT]);
    }

    private static int surpassed(float[] cells, int at, double size) {
        double height = size - LOG_LEAST;
        int count = 0;
        for (int i = at + TOP; i < at + TOP + TOPS; i++) {
            if (cells[i] > height) {
                count++;
            }
        }
        return count;
    }

    static void see(float[] cells, int at, double strangeness) {
        cells[at + PEAK] = Math.max(cells[at + PEAK], (float) Math.min(strangeness, MOST_REMEMBERED));
    }

    /** Ends the stretch in progress; to be called before the first value of the next is judged. */
    static void close(float[] cells, int at) {
        if (cells[at + PEAK] <= 0) {
            return;
        }
        float size = (float) Math.log(Math.max(cells[at + PEAK], LEAST));
        float deviation = size - (float) mean(cells, at);
        cells[at + WEIGHT] = cells[at + WEIGHT] * KEEP + 1;
        cells[at + SUM] = cells[at + SUM] * KEEP + size;
        cells[at + SQUARES] = cells[at + SQUARES] * KEEP + deviation * deviation;
        cells[at + PEAK] = 0;
        int least = at + TOP;
        for (int i = at + TOP; i < at + TOP + TOPS; i++) {
            cells[i] = Math.max(0, cells[i] - TOP_FADES);
            if (cells[i] < cells[least]) {
                least = i;
            }
        }
        cells[least] = Math.max(cells[least], size - (float) LOG_LEAST);
    }
}
