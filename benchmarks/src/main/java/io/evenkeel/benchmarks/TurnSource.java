package io.evenkeel.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;

/**
 * Gives what a load sends up to a tick that is moved from outside, and then waits: a job lives through all turns of a bench.
 * Each subtask sends its share of each tick in order. Statics, because the bench and its one job are one process.
 */
@SuppressWarnings("deprecation") // the old source interface is a loop, which is all that is wanted here
abstract class TurnSource<T> extends RichParallelSourceFunction<T> {
    private static final long serialVersionUID = 1L;
    private static final long LOOK_NANOS = 200_000;

    /** Tick (exclusive) up to which is to be sent. */
    static volatile int target;
    /** CPU that making requests has cost all subtasks so far, ns. */
    static final AtomicLong MAKING_NANOS = new AtomicLong();

    private final long seed;
    private final int entities;
    private final long startMillis;
    private final EnumSet<Churn> churn;
    private volatile boolean isCancelled;

    /** The parameters of the {@link SeriesLoad}. */
    TurnSource(long seed, int entities, long startMillis, Set<Churn> churn) {
        this.seed = seed;
        this.entities = entities;
        this.startMillis = startMillis;
        this.churn = EnumSet.noneOf(Churn.class);
        this.churn.addAll(churn);
    }

    /** Sends what a request holds at a tick; takes the checkpoint lock. */
    abstract void send(SeriesLoad load, int request, int tick, SourceContext<T> context);

    @Override
    public void run(SourceContext<T> context) {
        SeriesLoad load = new SeriesLoad(seed, entities, startMillis, churn);
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        int tick = 0;
        while (!isCancelled) {
            if (tick < target) {
                for (int request = subtask; request < load.requests(); request += subtasks) {
                    send(load, request, tick, context);
                }
                tick++;
            } else {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    @Override
    public void cancel() {
        isCancelled = true;
    }

    /** Makes a request; what that costs is noted, as it is no part of what is measured. */
    static byte[] make(SeriesLoad load, int request, int tick) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        byte[] bytes = load.request(request, tick);
        MAKING_NANOS.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        return bytes;
    }

    /** The load as OTLP requests. */
    static final class Requests extends TurnSource<byte[]> {
        private static final long serialVersionUID = 1L;

        Requests(long seed, int entities, long startMillis, Set<Churn> churn) {
            super(seed, entities, startMillis, churn);
        }

        @Override
        void send(SeriesLoad load, int request, int tick, SourceContext<byte[]> context) {
            byte[] bytes = make(load, request, tick);
            synchronized (context.getCheckpointLock()) {
                context.collect(bytes);
            }
        }
    }

    /** As many single points as the load's requests hold, made as cheaply as can be. */
    static final class Points extends TurnSource<BarePoint> {
        private static final long serialVersionUID = 1L;

        Points(long seed, int entities, long startMillis) {
            super(seed, entities, startMillis, Set.of());
        }

        @Override
        void send(SeriesLoad load, int request, int tick, SourceContext<BarePoint> context) {
            BarePoint point = new BarePoint();
            point.timeMillis = load.timeMillis(tick);
            int points = load.points(request, tick);
            synchronized (context.getCheckpointLock()) {
                for (int i = 0; i < points; i++) {
                    // an id that spreads as a hash does
                    point.series = (request * 1000L + i) * 0x9E3779B97F4A7C15L;
                    point.value = i;
                    context.collect(point);
                }
            }
        }
    }
}
