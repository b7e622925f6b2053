package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SeriesDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the limit that bounds a signal: of the limit's series that the same replica reports, the one with all of its own
 * attributes in common with the signal, and of several the one with most. So a heap pool has the limit of that pool, a
 * pool's used connections the pool's maximum, which knows no state, and file descriptors the process's one limit. A limit
 * that is told apart by something the signal does not say bounds nothing.
 *
 * <p>Knows streams, not values: those are the ledger's. Not part of the state; read from the ledger when a limit is first
 * asked for, and nothing is kept of an entity without one.
 */
final class Limits {
    /** A limit not told for so long, or for two of the signal's steps, is unknown: its series ended, its process was replaced. */
    static final long SILENT_MILLIS = 300_000;
    /** Different sets of attribute keys per limit metric; a sane one has one. */
    private static final int MOST_SHAPES = 8;

    private record Place(int slot, String metric, String attributes) {}

    /** A limit's newest stream. */
    private static final class Line {
        final Place place;
        final String unit;
        long stream;
        long time = Long.MIN_VALUE;

        Line(Place place, String unit) {
            this.place = place;
            this.unit = unit;
        }
    }

    /** The limits of an entity. */
    private static final class Lines {
        final List<Line> all = new ArrayList<>();
        final Map<Long, Integer> ofStream = new HashMap<>();
        final Map<Place, Integer> ofPlace = new HashMap<>();
        /** Per metric the attribute keys its series have, most first. */
        final Map<String, List<List<String>>> shapes = new HashMap<>();
    }

    /** Null until a limit is first asked for. */
    private @Nullable Lines lines;

    /**
     * What bounds a signal now, in the signal's unit; NaN when nothing does or it is unknown.
     *
     * @param signal row in the table
     */
    double of(int signal, SignalTable signals, StreamLedger ledger) {
        MetricPolicy policy = signals.policy[signal];
        MetricPolicy.Bound bound = policy == null ? null : policy.bound();
        if (bound == null) {
            return Double.NaN;
        }
        if (bound.metric().isEmpty()) {
            return bound.constant();
        }
        SeriesDefinition used = signals.definition(signal);
        Line line = used == null ? null : line(used, bound, signals.slot[signal], signals, ledger);
        if (used == null || line == null) {
            return Double.NaN;
        }
        long silent = Math.max(SILENT_MILLIS, 2L * signals.binMillis(signal));
        double value = ledger.valueSince(line.stream, signals.binStart(signal) - silent);
        return value * Units.factor(line.unit, used.unit());
    }

    private @Nullable Line line(
            SeriesDefinition used, MetricPolicy.Bound bound, int slot, SignalTable signals, StreamLedger ledger) {
        Lines known = lines;
        if (known == null) {
            known = new Lines();
            lines = known;
            ledger.forEach((stream, signal, time) -> told(stream, signal, time, signals));
        }
        for (List<String> keys : known.shapes.getOrDefault(bound.metric(), List.of())) {
            String shared = shared(keys, used.attributes());
            Integer line = shared == null ? null : known.ofPlace.get(new Place(slot, bound.metric(), shared));
            if (line != null) {
                return known.all.get(line);
            }
        }
        return null;
    }

    /** These attributes of a series; null when it lacks one. */
    private static @Nullable String shared(List<String> keys, String attributes) {
        StringBuilder shared = new StringBuilder();
        for (String key : keys) {
            String value = MetricPolicy.attribute(attributes, key);
            if (value.isEmpty()) {
                return null;
            }
            shared.append(shared.isEmpty() ? "" : ",").append(key).append('=').append(value);
        }
        return shared.toString();
    }

    /** Takes note of a point of a limit. */
    void told(long stream, int signal, long time, SignalTable signals) {
        MetricPolicy policy = signals.policy[signal];
        Lines asked = lines;
        if (asked == null || policy == null || !policy.isLimit()) {
            return;
        }
        Integer known = asked.ofStream.get(stream);
        if (known == null || asked.all.get(known).place.slot() != signals.slot[signal]) {
            SeriesDefinition definition = signals.definition(signal);
            if (definition == null) {
                return;
            }
            Place place = new Place(signals.slot[signal], definition.metric(), definition.attributes());
            known = lineOf(asked, place, definition);
            asked.ofStream.put(stream, known);
        }
        Line line = asked.all.get(known);
        if (time >= line.time) {
            line.time = time;
            line.stream = stream;
        }
    }

    private static int lineOf(Lines lines, Place place, SeriesDefinition definition) {
        return lines.ofPlace.computeIfAbsent(place, fresh -> {
            shape(lines, definition);
            lines.all.add(new Line(fresh, definition.unit()));
            return lines.all.size() - 1;
        });
    }

    private static void shape(Lines lines, SeriesDefinition definition) {
        List<String> keys = definition.attributes().isEmpty()
                ? List.of()
                : Arrays.stream(definition.attributes().split(","))
                        .map(pair -> pair.substring(0, Math.max(0, pair.indexOf('='))))
                        .toList();
        List<List<String>> known = lines.shapes.computeIfAbsent(definition.metric(), metric -> new ArrayList<>());
        if (known.size() < MOST_SHAPES && !known.contains(keys)) {
            known.add(keys);
            known.sort((one, other) -> other.size() - one.size());
        }
    }
}
