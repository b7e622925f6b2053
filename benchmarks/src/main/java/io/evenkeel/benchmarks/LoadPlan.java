package io.evenkeel.benchmarks;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What generator and bench agree on.
 *
 * @param warmTicks ticks before anything is timed
 * @param ticks all ticks, those included
 * @param faults entities with a planted fault, all of them in the timed part
 * @param startMillis event time of the first tick
 */
record LoadPlan(long seed, int entities, boolean churn, int warmTicks, int ticks, int faults, long startMillis) {
    /** Steps that an unknown gauge must have been seen before it is judged, with room for late ones. */
    private static final int LEAST_TICKS_BEFORE_FAULT = 45;
    /** Steps within which a fault must have been noted, with as many to spare. */
    private static final int TICKS_AFTER_FAULT = 15;

    static LoadPlan of(Arguments arguments) {
        return new LoadPlan(
                arguments.seed(),
                arguments.number("--entities", 1000),
                arguments.text("--churn", "true").equals("true"),
                arguments.number("--warm", 240),
                arguments.number("--ticks", 720),
                arguments.number("--faults", 50),
                Long.parseLong(arguments.text("--start", "0")));
    }

    List<String> words() {
        return List.of(
                "--seed", Long.toString(seed),
                "--entities", Integer.toString(entities),
                "--churn", Boolean.toString(churn),
                "--warm", Integer.toString(warmTicks),
                "--ticks", Integer.toString(ticks),
                "--faults", Integer.toString(faults),
                "--start", Long.toString(startMillis));
    }

    MetricLoad load() {
        int first = Math.max(warmTicks, LEAST_TICKS_BEFORE_FAULT);
        return new MetricLoad(seed, entities, churn, first, ticks - TICKS_AFTER_FAULT, faults, startMillis - 60_000);
    }

    /** Series of an entity's planted fault, -1 when it has none. */
    int planted(int entity) {
        return MetricLoad.faultySeries(entity, entities, faults);
    }

    /** Entities whose planted fault must have been noted when so many ticks were sent. */
    Set<Integer> faultsToFind(int sentTicks) {
        MetricLoad load = load();
        Set<Integer> entitiesWithFault = new HashSet<>();
        for (int entity = 0; entity < entities; entity++) {
            if (planted(entity) >= 0 && load.faultTick(entity) + TICKS_AFTER_FAULT <= sentTicks) {
                entitiesWithFault.add(entity);
            }
        }
        return entitiesWithFault;
    }

    long timeMillis(int tick) {
        return startMillis + tick * MetricLoad.TICK_MILLIS;
    }
}
