package io.evenkeel.benchmarks;

import io.evenkeel.detection.flink.DetectionParts;
import io.evenkeel.detection.flink.DetectionParts.Events;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * One side of {@link FrameworkBench} or {@link JobRates} in a process of its own, so that its whole process can be counted.
 * Reads commands from its input, one a line, and answers each with a line that begins with {@code =}:
 * {@code turn TICKS} → the numbers of a {@link SideProcess.Turn}; {@code counts} → what became of the points, and which
 * findings; {@code verify} → {@code right} or what is wrong with the rollups.
 */
final class FrameworkSide {
    /** What is measured: the detection job, its kernels in a loop, or a job that only hands points through. */
    enum Kind {
        JOB,
        LOOP,
        PASS
    }

    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final long MOST_NANOS = Duration.ofMinutes(8).toNanos();
    private static final long LOOK_NANOS = 1_000_000;
    private static final long STATUS_NANOS = Duration.ofSeconds(1).toNanos();

    private final SeriesLoad load;
    private final long settlingNanos;
    private final Set<String> findings = ConcurrentHashMap.newKeySet();
    private final LongAdder rollups = new LongAdder();
    private final RollupTable table;
    private final boolean keepsRollups;
    private int tick;
    private long sent;

    private FrameworkSide(SeriesLoad load, int settlingMillis, boolean keepsRollups) {
        this.load = load;
        this.settlingNanos = Duration.ofMillis(settlingMillis).toNanos();
        this.table = new RollupTable(load);
        this.keepsRollups = keepsRollups;
    }

    /** What the two ways of running have in common. */
    private interface Running {
        /** Sends the ticks from, to (exclusive), and returns when every point has been taken. */
        void send(int from, int to, long allPoints);

        /** What the counter of that name says, for example {@code accepted}. */
        long count(String name);

        /** Checkpoints completed so far, and their bytes. */
        default long[] checkpoints() {
            return new long[2];
        }

        /** Sends what is due by the clock; a job does so itself. */
        default void tick() {}
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        Kind kind = Kind.valueOf(arguments.text("--side", ""));
        long seed = arguments.seed();
        int entities = arguments.number("--entities", 1000);
        long start = Long.parseLong(arguments.text("--start", "0"));
        boolean verified = arguments.text("--verified", "").equals("true");
        Set<Churn> churn = Churn.of(arguments.text("--churn", ""));
        FrameworkSide side = new FrameworkSide(
                new SeriesLoad(seed, entities, start, churn), arguments.number("--settling", 500), verified);
        List<String> catalogued = List.of(verified ? "*" : arguments.text("--catalogue", SeriesLoad.CATALOGUED));
        Running running = switch (kind) {
            case LOOP -> side.loop(catalogued);
            case JOB ->
                side.flink(
                        arguments,
                        environment -> DetectionParts.build(
                                environment,
                                new TurnSource.Requests(seed, entities, start, churn),
                                catalogued,
                                side::take));
            case PASS ->
                side.flink(arguments, environment -> pass(environment, new TurnSource.Points(seed, entities, start)));
        };
        System.out.println("= ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] command = line.split(" ");
            System.out.println("= "
                    + switch (command[0]) {
                        case "turn" -> side.turn(running, Integer.parseInt(command[1]));
                        case "counts" -> side.counts(running);
                        case "verify" -> side.verify(running);
                        default -> throw new IOException("no such command: " + line);
                    });
        }
        System.exit(0);
    }

    private String turn(Running running, int ticks) {
        sent += load.pointsBetween(tick, tick + ticks);
        // timers and the checkpoint that fell due while this process was stopped are no part of the turn
        LockSupport.parkNanos(settlingNanos);
        long[] before = running.checkpoints();
        long making = TurnSource.MAKING_NANOS.get();
        long wall = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        running.send(tick, tick + ticks, sent);
        long cpuNanos = SYSTEM.getProcessCpuTime() - cpu;
        long wallNanos = System.nanoTime() - wall;
        long[] after = running.checkpoints();
        String answer = cpuNanos + " " + (TurnSource.MAKING_NANOS.get() - making) + " " + wallNanos + " "
                + load.pointsBetween(tick, tick + ticks) + " " + (after[0] - before[0]) + " " + (after[1] - before[1]);
        tick += ticks;
        return answer;
    }

    private String verify(Running running) {
        running.tick();
        return table.compare(tick);
    }

    private String counts(Running running) {
        running.tick();
        long hash = findings.stream().mapToLong(String::hashCode).sum();
        return sent + " " + running.count("received") + " " + running.count("accepted") + " "
                + running.count("judgedSteps") + " " + findings.size() + " " + hash + " " + rollups.sum();
    }

    private void take(String topic, String key, byte[] value) {
        if (topic.equals(Topics.FINDINGS)) {
            // a process that was stopped for its rival's turns has heard nobody for that long, and says so
            if (EventJson.read(value, Finding.class).signal().kind() != SignalKind.PRESENCE) {
                findings.add(key);
            }
        } else if (topic.equals(Topics.ROLLUPS)) {
            rollups.increment();
            if (keepsRollups) {
                table.take(value);
            }
        }
    }

