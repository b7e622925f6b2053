package io.evenkeel.launcher.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.launcher.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job is never forgotten: it resumes from its newest checkpoint, and is submitted again when it has failed for good. */
class FlinkRuntimeTest {
    private static final String ID = "0123456789abcdef0123456789abcd";

    @TempDir
    Path home;

    @Test
    void resumesFromTheNewestCheckpointAfterARestart() throws Exception {
        Counting.reset();
        try (FlinkRuntime runtime = runtime()) {
            runtime.submit(job());
            awaitTrue(this::hasCheckpoint);
        }
        long kept = Counting.CHECKPOINTED.get();
        Counting.reset();
        try (FlinkRuntime runtime = runtime()) {
            runtime.submit(job());
            awaitTrue(() -> Counting.RESTORED.get() > 0);
        }
        assertThat(Counting.RESTORED.get()).isPositive().isLessThanOrEqualTo(kept);
    }

    @Test
    void submitsAFailedJobAgainWithItsState() throws Exception {
        Counting.reset();
        try (FlinkRuntime runtime = runtime()) {
            runtime.submit(job());
            awaitTrue(this::hasCheckpoint);
            Counting.FAIL.set(true);
            awaitTrue(() -> Counting.STARTS.get() > 1 && Counting.RESTORED.get() > 0);
        }
    }

    private boolean hasCheckpoint() {
        return !Checkpoints.newestFirst(home.resolve("checkpoints"), ID).isEmpty();
    }

    private FlinkRuntime runtime() {
        return FlinkRuntime.start(new FlinkRuntime.Options(home, FreePorts.next(), 1, Duration.ofMillis(200)));
    }

    private static FlinkRuntime.Job job() {
        return new FlinkRuntime.Job("counting", ID, 1, FlinkRuntimeTest::build);
    }

    private static void build(StreamExecutionEnvironment environment) {
        environment
                .fromSequence(1, Long.MAX_VALUE)
                .uid("source")
                .map(new Counting())
                .uid("count")
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>())
                .uid("sink");
    }

    private interface Condition {
        boolean holds();
    }

    private static void awaitTrue(Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.holds() && System.nanoTime() < deadline) {
            // the job needs the cores more than we do
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(condition.holds()).isTrue();
    }

    /** Counts what passes, keeps the count in state, and fails for good when told to. */
    static final class Counting extends RichMapFunction<Long, Long> implements CheckpointedFunction {
        private static final long serialVersionUID = 1L;
        static final AtomicLong CHECKPOINTED = new AtomicLong();
        static final AtomicLong RESTORED = new AtomicLong();
        static final AtomicInteger STARTS = new AtomicInteger();
        static final AtomicBoolean FAIL = new AtomicBoolean();

        private transient ListState<Long> state;
        private long count;

        static void reset() {
            CHECKPOINTED.set(0);
            RESTORED.set(0);
            STARTS.set(0);
            FAIL.set(false);
        }

        @Override
        public Long map(Long value) {
            if (FAIL.compareAndSet(true, false)) {
                throw new SuppressRestartsException(new IllegalStateException(JobStatus.FAILED.name()));
            }
            count++;
            return value;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            state.clear();
            state.add(count);
            CHECKPOINTED.set(count);
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            STARTS.incrementAndGet();
            state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("count", Types.LONG));
            for (long restored : state.get()) {
                count = restored;
                RESTORED.set(restored);
            }
        }
    }
}
