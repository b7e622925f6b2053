package io.evenkeel.correlation.flink;

/**
 * What the correlation job is told at its start.
 *
 * @param kafkaBootstrap brokers, such as {@code 127.0.0.1:9392}; no default
 * @param jobEpoch milliseconds at the job's start; higher than in any run before, for it decides which version of an
 *     incident is the newer one; no default
 * @param consumerGroup Kafka consumer group; two jobs over the same topics need two. Default {@value #GROUP}
 */
public record CorrelationOptions(String kafkaBootstrap, long jobEpoch, String consumerGroup) {
    public static final String GROUP = "evenkeel-correlation";

    public CorrelationOptions {
        if (kafkaBootstrap.isBlank()) {
            throw new IllegalArgumentException("correlation needs kafkaBootstrap, for example 127.0.0.1:9392");
        }
        if (jobEpoch <= 0) {
            throw new IllegalArgumentException(
                    "jobEpoch is milliseconds since 1970 at the job's start, not " + jobEpoch);
        }
        if (consumerGroup.isBlank()) {
            throw new IllegalArgumentException("consumerGroup must not be blank; the default is " + GROUP);
        }
    }

    public static CorrelationOptions of(String kafkaBootstrap, long jobEpoch) {
        return new CorrelationOptions(kafkaBootstrap, jobEpoch, GROUP);
    }
}
