package io.evenkeel.benchmarks;

import io.evenkeel.detection.flink.DetectionJob;
import io.evenkeel.detection.flink.DetectionOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The detection job, or its ordinary twin ({@code --side TWIN}), in a process of its own. Prints {@code c} and its
 * counters twenty times a second; {@code savepoint} on its standard input stops it with one, whose place it prints. Ends with
 * its standard input.
 */
public final class JobProcess {
    static final List<String> COUNTERS =
            List.of("received", "accepted", "duplicates", "late", "quarantined", "refused", "judgedSteps");

    private JobProcess() {}

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        String bootstrap = arguments.text("--bootstrap", "");
        String directory = arguments.text("--directory", "");
        Configuration configuration = new Configuration();
        int checkpointMillis = arguments.number("--checkpoint", 1000);
        configuration.setString("execution.checkpointing.interval", checkpointMillis + " ms");
        configuration.setString("execution.checkpointing.dir", "file:" + directory + "/checkpoints");
        // as the launcher has it
        configuration.setString("execution.checkpointing.min-pause", checkpointMillis / 4 + " ms");
        configuration.setString("execution.checkpointing.write-buffer-size", Integer.toString(1 << 18));
        configuration.setString("taskmanager.numberOfTaskSlots", "2");
        configuration.setString("metrics.reporters", "bench");
        configuration.setString("metrics.reporter.bench.factory.class", BenchReporter.class.getName());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        if (arguments.text("--side", TopicRun.Side.OURS.name()).equals(TopicRun.Side.TWIN.name())) {
            OrdinaryTwin.build(environment, bootstrap);
        } else {
            DetectionJob.build(environment, DetectionOptions.of(bootstrap, System.currentTimeMillis()));
        }
        JobClient job = environment.executeAsync("bench");
        while (job.getJobStatus().get() != JobStatus.RUNNING) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        System.out.println("ready");
        Thread teller = new Thread(JobProcess::tell);
        teller.setDaemon(true);
        teller.start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("savepoint")) {
                    String place = job.stopWithSavepoint(
                                    false, "file:" + directory + "/savepoint", SavepointFormatType.CANONICAL)
                            .get();
                    System.out.println("savepoint " + place);
                }
            }
        }
        System.exit(0);
    }

    private static void tell() {
        try {
            while (true) {
                StringBuilder line = new StringBuilder("c");
                for (String counter : COUNTERS) {
                    line.append(' ').append(BenchReporter.points(counter));
                }
                System.out.println(line);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
