package io.evenkeel.benchmarks.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is to be found in one series and what an alarm there counts for, under the rules of {@link OpsScorer}: worked out
 * once, whatever detector is judged. Immutable.
 */
final class SeriesTruth {
    static final long HOUR_SECONDS = 3600;
    private static final double DAY_SECONDS = 86_400;
    private static final double WARM_UP = 0.15;
    private static final int MOST_STEPS_TO_DETECT = 7;
    private static final long MOST_SECONDS_TO_DETECT = 1800;

    private final LabelledSeries series;
    private final int first;
    private final double gapSeconds;
    private final List<Event> events = new ArrayList<>();
    private final boolean[] counted;
    private final boolean[] excused;
    private final double days;

    /**
     * Something that a detector should have told of.
     *
     * @param from its first point
     * @param to its last point
     * @param lastDetecting last point whose alarm still detects it
     */
    record Event(int from, int to, int lastDetecting) {}

    SeriesTruth(LabelledSeries series) {
        this.series = series;
        boolean nab = series.source().isNab();
        first = nab ? NabScorer.probation(series.length()) : (int) (WARM_UP * series.length());
        gapSeconds = Math.max(HOUR_SECONDS, 3 * series.stepSeconds());
        counted = new boolean[series.length()];
        excused = new boolean[series.length()];
        boolean[] early = new boolean[series.length()];
        double eventSeconds = 0;
        for (int[] run : nab ? runs(series) : joined(runs(series))) {
            boolean isEarly = run[0] < first;
            mark(isEarly ? early : excused, run[0], seconds(run[1]) + gapSeconds);
            if (!isEarly) {
                events.add(new Event(run[0], run[1], nab ? run[1] : lastDetecting(run)));
                eventSeconds += seconds(run[1]) - seconds(run[0]);
            }
        }
        for (int i = first; i < counted.length; i++) {
            counted[i] = excused[i] || !early[i];
        }
        days = (seconds(series.length() - 1) - seconds(first) - eventSeconds) / DAY_SECONDS;
    }

    private long seconds(int point) {
        return series.epochSecond(point);
    }

    /** Unbroken runs of labelled points, each as its first and last point. */
    static List<int[]> runs(LabelledSeries series) {
        List<int[]> runs = new ArrayList<>();
        for (int i = 0; i < series.length(); i++) {
            if (!series.isLabelled(i)) {
                continue;
            }
            if (i > 0 && series.isLabelled(i - 1)) {
                runs.get(runs.size() - 1)[1] = i;
            } else {
                runs.add(new int[] {i, i});
            }
        }
        return runs;
    }

    private List<int[]> joined(List<int[]> runs) {
        List<int[]> joined = new ArrayList<>();
        for (int[] run : runs) {
            int last = joined.size() - 1;
            if (last >= 0 && seconds(run[0]) - seconds(joined.get(last)[1]) <= gapSeconds) {
                joined.get(last)[1] = run[1];
            } else {
                joined.add(run);
            }
        }
        return joined;
    }

    private int lastDetecting(int[] run) {
        double patience = Math.max(MOST_STEPS_TO_DETECT * series.stepSeconds(), MOST_SECONDS_TO_DETECT);
        double until = Math.min(seconds(run[1]) + gapSeconds, seconds(run[0]) + patience);
        int last = run[0];
        while (last + 1 < series.length() && seconds(last + 1) <= until) {
            last++;
        }
        return last;
    }

    private void mark(boolean[] points, int from, double untilSeconds) {
        for (int i = from; i < points.length && seconds(i) <= untilSeconds; i++) {
            points[i] = true;
        }
    }

    LabelledSeries series() {
        return series;
    }

    /** The first point after warm-up. */
    int first() {
        return first;
    }

    /** Alarms nearer to each other than this are one page, s; at least an hour. */
    double gapSeconds() {
        return gapSeconds;
    }

    /** In time order; only those that begin after warm-up. */
    List<Event> events() {
        return events;
    }

    /** Of each event the highest threshold that still finds it, for one score per point. */
    double[] strangest(double[] scores) {
        return events.stream()
                .mapToDouble(event -> Arrays.stream(scores, event.from, event.lastDetecting + 1)
                        .max()
                        .orElseThrow())
                .toArray();
    }

    /** Whether an alarm at this point is looked at: not during warm-up, nor in an event that began in it. */
    boolean counts(int point) {
        return counted[point];
    }

    /** Whether an alarm at this point has a cause: it lies in an event or shortly after it. */
    boolean isExcused(int point) {
        return excused[point];
    }

    /** Days after warm-up in which every page is a false one. */
    double days() {
        return days;
    }
}
