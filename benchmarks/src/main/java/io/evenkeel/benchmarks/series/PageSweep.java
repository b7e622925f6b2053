package io.evenkeel.benchmarks.series;

import java.util.Arrays;

/**
 * False pages of one series at every threshold, exact: points become alarms from the strangest down, and pages are counted
 * again only from the one that a new alarm falls into to the first that begins where one began before.
 */
final class PageSweep {
    /** A page that goes on is told of again after this time, s. */
    private static final long LONGEST_PAGE_SECONDS = 6 * SeriesTruth.HOUR_SECONDS;

    private static final byte NO_PAGE = 0;
    private static final byte CAUSED = 1;
    private static final byte FALSE = 2;

    private final SeriesTruth truth;
    private final boolean[] alarms;
    /** Whether a page begins at a point, and which kind. */
    private final byte[] pages;

    private int falsePages;
    private int steps;
    private double[] thresholds = new double[64];
    private int[] counts = new int[64];

    /**
     * @param thresholds falling; a point is an alarm from its score on
     * @param falsePages false pages at each of them; before the first there are none
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Steps(double[] thresholds, int[] falsePages) {
        int falsePagesAt(double theta) {
            int low = 0;
            int high = thresholds.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (thresholds[middle] >= theta) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? 0 : falsePages[low - 1];
        }
    }

    private PageSweep(SeriesTruth truth) {
        this.truth = truth;
        int length = truth.series().length();
        alarms = new boolean[length];
        pages = new byte[length];
    }

    /** @param scores one per point of the series */
    static Steps of(SeriesTruth truth, double[] scores) {
        return new PageSweep(truth).sweep(scores);
    }

    private Steps sweep(double[] scores) {
        int[] points = strangestFirst(scores);
        for (int i = 0; i < points.length; i++) {
            add(points[i]);
            if (i + 1 == points.length || scores[points[i + 1]] < scores[points[i]]) {
                note(scores[points[i]]);
            }
        }
        return new Steps(Arrays.copyOf(thresholds, steps), Arrays.copyOf(counts, steps));
    }

    private void note(double threshold) {
        if (falsePages == (steps == 0 ? 0 : counts[steps - 1])) {
            return;
        }
        if (steps == thresholds.length) {
            thresholds = Arrays.copyOf(thresholds, 2 * steps);
            counts = Arrays.copyOf(counts, 2 * steps);
        }
        thresholds[steps] = threshold;
        counts[steps++] = falsePages;
    }

    private void add(int point) {
        alarms[point] = true;
        int first = pageReaching(point);
        int last = first;
        boolean caused = false;
        unmark(first);
        for (int i = first; i < alarms.length && seconds(last, i) < truth.gapSeconds(); i++) {
            if (!alarms[i]) {
                continue;
            }
            if (seconds(first, i) >= LONGEST_PAGE_SECONDS) {
                if (pages[i] != NO_PAGE) {
                    break;
                }
                mark(first, caused);
                first = i;
                caused = false;
            }
            unmark(i);
            caused |= truth.isExcused(i);
            last = i;
        }
        mark(first, caused);
    }

    /** Where the page begins whose last alarm comes shortly before a point; the point itself when there is none. */
    private int pageReaching(int point) {
        int i = point - 1;
        while (i >= truth.first() && seconds(i, point) < truth.gapSeconds() && !alarms[i]) {
            i--;
        }
        if (i < truth.first() || seconds(i, point) >= truth.gapSeconds()) {
            return point;
        }
        while (pages[i] == NO_PAGE) {
            i--;
        }
        return i;
    }

    private void mark(int first, boolean caused) {
        pages[first] = caused ? CAUSED : FALSE;
        falsePages += caused ? 0 : 1;
    }

    private void unmark(int point) {
        falsePages -= pages[point] == FALSE ? 1 : 0;
        pages[point] = NO_PAGE;
    }

    private long seconds(int from, int to) {
        return truth.series().epochSecond(to) - truth.series().epochSecond(from);
    }

    /** Points whose alarms count, by falling score. */
    private int[] strangestFirst(double[] scores) {
        double[] sorted = new double[scores.length];
        int length = 0;
        for (int i = truth.first(); i < scores.length; i++) {
            if (truth.counts(i)) {
                sorted[length++] = scores[i];
            }
        }
        sorted = Arrays.copyOf(sorted, length);
        Arrays.sort(sorted);
        int[] taken = new int[length];
        int[] points = new int[length];
        for (int i = truth.first(); i < scores.length; i++) {
            if (truth.counts(i)) {
                int rank = firstRank(sorted, sorted.length, scores[i]);
                points[length - 1 - rank - taken[rank]++] = i;
            }
        }
        return points;
    }

    /** Number of the first {@code size} scores that are below the score. */
    static int firstRank(double[] sorted, int size, double score) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
