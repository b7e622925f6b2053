package io.evenkeel.benchmarks.series;

import java.util.function.Function;

/**
 * A detector by name, made anew for each series: same code and same parameters whatever the series.
 *
 * @param name as tables show it, for example {@code EWMA z}
 * @param start a detector in its empty state; it is given the series' name, which may seed its randomness and nothing else
 */
public record Contender(String name, Function<String, SeriesDetector> start) {
    /** What a detector made of a series: element i of both is of point i. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Judged(double[] scores, boolean[] alarms) {
        boolean hasAlarm() {
            for (boolean alarm : alarms) {
                if (alarm) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Walks a fresh detector through the series. */
    public Judged judge(LabelledSeries series) {
        SeriesDetector detector = start.apply(series.name());
        double[] scores = new double[series.length()];
        boolean[] alarms = new boolean[series.length()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = detector.score(series.epochSecond(i), series.value(i));
            if (Double.isNaN(scores[i])) {
                throw new IllegalStateException(name + " has no score for point " + i + " of " + series.name());
            }
            alarms[i] = detector.isAlarm();
        }
        return new Judged(scores, alarms);
    }

    /** Scores alone; element i is of point i. */
    public double[] scores(LabelledSeries series) {
        return judge(series).scores();
    }
}
