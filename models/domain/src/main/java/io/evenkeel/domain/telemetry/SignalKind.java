package io.evenkeel.domain.telemetry;

import java.util.Locale;

/** What a signal measures, which decides its unit, its direction of bad and how windows of it merge. */
public enum SignalKind {
    /** Requests per second, unit {@code {request}/s}. Bad when it falls (traffic lost); a rise alone is load. */
    REQUEST_RATE,
    /** Share of requests that failed, 0..1, unit {@code 1}. Bad when it rises. */
    ERROR_RATIO,
    /** 95th percentile of request duration, unit {@code s}. Bad when it rises. */
    DURATION_P95,
    /** A gauge or an up-down counter as exported, in the metric's own unit. Bad in the direction the catalogue says. */
    GAUGE,
    /** Increase per second of a monotonic sum, in the metric's unit per second. */
    COUNTER_RATE,
    /** Mean of a histogram that is not one of the RED sources, in the metric's own unit. */
    HISTOGRAM_MEAN,
    /** 1 while an entity reports, 0 when it has gone silent. Never zero-filled: silence is its own fact. */
    PRESENCE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The name in lower case, as it stands in {@link SignalKey#id()}. */
    String word() {
        return word;
    }
}
