package io.evenkeel.detection.flink;

import io.evenkeel.wire.otlp.SecretMask;
import java.io.Serializable;
import java.util.Map;

/**
 * What the detection job needs to know. Kept as one record so that the launcher and a job jar's command line build the
 * same thing.
 *
 * @param kafkaBootstrap {@code host:port,…} of the brokers
 * @param jobEpoch milliseconds at the start of this run of the job; of two versions of a finding or rollup the one with
 *     the higher epoch wins
 * @param groupId consumer group whose committed offsets are the fallback when there is no checkpoint; default
 *     {@value #DEFAULT_GROUP}
 * @param kafkaProperties further client properties of consumers and producers, such as SASL settings; default none
 * @param mask what is overwritten in records that did not pass the door; default the standard words
 */
public record DetectionOptions(
        String kafkaBootstrap, long jobEpoch, String groupId, Map<String, String> kafkaProperties, SecretMask mask)
        implements Serializable {
    public static final String DEFAULT_GROUP = "evenkeel-detection";

    public DetectionOptions {
        kafkaProperties = Map.copyOf(kafkaProperties);
        if (kafkaBootstrap.isBlank()) {
            throw new IllegalArgumentException("detection needs a Kafka bootstrap address such as 127.0.0.1:9392");
        }
    }

    public static DetectionOptions of(String kafkaBootstrap, long jobEpoch) {
        return new DetectionOptions(kafkaBootstrap, jobEpoch, DEFAULT_GROUP, Map.of(), SecretMask.standard());
    }

    public DetectionOptions withMask(SecretMask newMask) {
        return new DetectionOptions(kafkaBootstrap, jobEpoch, groupId, kafkaProperties, newMask);
    }
}
