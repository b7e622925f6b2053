package io.evenkeel.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;

/**
 * Gives what a load sends up to a tick that is moved from outside, and then waits: a job lives through all turns of a bench.
 * Each subtask sends its share of each tick in order. Statics, because the bench and its one job are one process.
 */
abstract class TurnSource<T> extends RichParallelSourceFunction<T> {
    private static final long serialVersionUID = 1L;
    private static final long LOOK_NANOS = 200_000;

    /** Tick (exclusive) up to which is to be sent. */
    static volatile int target;
    /** CPU that making requests has cost all subtasks so far, ns. */
    static final AtomicLong MAKING_NANOS = new AtomicLong();

    private volatile boolean isCancelled;

    /** Sends one subtask's share of a tick. */
    abstract void send(int tick, int subtask, int subtasks, SourceContext<T> context);

    @Override
    public void run(SourceContext<T> context) {
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        int tick = 0;
        while (!isCancelled) {
            if (tick < target) {
                send(tick, subtask, subtasks, context);
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

    /** OTLP requests of a {@link SeriesLoad}. */
    static final class Requests extends TurnSource<byte[]> {
        private static final long serialVersionUID = 1L;

        private final long seed;
        private final int entities;
        private final long startMillis;

        Requests(long seed, int entities, long startMillis) {
            this.seed = seed;
            this.entities = entities;
            this.startMillis = startMillis;
        }

        private transient SeriesLoad load;

        @Override
        public void run(SourceContext<byte[]> context) {
            load = new SeriesLoad(seed, entities, startMillis);
            super.run(context);
        }

        @Override
        void send(int tick, int subtask, int subtasks, SourceContext<byte[]> context) {
            for (int request = subtask; request < load.requests(); request += subtasks) {
                byte[] bytes = make(load, request, tick);
                synchronized (context.getCheckpointLock()) {
                    context.collect(bytes);
                }
            }
        }
    }

    /** Makes a request; what that costs is noted, as it is no part of what is measured. */
    static byte[] make(SeriesLoad load, int request, int tick) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        byte[] bytes = load.request(request, tick);
        MAKING_NANOS.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        return bytes;
    }
}
