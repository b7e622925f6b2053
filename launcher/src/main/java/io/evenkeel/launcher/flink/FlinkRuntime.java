package io.evenkeel.launcher.flink;

import io.evenkeel.detection.flink.PipelineReporter;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster in this process that keeps our jobs running. Each job has a fixed id, so that after a restart it goes
 * on from its newest complete checkpoint: the mini cluster itself forgets jobs. A job that fails for good is submitted
 * again, from an older checkpoint if the newest cannot be read, and in the end from the group's offsets without state.
 */
public final class FlinkRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlinkRuntime.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration SUPERVISION_INTERVAL = Duration.ofSeconds(2);

    private static final int KEPT_CHECKPOINTS = 3;
    /** Bytes that a checkpoint is written in at a time; Flink's 4 KB are a system call for every column of a book. */
    private static final int CHECKPOINT_BUFFER = 1 << 18;

    private final MiniCluster cluster;
    private final Options options;
    private final Map<String, Submitted> jobs = new ConcurrentHashMap<>();
    private final Map<String, Integer> submissions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "flink-job-supervisor");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param home directory for checkpoints
     * @param restPort port of Flink's REST API and web page on 127.0.0.1
     * @param slots task slots, at least the sum of the jobs' parallelism
     * @param checkpointInterval time between checkpoints, 1–5 s
     */
    public record Options(Path home, int restPort, int slots, Duration checkpointInterval) {}

    /**
     * @param name shown in logs and in Flink's web page
     * @param idPrefix 30 hex digits, the same for ever: checkpoints are found by it; two digits count submissions, as a
     *     cluster refuses an id that has already ended
     * @param parallelism subtasks per operator
     * @param build adds the job's operators to the environment
     */
    public record Job(String name, String idPrefix, int parallelism, Consumer<StreamExecutionEnvironment> build) {}

    private record Submitted(Job job, JobID id, int failures) {}

    private FlinkRuntime(MiniCluster cluster, Options options) {
        this.cluster = cluster;
        this.options = options;
    }

    public static FlinkRuntime start(Options options) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.PORT, options.restPort());
        configuration.set(RestOptions.BIND_PORT, Integer.toString(options.restPort()));
        configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        configuration.set(CoreOptions.TMP_DIRS, temporary(options.home()).toString());
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(8));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(48));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(48));
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(5));
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(60));
        configuration.setString("metrics.reporter.pipeline.factory.class", PipelineReporter.Factory.class.getName());
        // uploading jars through the web page would be an open write
        configuration.set(org.apache.flink.configuration.WebOptions.SUBMIT_ENABLE, false);
        configuration.set(org.apache.flink.configuration.WebOptions.CANCEL_ENABLE, false);
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(options.slots())
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .build());
        try {
            cluster.start();
        } catch (Exception e) {
            throw new StartupException(
                    "the Flink cluster cannot start (REST port " + options.restPort() + "): " + e.getMessage(), e);
        }
        FlinkRuntime runtime = new FlinkRuntime(cluster, options);
        runtime.supervisor.scheduleWithFixedDelay(
                runtime::supervise,
                SUPERVISION_INTERVAL.toMillis(),
                SUPERVISION_INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        return runtime;
    }

    /** Flink's scratch files; a killed run leaves some, which nobody needs any more. */
    private static Path temporary(Path home) {
        Path directory = home.resolve("tmp");
        try {
            FileUtils.deleteDirectory(directory.toFile());
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StartupException("cannot use " + directory + " for Flink's scratch files: " + e.getMessage(), e);
        }
    }

    /** Submits the job and returns once it runs. */
    public void submit(Job job) {
        Checkpoints.keepNewest(KEPT_CHECKPOINTS, checkpointDirectory(), job.idPrefix());
        submit(job, 0);
    }

    private void submit(Job job, int failures) {
        List<Path> checkpoints = Checkpoints.newestFirst(checkpointDirectory(), job.idPrefix());
        StartupException last = null;
        // the first new submission trusts the newest state; only a job that keeps failing goes further back
        for (int i = Math.min(Math.max(0, failures - 1), checkpoints.size()); i <= checkpoints.size(); i++) {
            Path checkpoint = i < checkpoints.size() ? checkpoints.get(i) : null;
            try {
                JobID id = nextId(job);
                run(job, id, checkpoint);
                jobs.put(job.name(), new Submitted(job, id, failures));
                LOG.info("job={} runs, restored from {}", job.name(), checkpoint == null ? "nothing" : checkpoint);
                return;
            } catch (StartupException e) {
                LOG.error("job={} cannot start from {}; trying an older state", job.name(), checkpoint, e);
                last = e;
            }
        }
        throw last == null ? new StartupException("job " + job.name() + " cannot start") : last;
    }

    private JobID nextId(Job job) {
        int submission = submissions.merge(job.name(), 1, Integer::sum) - 1;
        return JobID.fromHexString(job.idPrefix() + String.format("%02x", submission & 0xff));
    }

    private void run(Job job, JobID id, @Nullable Path checkpoint) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(jobConfiguration(job));
        environment.setParallelism(job.parallelism());
        environment.setMaxParallelism(128);
        job.build().accept(environment);
        JobGraph graph = environment.getStreamGraph().getJobGraph(FlinkRuntime.class.getClassLoader(), id);
        if (checkpoint != null) {
            graph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(checkpoint.toUri().toString(), true));
        }
        try {
            cluster.submitJob(graph).get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            awaitRunning(job, id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while job " + job.name() + " was starting", e);
        } catch (Exception e) {
            throw e instanceof StartupException startup
                    ? startup
                    : new StartupException("job " + job.name() + " cannot start: " + e.getMessage(), e);
        }
    }

    private Configuration jobConfiguration(Job job) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.NAME, job.name());
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, options.checkpointInterval());
        // After a stall the ones that were missed would otherwise be made up for, one right after the other.
        configuration.set(
                CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS,
                options.checkpointInterval().dividedBy(4));
        configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                checkpointDirectory().toUri().toString());
        configuration.set(CheckpointingOptions.FS_WRITE_BUFFER_SIZE, CHECKPOINT_BUFFER);
        configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, KEPT_CHECKPOINTS);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(200));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(10));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, 20);
        return configuration;
    }

    private Path checkpointDirectory() {
        return options.home().resolve("checkpoints");
    }

    private void awaitRunning(Job job, JobID id) throws Exception {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            JobStatus status = cluster.getJobStatus(id).get(10, TimeUnit.SECONDS);
            if (status == JobStatus.RUNNING) {
                return;
            }
            if (status.isGloballyTerminalState()) {
                throw new StartupException("job " + job.name() + " ended as " + status + " while starting");
            }
            Thread.sleep(50);
        }
        throw new StartupException("job " + job.name() + " does not run after " + START_TIMEOUT.toSeconds() + " s");
    }

    private void supervise() {
        for (Submitted submitted : jobs.values()) {
            Job job = submitted.job();
            try {
                JobStatus status = cluster.getJobStatus(submitted.id()).get(10, TimeUnit.SECONDS);
                if (status.isGloballyTerminalState()) {
                    LOG.error("job={} ended as {}; submitting it again", job.name(), status);
                    submit(job, submitted.failures() + 1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                LOG.error("job={} cannot be supervised; trying again in {}", job.name(), SUPERVISION_INTERVAL, e);
            }
        }
    }

    @Override
    public void close() {
        supervisor.shutdownNow();
        try {
            cluster.close();
        } catch (Exception e) {
            LOG.warn("the Flink cluster did not close in order; its checkpoints are complete anyway", e);
        }
    }
}
