package io.evenkeel.testbed.past;

import java.util.List;
import java.util.random.RandomGenerator;

/** One replica that was never there: its identity, what it has counted, and its exports. Owned by one thread. */
final class ReplicaPast {
    /** A batch holds a third of a core, of two. */
    private static final double BATCH_CPU = 0.16;
    /** Collecting what a batch leaves behind, s/s. */
    private static final double BATCH_COLLECTION = 0.02;
    /** CPU of a step scatters by this share. */
    private static final double CPU_SCATTER = 0.1;

    private static final double[] COLLECTION_BOUNDS = {0.01, 0.1, 1, 10};
    private static final OtlpBytes COLLECTOR =
            new OtlpBytes().attribute(9, "jvm.gc.action", "end of minor GC").attribute(9, "jvm.gc.name", "Copy");
    private static final int CUMULATIVE = 2;

    private final Usage usage;
    private final int replicas;
    private final boolean batches;
    private final OtlpBytes resource;
    private final List<DoorCounts> doors;
    private final long startNanos;
    private final long phaseNanos;
    private long collections;
    private double collectionSeconds;
    private double cpu;

    private final OtlpBytes metrics = new OtlpBytes();
    private final OtlpBytes points = new OtlpBytes();
    private final OtlpBytes point = new OtlpBytes();

    /**
     * @param replicas of its service, which share its requests
     * @param batches whether the nightly batch is this one's
     * @param phaseNanos by which its exports come after those of others
     */
    ReplicaPast(OtlpBytes resource, Usage usage, int replicas, boolean batches, long startNanos, long phaseNanos) {
        this.resource = resource;
        this.usage = usage;
        this.replicas = replicas;
        this.batches = batches;
        this.startNanos = startNanos + phaseNanos;
        this.phaseNanos = phaseNanos;
        this.doors = usage.doors().stream().map(DoorCounts::new).toList();
    }

    /**
     * Lives through a step.
     *
     * @param buyers requests of users who buy, of all replicas together
     * @param viewers requests of the others
     * @param slowness of the machine, 1 when nobody else is on it
     * @param night whether it is the batch's time
     */
    void live(double seconds, double buyers, double viewers, double slowness, boolean night, RandomGenerator random) {
        boolean batch = night && batches;
        double served = 0;
        for (int i = 0; i < doors.size(); i++) {
            double come = (usage.doors().get(i).isForBuyers() ? buyers : viewers) / replicas;
            long requests = Math.round(come + random.nextDouble() - 0.5);
            doors.get(i).serve(Math.max(0, requests), slowness, random);
            served += requests;
        }
        double busy = usage.cpuAtRest() + usage.cpuSeconds() * served / seconds + (batch ? BATCH_CPU : 0);
        cpu = Math.max(0, busy * (1 + CPU_SCATTER * random.nextGaussian()));
        collections++;
        collectionSeconds += usage.collectionSeconds() * served + (batch ? BATCH_COLLECTION * seconds : 0);
    }

    /** {@code metrics.v1.ResourceMetrics} as of a time. */
    void export(OtlpBytes request, long timeNanos) {
        long time = timeNanos + phaseNanos;
        metrics.clear();
        points.clear();
        for (DoorCounts door : doors) {
            points.message(1, door.point(point.clear(), startNanos, time));
        }
        metric("http.server.request.duration", "s", 9, points.number(2, CUMULATIVE));
        points.clear().message(1, point.clear().fixed64(3, time).decimal(4, cpu));
        metric("jvm.cpu.recent_utilization", "1", 5, points);
        points.clear().message(1, collected(time)).number(2, CUMULATIVE);
        metric("jvm.gc.duration", "s", 9, points);
        request.message(1, point.clear().message(1, resource).message(2, metrics));
    }

    private OtlpBytes collected(long time) {
        return point.clear()
                .fixed64(2, startNanos)
                .fixed64(3, time)
                .fixed64(4, collections)
                .decimal(5, collectionSeconds)
                .packed(6, new long[] {collections, 0, 0, 0, 0})
                .packed(7, COLLECTION_BOUNDS)
                .all(COLLECTOR);
    }

    private void metric(String name, String unit, int kind, OtlpBytes data) {
        metrics.message(2, point.clear().text(1, name).text(3, unit).message(kind, data));
    }
}
