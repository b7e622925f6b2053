package io.evenkeel.benchmarks.series;

/**
 * A detector at one series, from its empty state on. It sees points one by one in time order and knows nothing of labels,
 * of later points or of how long the series will be. For one thread.
 */
public interface SeriesDetector {
    /**
     * How strange the next point is, told before the detector learns from it.
     *
     * @param epochSeconds time of the point, s; never before that of the last one, sometimes equal to it
     * @param value finite
     * @return how strange the point is: higher is stranger, comparable across series; infinite at most, never NaN
     */
    double score(long epochSeconds, double value);

    /** Whether the detector itself would wake someone for the point that was scored last; false where it does not say. */
    default boolean isAlarm() {
        return false;
    }
}
