package io.evenkeel.launcher.kafka;

import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.event.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What lies in the priors' topic, oldest first. */
public final class WrittenPriors {
    private WrittenPriors() {}

    /** @param type {@code ce_type} */
    public record Written(String signal, Prior prior, String type) {}

    public static List<Written> read(String bootstrap) throws IOException {
        List<Written> all = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new StringDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(Topics.PRIORS, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Header type = record.headers().lastHeader("ce_type");
                    all.add(new Written(
                            record.key(),
                            Prior.unpack(record.value()),
                            new String(type.value(), StandardCharsets.UTF_8)));
                }
            }
        }
        return all;
    }
}
