package io.evenkeel.console.text;

import io.evenkeel.domain.telemetry.SignalKey;

/** What the figures of a signal count, which decides how they are written. */
public enum Unit {
    /** Share 0..1, written in per cent. */
    RATIO,
    /** Seconds, written as ms, s or min. */
    SECONDS,
    /** Events per second. */
    PER_SECOND,
    /** Bytes, written with binary prefixes. */
    BYTES,
    /** Bytes per second. */
    BYTES_PER_SECOND,
    /** A plain number; also where the unit is not known. */
    NUMBER;

    /**
     * The unit of a signal. For metrics that are not request signals it follows the naming rules of the OpenTelemetry
     * semantic conventions ("utilization" is a share, "time" and "duration" are seconds, memory and io are bytes).
     */
    public static Unit of(SignalKey signal) {
        return switch (signal.kind()) {
            case ERROR_RATIO -> RATIO;
            case DURATION_P95 -> SECONDS;
            case REQUEST_RATE -> PER_SECOND;
            case PRESENCE -> NUMBER;
            case GAUGE, HISTOGRAM_MEAN -> ofMetric(signal.metric());
            case COUNTER_RATE -> perSecond(ofMetric(signal.metric()));
        };
    }

    private static Unit ofMetric(String metric) {
        if (metric.endsWith(".utilization") || metric.endsWith(".ratio")) {
            return RATIO;
        }
        if (metric.endsWith(".duration") || metric.endsWith(".time")) {
            return SECONDS;
        }
        if (metric.contains(".memory.") || metric.endsWith(".io") || metric.endsWith(".bytes")) {
            return BYTES;
        }
        return NUMBER;
    }

    private static Unit perSecond(Unit unit) {
        return switch (unit) {
            case BYTES -> BYTES_PER_SECOND;
            // seconds per second are a share of one processor
            case SECONDS, RATIO -> RATIO;
            default -> PER_SECOND;
        };
    }
}
