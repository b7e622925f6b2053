package io.evenkeel.benchmarks;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * At which tick after it began each planted fault is decided, by the rule for a gauge that nobody knows: at the point that
 * makes five of the last six steps strange ones. A point that comes late leaves its step without one, so it is drawn which
 * that is. For one thread.
 */
final class DecidingTicks {
    private static final int NEED = 5;
    private static final int WINDOW = 6;

    private final MetricLoad load;
    /** Of the faulty series, by number, the ticks at which they gave a punctual point. */
    private final Map<Integer, BitSet> punctual = new HashMap<>();

    private final Map<Integer, Integer> ticks = new HashMap<>();

    DecidingTicks(LoadPlan plan) {
        load = plan.load();
        for (int entity = 0; entity < plan.entities(); entity++) {
            if (plan.planted(entity) >= 0) {
                punctual.put(series(entity), new BitSet());
            }
        }
    }

    private int series(int entity) {
        return entity * MetricLoad.SERIES + load.faultySeries(entity);
    }

    /** Takes the next point of a series, see {@link MetricLoad.Replay}. */
    void point(int series, double value) {
        BitSet ofSeries = punctual.get(series);
        if (ofSeries != null) {
            ofSeries.set(ticks.merge(series, 1, Integer::sum) - 1, !Double.isNaN(value));
        }
    }

    /** Ticks from the first of a planted fault, by entity, to the one that decides; -1 when none of the replayed does. */
    int of(int entity) {
        BitSet given = Objects.requireNonNull(punctual.get(series(entity)));
        int begun = load.faultTick(entity);
        for (int tick = begun + NEED - 1; tick < given.length(); tick++) {
            int strange =
                    given.get(Math.max(begun, tick - WINDOW + 1), tick + 1).cardinality();
            if (given.get(tick) && strange >= NEED) {
                return tick - begun;
            }
        }
        return -1;
    }
}
