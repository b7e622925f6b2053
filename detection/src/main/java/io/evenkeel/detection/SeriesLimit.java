package io.evenkeel.detection;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a bound on what is kept of a service has been reached, as attributes that hold user or request ids make
 * it: newcomers are refused, what was known before stays judged. A note that never pages and never makes an incident.
 *
 * <p>Not part of the state. Its id and the order of its versions follow from what is (a key, a time) and from the clock,
 * so that a restored job goes on with the same note; one that is not repeated within five minutes is over.
 */
final class SeriesLimit {
    /** Between two versions of the note; what it names is counted anew for each. */
    static final long REPEAT_MILLIS = 60_000;
    /** Without a refusal for this long the bound is no longer reached: exporters send each minute at the slowest. */
    static final long OVER_MILLIS = 600_000;

    private long onset;
    private long sentAt;
    private long lastRefused;
    private long refused;
    private boolean open;

    /** What was refused could not be kept. */
    void refuse(long points, long nowMillis) {
        if (!open) {
            open = true;
            onset = nowMillis;
            sentAt = Long.MIN_VALUE;
            refused = 0;
        }
        refused += points;
        lastRefused = nowMillis;
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Sends the note when it is new, due or over.
     *
     * @param seed tells apart what has the same key, and is part of the state, for the id
     * @param facts what fills the room, see {@link #fullest}; asked once a version
     */
    void tell(
            SignalKey key,
            long seed,
            long nowMillis,
            long epoch,
            Supplier<Map<String, String>> facts,
            Consumer<Finding> out) {
        if (!open) {
            return;
        }
        boolean over = nowMillis - lastRefused >= OVER_MILLIS;
        boolean first = sentAt == Long.MIN_VALUE;
        if (!first && !over && nowMillis - sentAt < REPEAT_MILLIS) {
            return;
        }
        double seconds = first ? 1 : Math.max(1, (nowMillis - sentAt) / 1000.0);
        double perSecond = over ? 0 : refused / seconds;
        sentAt = nowMillis;
        refused = 0;
        open = !over;
        out.accept(note(key, FindingNotes.id(key, seed), perSecond, facts.get(), nowMillis, epoch));
    }

    private Finding note(
            SignalKey key, String id, double perSecond, Map<String, String> facts, long nowMillis, long epoch) {
        Instant began = Instant.ofEpochMilli(onset);
        Instant now = Instant.ofEpochMilli(nowMillis);
        @Nullable Instant closed = open ? null : now;
        return new Finding(
                id,
                FindingKind.ANOMALY,
                key,
                Direction.UP,
                began,
                began,
                began,
                began,
                now,
                closed,
                open ? null : FindingEnding.RETURNED,
                // No band, and beyond doubt.
                10,
                perSecond,
                0,
                0,
                0,
                0,
                "",
                null,
                null,
                List.of(),
                facts,
                false,
                epoch,
                nowMillis);
    }

    /**
     * Which metric has most of the series, and which of its attributes takes most values: {@code metric}, {@code
     * series}, {@code attribute}, {@code values}.
     *
     * @param series metric and attributes ({@code k=v,k2=v2}) of everything that is kept
     */
    static Map<String, String> fullest(Iterable<Map.Entry<String, String>> series) {
        Map<String, Integer> perMetric = new HashMap<>();
        series.forEach(each -> perMetric.merge(each.getKey(), 1, Integer::sum));
        String metric = largest(perMetric);
        Map<String, Set<String>> values = new HashMap<>();
        for (Map.Entry<String, String> each : series) {
            if (each.getKey().equals(metric)) {
                for (String pair : each.getValue().split(",")) {
                    int equals = pair.indexOf('=');
                    if (equals > 0) {
                        values.computeIfAbsent(pair.substring(0, equals), key -> new HashSet<>())
                                .add(pair.substring(equals + 1));
                    }
                }
            }
        }
        Map<String, Integer> perAttribute = new HashMap<>();
        values.forEach((key, distinct) -> perAttribute.put(key, distinct.size()));
        Map<String, String> facts = new HashMap<>();
        if (!metric.isEmpty()) {
            facts.put("metric", metric);
            facts.put("series", Integer.toString(perMetric.getOrDefault(metric, 0)));
        }
        String attribute = largest(perAttribute);
        if (!attribute.isEmpty()) {
            facts.put("attribute", attribute);
            facts.put("values", Integer.toString(perAttribute.getOrDefault(attribute, 0)));
        }
        return facts;
    }

    /** The name with the largest number, of equals the first in order; empty when there is none. */
    private static String largest(Map<String, Integer> counts) {
        String most = "";
        int count = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            int seen = entry.getValue();
            if (seen > count || seen == count && entry.getKey().compareTo(most) < 0) {
                most = entry.getKey();
                count = seen;
            }
        }
        return most;
    }
}
