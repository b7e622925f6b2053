package io.evenkeel.benchmarks.proof;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the sender knows of its own points, per series and minute. Owned by one thread. */
final class SenderTable {
    private static final long MINUTE_MILLIS = 60_000;

    /** One point as it was sent. */
    record Point(
            String service, LoadSeries.Kind kind, String attributes, long timeMillis, double value, double covered) {
        Minute minute() {
            return new Minute(
                    service,
                    kind.metric,
                    attributes,
                    Instant.ofEpochMilli(Math.floorDiv(timeMillis, MINUTE_MILLIS) * MINUTE_MILLIS));
        }
    }

    /** A series' minute: how many points were acknowledged and how many may or may not have arrived. */
    static final class Sent {
        final LoadSeries.Kind kind;
        long acknowledged;
        long unacknowledged;
        /** Sum of the acknowledged values or increments. */
        double sum;
        /** Seconds that the acknowledged increments cover. */
        double covered;

        Sent(LoadSeries.Kind kind) {
            this.kind = kind;
        }

        /**
         * The rollup value that the acknowledged points make, NaN when it cannot be told: cumulative totals depend on the
         * order in which they came, and an unacknowledged point may be in it.
         */
        double expectedValue() {
            if (unacknowledged > 0 || acknowledged == 0) {
                return Double.NaN;
            }
            return switch (kind) {
                case GAUGE -> sum / acknowledged;
                case COUNTER_DELTA -> sum / covered;
                case COUNTER_CUMULATIVE, HISTOGRAM_DELTA, HISTOGRAM_CUMULATIVE -> Double.NaN;
            };
        }
    }

    private final Map<Minute, Sent> minutes = new HashMap<>();

    void add(Point point, boolean isAcknowledged) {
        Sent sent = minutes.computeIfAbsent(point.minute(), minute -> new Sent(point.kind()));
        if (isAcknowledged) {
            sent.acknowledged++;
            sent.sum += point.value();
            sent.covered += point.covered();
        } else {
            sent.unacknowledged++;
        }
    }

    void add(List<Export> requests) {
        for (Export request : requests) {
            request.points().forEach(point -> add(point, request.isAcknowledged()));
        }
    }

    Map<Minute, Sent> minutes() {
        return minutes;
    }

    long acknowledged() {
        return minutes.values().stream().mapToLong(sent -> sent.acknowledged).sum();
    }
}
