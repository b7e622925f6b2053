package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How far a figure of the product's own rollups moved while something ordinary happened, against the calm before. A noise
 * that moves nothing proves nothing about quiet. Pure.
 *
 * @param what figure and place, for people
 * @param calm its mean over the calm minutes, all series of a minute added up
 * @param during the highest minute while it happened
 */
record Movement(String what, double calm, double during) {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A stretch of time. */
    record Window(Instant from, Instant to) {
        private boolean touches(Instant minute) {
            return minute.isBefore(to) && minute.plus(MINUTE).isAfter(from);
        }

        private boolean holds(Instant minute) {
            return !minute.isBefore(from) && !minute.plus(MINUTE).isAfter(to);
        }
    }

    /**
     * @param whose which series count
     * @param calm whole minutes of it are the measure
     * @param noise minutes that it touches are held against it
     */
    static Movement of(
            String what, List<RollupReader.Row> rows, Predicate<SignalKey> whose, Window calm, Window noise) {
        Map<Instant, Double> minutes = rows.stream()
                .filter(row -> whose.test(row.signal()))
                .collect(Collectors.groupingBy(
                        RollupReader.Row::start, TreeMap::new, Collectors.summingDouble(RollupReader.Row::value)));
        double usual = minutes.entrySet().stream()
                .filter(minute -> calm.holds(minute.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .average()
                .orElse(0);
        double highest = minutes.entrySet().stream()
                .filter(minute -> noise.touches(minute.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(0);
        return new Movement(what, usual, highest);
    }

    boolean roseBy(double factor, double atLeast) {
        return during >= calm * factor && during - calm >= atLeast;
    }
}
