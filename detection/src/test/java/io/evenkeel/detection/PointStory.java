package io.evenkeel.detection;

import io.evenkeel.wire.otlp.PointType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What a careless world makes of the points of one process: resets with and without a start, starts left out or unknown,
 * repetitions, points in the wrong order, gaps, bounds that change, times in the future and far in the past.
 */
final class PointStory {
    static final long START = 1_800_000_000_000L;
    private static final int EXPORTS = 40;
    private static final int STREAMS = 6;
    private static final double[][] BOUNDS = {{0.1, 1, 10}, {0.2, 2, 20}, {1}, {}};

    /**
     * A point on its way.
     *
     * @param arrival when it comes, ms; the order of the story
     * @param life which run of its stream's writer it is of
     * @param sinceUnknown its start says that nobody knows since when it counts
     * @param bounds empty with no buckets
     */
    record Sent(
            long arrival,
            int stream,
            byte type,
            int life,
            boolean sinceUnknown,
            long start,
            long time,
            double value,
            long count,
            double[] bounds,
            long[] buckets) {
        Sent at(long later) {
            return new Sent(later, stream, type, life, sinceUnknown, start, time, value, count, bounds, buckets);
        }

        Sent of(long otherTime) {
            return new Sent(arrival, stream, type, life, sinceUnknown, start, otherTime, value, count, bounds, buckets);
        }

        boolean isTotal() {
            return type == PointType.COUNTER_CUMULATIVE || type == PointType.HISTOGRAM_CUMULATIVE;
        }
    }

    private final Random random;
    private final List<Sent> sent = new ArrayList<>();
    private int changes;

    private PointStory(long seed) {
        random = new Random(seed);
    }

    /** The points in the order in which they come. */
    static List<Sent> of(long seed) {
        PointStory story = new PointStory(seed);
        for (int stream = 0; stream < STREAMS; stream++) {
            story.stream(stream, (byte) stream);
        }
        story.sent.sort(Comparator.comparingLong(Sent::arrival));
        return story.sent;
    }

    private boolean happens(double share) {
        return random.nextDouble() < share;
    }

    private void stream(int stream, byte type) {
        long interval = 5_000L + random.nextInt(10_000);
        long born = START - (random.nextBoolean() ? 3_600_000 : random.nextInt(5_000));
        long first = START + random.nextInt(20_000);
        Writer writer = new Writer(stream, type, 0, born, happens(0.2));
        writer.grow(random.nextInt(1_000));
        boolean begins = true;
        for (int i = 0; i < EXPORTS; i++) {
            long time = first + i * interval + random.nextInt(500);
            if (!begins && happens(0.08)) {
                writer = writer.successor(time, interval);
                begins = true;
            }
            writer.grow(random.nextInt(20));
            Sent point = writer.point(time, !begins);
            if (begins) {
                // How a life begins must be seen: what was lost with it nobody can count.
                put(point);
                begins = false;
            } else if (!happens(0.1)) {
                put(point.at(time + (happens(0.2) ? random.nextInt(45_000) : 0)));
            }
            if (happens(0.15)) {
                put(point.at(time + random.nextInt(58_000)));
            }
            if (happens(0.03)) {
                put(point.of(time + 300_001 + random.nextInt(1_000_000)));
            }
            if (happens(0.03)) {
                put(point.of(time - 90_000 - random.nextInt(1_000_000)));
            }
        }
    }

    private void put(Sent point) {
        sent.add(point);
    }

    /** One run of what writes a stream. */
    private final class Writer {
        private final int stream;
        private final byte type;
        private final int life;
        private final long start;
        private final boolean sinceUnknown;
        private double[] bounds = BOUNDS[random.nextInt(BOUNDS.length)];
        private long[] buckets = new long[bounds.length == 0 ? 0 : bounds.length + 1];
        private long count;
        private long firstTime;
        private long lastTime = -1;

        Writer(int stream, byte type, int life, long start, boolean sinceUnknown) {
            this.stream = stream;
            this.type = type;
            this.life = life;
            this.start = start;
            this.sinceUnknown = sinceUnknown;
        }

        /** With a later start, or with the same and less on the clock. */
        Writer successor(long time, long interval) {
            boolean says = sinceUnknown || happens(0.7);
            Writer next = new Writer(stream, type, life + 1, says ? time - interval / 2 : start, says && happens(0.2));
            if (!says) {
                // Only a fall gives it away.
                count += 1_000;
                put(point(time - interval + 501, true));
            }
            return next;
        }

        void grow(int events) {
            count += events;
            for (int i = 0; i < events && buckets.length > 0; i++) {
                buckets[random.nextInt(buckets.length)]++;
            }
        }

        Sent point(long time, boolean mayVary) {
            if (lastTime < 0) {
                firstTime = time;
            }
            if (mayVary && bounds.length > 0 && happens(0.05)) {
                // Never those of before: what lies between the two would be in no bucket, and might look like more.
                double bound = ++changes;
                bounds = new double[] {bound, bound + 100};
                buckets = new long[3];
                for (long i = 0; i < count; i++) {
                    buckets[random.nextInt(buckets.length)]++;
                }
            }
            boolean delta = type == PointType.COUNTER_DELTA || type == PointType.HISTOGRAM_DELTA;
            boolean histogram = type >= PointType.HISTOGRAM_CUMULATIVE;
            long since = delta ? Math.max(lastTime, time - 20_000) : sinceUnknown ? firstTime : start;
            boolean leftOut = mayVary && !sinceUnknown && happens(0.05);
            lastTime = time;
            return new Sent(
                    time,
                    stream,
                    type,
                    life,
                    sinceUnknown,
                    leftOut ? 0 : since,
                    time,
                    histogram ? count * 0.25 : count,
                    histogram ? count : 0,
                    histogram ? bounds : new double[0],
                    histogram ? buckets.clone() : new long[0]);
        }
    }
}
