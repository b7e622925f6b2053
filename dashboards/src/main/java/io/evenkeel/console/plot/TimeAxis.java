package io.evenkeel.console.plot;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Round moments for the time axis: full minutes, quarters or hours of the zone, as many as have room. */
final class TimeAxis {
    private static final long[] STEPS_SECONDS = {
        30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 7 * 86_400, 30 * 86_400
    };

    private TimeAxis() {}

    /**
     * @param most how many labels have room, ≥ 1
     */
    static List<Instant> ticks(Instant from, Instant to, ZoneId zone, int most) {
        long seconds = Math.max(1, Duration.between(from, to).toSeconds());
        long step = STEPS_SECONDS[STEPS_SECONDS.length - 1];
        for (long candidate : STEPS_SECONDS) {
            if (seconds / candidate <= most) {
                step = candidate;
                break;
            }
        }
        long offset = zone.getRules().getOffset(from).getTotalSeconds();
        long first = Math.floorDiv(from.getEpochSecond() + offset + step - 1, step) * step - offset;
        List<Instant> ticks = new ArrayList<>();
        for (long at = first; at <= to.getEpochSecond() && ticks.size() <= most; at += step) {
            ticks.add(Instant.ofEpochSecond(at));
        }
        return List.copyOf(ticks);
    }
}