    private Running loop(List<String> catalogued) {
        Events events = this::take;
        DetectionParts.Loop loop = new DetectionParts.Loop(catalogued, events);
        return new Running() {
            private long tickedSecond = System.currentTimeMillis() / 1000;

            @Override
            public void send(int from, int to, long allPoints) {
                for (int each = from; each < to; each++) {
                    for (int request = 0; request < load.requests(); request++) {
                        loop.take(TurnSource.make(load, request, each));
                    }
                    long second = System.currentTimeMillis() / 1000;
                    if (second != tickedSecond) {
                        tickedSecond = second;
                        loop.tick();
                    }
                }
            }

            @Override
            public void tick() {
                loop.tick();
            }

            @Override
            public long count(String name) {
                return switch (name) {
                    case "received" -> loop.counts().received;
                    case "accepted" -> loop.counts().accepted;
                    default -> loop.counts().judgedSteps;
                };
            }
        };
    }

    /** Adds a job to an environment. */
    private interface Job {
        void build(StreamExecutionEnvironment environment);
    }

    private Running flink(Arguments arguments, Job job) throws Exception {
        Configuration configuration = new Configuration();
        int checkpointMillis = arguments.number("--checkpoint", 1000);
        if (checkpointMillis > 0) {
            configuration.setString("execution.checkpointing.interval", checkpointMillis + " ms");
            configuration.setString(
                    "execution.checkpointing.dir",
                    Path.of(arguments.text("--directory", "")).toUri().toString());
            // as the launcher has it
            configuration.setString("execution.checkpointing.min-pause", checkpointMillis / 4 + " ms");
            configuration.setString("execution.checkpointing.write-buffer-size", Integer.toString(1 << 18));
        }
        // a stopped process is not a lost one; and a job that began anew would have forgotten what was counted
        for (String patience : List.of("heartbeat.timeout", "execution.checkpointing.timeout", "pekko.ask.timeout")) {
            configuration.setString(patience, "1 h");
        }
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("taskmanager.numberOfTaskSlots", "2");
        configuration.setString("metrics.reporters", "bench");
        configuration.setString("metrics.reporter.bench.factory.class", BenchReporter.class.getName());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        job.build(environment);
        JobClient client = environment.executeAsync("framework");
        while (client.getJobStatus().get() != JobStatus.RUNNING) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        // tasks are deployed, and the one record of configuration is taken, well within this
        LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
        return new JobRunning(client);
    }

    private static final class JobRunning implements Running {
        private final JobClient client;
        private long checkpoints;
        private long checkpointBytes;

        JobRunning(JobClient client) {
            this.client = client;
        }

        @Override
        public void send(int from, int to, long allPoints) {
            TurnSource.target = to;
            long begin = System.nanoTime();
            long lookAgain = begin + STATUS_NANOS;
            while (BenchReporter.points("received") < allPoints) {
                long now = System.nanoTime();
                if (now - begin > MOST_NANOS) {
                    throw new IllegalStateException("after minutes " + BenchReporter.points("received") + " of "
                            + allPoints + " points are taken");
                }
                if (now > lookAgain) {
                    lookAgain = now + STATUS_NANOS;
                    requireRunning();
                }
                checkpoints();
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }

        private void requireRunning() {
            try {
                JobStatus status = client.getJobStatus().get();
                if (status != JobStatus.RUNNING) {
                    throw new IllegalStateException("the job is " + status);
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("the job does not answer", e);
            }
        }

        @Override
        public long count(String name) {
            return BenchReporter.points(name);
        }

        /** Only the newest one's size is told, so it is looked at often enough to see each. */
        @Override
        public long[] checkpoints() {
            long now = BenchReporter.sum("numberOfCompletedCheckpoints");
            checkpointBytes += (now - checkpoints) * BenchReporter.sum("lastCheckpointFullSize");
            checkpoints = now;
            return new long[] {checkpoints, checkpointBytes};
        }
    }

    /** A point a record, keyed by series, into the void. */
    @SuppressWarnings("deprecation") // see TurnSource
    private static void pass(StreamExecutionEnvironment environment, TurnSource.Points points) {
        environment.setMaxParallelism(128);
        environment.getConfig().enableObjectReuse();
        environment
                .addSource(points, "points", new BarePoint.Type())
                .keyBy(point -> point.series, Types.LONG)
                .process(new PassThrough(), new BarePoint.Type())
                .sinkTo(new DiscardingSink<>());
    }

    private static final class PassThrough extends KeyedProcessFunction<Long, BarePoint, BarePoint> {
        private static final long serialVersionUID = 1L;

        private transient long received;

        @Override
        public void open(OpenContext context) {
            getRuntimeContext().getMetricGroup().addGroup("points").gauge("received", () -> received);
        }

        @Override
        public void processElement(BarePoint point, Context context, Collector<BarePoint> out) {
            received++;
            out.collect(point);
        }
    }
}
