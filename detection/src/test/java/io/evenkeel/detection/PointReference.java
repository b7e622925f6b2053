package io.evenkeel.detection;

import io.evenkeel.detection.PointStory.Sent;
import io.evenkeel.wire.otlp.PointType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What points add up to, said slowly: all that came are kept, and everything is counted anew from the whole list. */
final class PointReference {
    private static final long LATE = 60_000;
    private static final long FUTURE = 300_000;

    enum Fate {
        ACCEPTED,
        DUPLICATE,
        LATE,
        QUARANTINED
    }

    private final long sightSince;
    private final List<Sent> accepted = new ArrayList<>();
    private long clock = Long.MIN_VALUE;

    PointReference(long sightSince) {
        this.sightSince = sightSince;
    }

    Fate take(Sent point) {
        if (point.time() > point.arrival() + FUTURE) {
            return Fate.QUARANTINED;
        }
        Fate fate = Fate.ACCEPTED;
        if (clock != Long.MIN_VALUE && point.time() < clock - LATE) {
            fate = Fate.LATE;
        } else if (accepted.stream().anyMatch(other -> isSame(other, point))) {
            fate = Fate.DUPLICATE;
        } else {
            accepted.add(point);
        }
        clock = Math.max(clock, point.time());
        return fate;
    }

    private static boolean isSame(Sent one, Sent other) {
        return one.stream() == other.stream() && one.start() == other.start() && one.time() == other.time();
    }

    private List<Sent> of(int stream) {
        return accepted.stream().filter(point -> point.stream() == stream).toList();
    }

    /** Without those that came behind a later one: what they would add is in that one's total already. */
    private List<Sent> inOrder(int stream) {
        List<Sent> inOrder = new ArrayList<>();
        for (Sent point : of(stream)) {
            if (inOrder.isEmpty()
                    || point.time() >= inOrder.get(inOrder.size() - 1).time()) {
                inOrder.add(point);
            }
        }
        return inOrder;
    }

    private Map<Integer, List<Sent>> lives(int stream) {
        Map<Integer, List<Sent>> lives = new TreeMap<>();
        inOrder(stream)
                .forEach(point -> lives.computeIfAbsent(point.life(), life -> new ArrayList<>())
                        .add(point));
        return lives;
    }

    /** Whether the first total of a run counts from where we know it to have been zero. */
    private boolean isFromZero(Sent first, boolean firstLife) {
        return !first.sinceUnknown() && (!firstLife || first.start() > 0 && first.start() >= sightSince);
    }

    /** Each run of the writer counted from zero to its last total; the first one from where we first saw it. */
    double increments(int stream) {
        List<Sent> points = of(stream);
        if (points.isEmpty() || !points.get(0).isTotal()) {
            return points.stream().mapToDouble(Sent::value).sum();
        }
        double sum = 0;
        boolean firstLife = true;
        for (List<Sent> life : lives(stream).values()) {
            sum += life.get(life.size() - 1).value();
            sum -= isFromZero(life.get(0), firstLife) ? 0 : life.get(0).value();
            firstLife = false;
        }
        return sum;
    }

    /** Observations per bounds and bucket: between neighbours with the same bounds, and all of a run's first point. */
    Map<String, long[]> buckets(int stream) {
        Map<String, long[]> sums = new TreeMap<>();
        if (of(stream).stream().anyMatch(point -> point.type() == PointType.HISTOGRAM_DELTA)) {
            of(stream).forEach(point -> add(sums, point, new long[point.buckets().length]));
            return sums;
        }
        boolean firstLife = true;
        for (List<Sent> life : lives(stream).values()) {
            Sent before = life.get(0);
            if (isFromZero(before, firstLife)) {
                add(sums, before, new long[before.buckets().length]);
            }
            for (Sent point : life.subList(1, life.size())) {
                if (Arrays.equals(point.bounds(), before.bounds())) {
                    add(sums, point, before.buckets());
                }
                before = point;
            }
            firstLife = false;
        }
        return sums;
    }

    private static void add(Map<String, long[]> sums, Sent point, long[] before) {
        if (point.buckets().length == 0) {
            return;
        }
        long[] sum = sums.computeIfAbsent(Arrays.toString(point.bounds()), key -> new long[before.length]);
        for (int b = 0; b < before.length; b++) {
            sum[b] += point.buckets()[b] - before[b];
        }
    }

    /** Accepted points per minute. */
    Map<Long, Long> perMinute(int stream) {
        Map<Long, Long> counts = new TreeMap<>();
        of(stream).forEach(point -> counts.merge(Math.floorDiv(point.time(), 60_000L) * 60_000, 1L, Long::sum));
        return counts;
    }
}
