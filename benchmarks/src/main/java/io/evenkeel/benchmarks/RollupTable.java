package io.evenkeel.benchmarks;

import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.event.EventJson;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The minutes that a job has counted, series by series, to be compared with what the load has sent. Takes events from several
 * threads.
 */
final class RollupTable {
    private static final long MINUTE_MILLIS = 60_000;
    /** Points of a minute may come with later ticks. */
    private static final long MOST_LATE_MILLIS = 30_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SeriesLoad load;
    private final Map<Window, Counted> windows = new ConcurrentHashMap<>();

    private record Window(int entity, String series, long startMillis) {}

    private record Counted(long revision, long count, double mean) {}

    RollupTable(SeriesLoad load) {
        this.load = load;
    }

    /** A rollup event; the highest revision of a window counts. */
    void take(byte[] json) {
        Rollup row = EventJson.read(json, Rollup.class);
        String service = row.signal().service().name();
        String attributes = row.signal().attributes();
        if (row.widthSeconds() != MINUTE_MILLIS / 1000 || !service.startsWith("service-")) {
            return;
        }
        int from = attributes.indexOf("series=") + "series=".length();
        int comma = attributes.indexOf(',', from);
        Window window = new Window(
                Integer.parseInt(service.substring("service-".length())),
                attributes.substring(from, comma < 0 ? attributes.length() : comma),
                row.start().toEpochMilli());
        windows.merge(
                window,
                new Counted(row.revision(), row.count(), row.value()),
                (a, b) -> a.revision >= b.revision ? a : b);
    }

    /** Waits until every complete minute is there; {@code right}, with how many were compared, or what is wrong. */
    String compare(int ticks) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String wrong = wrong(ticks);
        while (!wrong.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            wrong = wrong(ticks);
        }
        return wrong.isEmpty() ? "right " + windows.size() + " minutes" : wrong;
    }

    private String wrong(int ticks) {
        long first = Math.floorDiv(load.timeMillis(0), MINUTE_MILLIS) * MINUTE_MILLIS;
        // the minute of the last tick may still be open
        long end = Math.floorDiv(load.timeMillis(ticks - 1), MINUTE_MILLIS) * MINUTE_MILLIS;
        for (int entity = 0; entity < load.requests() * SeriesLoad.ENTITIES_PER_REQUEST; entity++) {
            for (int series = 0; series < SeriesLoad.SERIES; series++) {
                for (long minute = first; minute < end; minute += MINUTE_MILLIS) {
                    String wrong = wrong(entity, series, minute, ticks);
                    if (!wrong.isEmpty()) {
                        return wrong;
                    }
                }
            }
        }
        return "";
    }

    private String wrong(int entity, int series, long minute, int ticks) {
        int count = 0;
        double sum = 0;
        int from = (int) Math.max(0, -Math.floorDiv(load.timeMillis(0) - minute, SeriesLoad.TICK_MILLIS));
        for (int tick = from;
                tick < ticks && load.timeMillis(tick) < minute + MINUTE_MILLIS + MOST_LATE_MILLIS;
                tick++) {
            long time = load.timeMillis(entity, series, tick);
            if (load.isSent(entity, series, tick) && time >= minute && time < minute + MINUTE_MILLIS) {
                count++;
                sum += load.value(entity, series, tick);
            }
        }
        Counted counted = windows.get(new Window(entity, load.name(entity, series, from), minute));
        long found = counted == null ? 0 : counted.count;
        if (found != count) {
            return "series " + series + " of entity " + entity + " in the minute " + minute + ": " + found
                    + " points counted, " + count + " sent";
        }
        if (counted != null && SeriesLoad.isGauge(series)) {
            double mean = sum / count;
            if (Math.abs(counted.mean - mean) > 1e-9 * Math.abs(mean)) {
                return "series " + series + " of entity " + entity + " in the minute " + minute + ": mean "
                        + counted.mean + " counted, " + mean + " sent";
            }
        }
        return "";
    }
}
