package io.evenkeel.launcher.flink;

import io.evenkeel.correlation.flink.CorrelationJob;
import io.evenkeel.correlation.flink.CorrelationOptions;
import io.evenkeel.detection.flink.DetectionJob;
import io.evenkeel.detection.flink.DetectionOptions;
import io.evenkeel.wire.otlp.SecretMask;
import java.util.List;

/** The two jobs that make the pipeline. Their id prefixes are for ever: checkpoints are found by them. */
public final class Jobs {
    private Jobs() {}

    /**
     * @param kafkaBootstrap broker
     * @param mask what is overwritten in telemetry that did not pass the door
     * @param epoch milliseconds now; rises with every start, so that what a new run says replaces what an old one said
     */
    public static List<FlinkRuntime.Job> all(String kafkaBootstrap, SecretMask mask, long epoch) {
        return List.of(
                new FlinkRuntime.Job(
                        "detection",
                        "0e7e4ee1de7ec710000000000000a0",
                        2,
                        environment -> DetectionJob.build(
                                environment,
                                DetectionOptions.of(kafkaBootstrap, epoch).withMask(mask))),
                new FlinkRuntime.Job(
                        "correlation",
                        "0e7e4ee1c0441a71000000000000b0",
                        1,
                        environment ->
                                CorrelationJob.build(environment, CorrelationOptions.of(kafkaBootstrap, epoch))));
    }
}
