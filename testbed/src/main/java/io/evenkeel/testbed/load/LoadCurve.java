package io.evenkeel.testbed.load;

import java.time.LocalTime;

/**
 * How much the shop is used at a time of day: a mild daily curve in civil time, lowest at 03:00 and highest at 15:00. Pure.
 *
 * @param requestsPerSecond mean of a day, above 0, for example 20
 * @param swing half the way from lowest to highest as a share of the mean, 0 to 0.9, for example 0.15
 */
record LoadCurve(double requestsPerSecond, double swing) {
    private static final double PEAK_HOUR = 15;

    LoadCurve {
        if (!(requestsPerSecond > 0 && requestsPerSecond <= 500)) {
            throw new IllegalArgumentException("requests per second must be above 0 and at most 500");
        }
        if (!(swing >= 0 && swing <= 0.9)) {
            throw new IllegalArgumentException("the swing must be from 0 to 0.9");
        }
    }

    /** Requests per second at that time of day. */
    double at(LocalTime time) {
        double hour = time.toSecondOfDay() / 3600.0;
        return requestsPerSecond * (1 + swing * Math.cos(2 * Math.PI * (hour - PEAK_HOUR) / 24));
    }
}
