package io.evenkeel.benchmarks;

import io.evenkeel.detection.Catalogue;
import io.evenkeel.detection.EntityBook;
import io.evenkeel.detection.Heartbeat;
import io.evenkeel.detection.MetricDoubt;
import io.evenkeel.detection.PointCounts;
import io.evenkeel.detection.SlotRed;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.MetricsWalk;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The production books of many entities, fed with OTLP bytes through the production walk; no Kafka, no Flink. For one thread. */
final class Fleet {
    private static final EntityBook.Output NOWHERE = new EntityBook.Output() {
        @Override
        public void finding(Finding finding) {}

        @Override
        public void rollup(Rollup rollup) {}

        @Override
        public void red(SlotRed red) {}

        @Override
        public void heartbeat(Heartbeat heartbeat) {}

        @Override
        public void doubt(MetricDoubt doubt) {}
    };

    /** Between a tick's time and the clock of who reads it, ms. */
    private static final long TRANSIT_MILLIS = 100;

    private static final long SECOND_MILLIS = 1000;
    private static final int COLLECTIONS = 4;

    private final SeriesLoad load;
    private final Catalogue catalogue;
    /** One for each of two sources, as the job has them, each with half of the requests. */
    private MetricsWalk[] walks;

    private final Map<String, EntityBook> books = new HashMap<>();
    /** Books with a timer. */
    private final Set<EntityBook> waiting = Collections.newSetFromMap(new IdentityHashMap<>());

    private final PointCounts counts = new PointCounts();
    private long nowMillis;
    private long sent;

    /** @param catalogued globs of the metrics whose signals have a profile and windows: the full tier */
    Fleet(SeriesLoad load, List<String> catalogued) {
        this.load = load;
        catalogue = Catalogue.of(catalogued, List.of());
        walks = newWalks();
    }

    private MetricsWalk[] newWalks() {
        InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
        return new MetricsWalk[] {new MetricsWalk(clock), new MetricsWalk(clock)};
    }

    /**
     * Lets go of what the walks remember, so that the books can be weighed: it grows with the series only up to
     * {@link MetricsWalk#DEFAULT_SERIES} per generation and walk.
     *
     * @return live heap before, B, as {@link #liveHeap()}
     */
    long forgetWalks() {
        long before = liveHeap();
        walks = newWalks();
        return before;
    }

    /**
     * Reads and judges some requests of a tick, and then does what the job's timers do in the simulated seconds until the
     * next tick: windows that have ended are sent.
     *
     * @return CPU of this thread for the work, ns; without the making of the requests
     */
    long take(int tick, int fromRequest, int toRequest) {
        nowMillis = load.timeMillis(tick) + TRANSIT_MILLIS;
        long nanos = 0;
        for (int request = fromRequest; request < toRequest; request++) {
            byte[] bytes = load.request(request, tick);
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            walks[request % walks.length].walk(bytes, 0, bytes.length, this::accept);
            nanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            sent += load.points(request, tick);
        }
        return nanos + passTime(tick);
    }

    /** A book has a timer a second later when it took points, and after it each second while something of it waits. */
    private long passTime(int tick) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long next = load.timeMillis(tick + 1) + TRANSIT_MILLIS;
        while (!waiting.isEmpty() && nowMillis + SECOND_MILLIS < next) {
            nowMillis += SECOND_MILLIS;
            waiting.removeIf(book -> !book.tick(nowMillis, catalogue, NOWHERE));
        }
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }

    private void accept(EntityRows rows) {
        String key = rows.service + '\n' + rows.owner;
        EntityBook book = books.get(key);
        if (book == null) {
            book = new EntityBook(rows.service, rows.owner);
            books.put(key, book);
        }
        book.accept(rows, nowMillis, catalogue, counts, NOWHERE);
        waiting.add(book);
    }

    /** What a checkpoint does to each book that has grown: a copy takes its place, without spare room. */
    void copyBooks() {
        books.replaceAll((key, book) -> book.copy());
        waiting.clear();
    }

    /** Bytes that a checkpoint of all books holds. */
    long checkpointBytes() throws IOException {
        Counting counting = new Counting();
        DataOutputStream out = new DataOutputStream(counting);
        for (EntityBook book : books.values()) {
            book.write(out);
        }
        out.flush();
        return counting.bytes;
    }

    /** Says so when a point was not accepted, or a signal's steps were not judged. */
    void check(GoalResult result, long series) {
        if (counts.accepted != sent) {
            result.wrong(counts.accepted + " of " + sent + " points accepted");
        }
        // of each series the first two points only begin: nothing is known of their interval
        if (counts.judgedSteps < sent - 3 * series) {
            result.wrong(counts.judgedSteps + " steps judged for " + sent + " points of " + series + " series");
        }
    }

    /**
     * Live heap of this process, B. The serial collector moves everything together only every fourth time; in between it
     * leaves up to a twentieth of the old generation as it is, dead or not (MarkSweepAlwaysCompactCount).
     */
    static long liveHeap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static final class Counting extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int from, int length) {
            bytes += length;
        }
    }
}
