package io.evenkeel.detection.flink;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Events as Kafka records; the key is always set, so that versions of a thing keep their order. */
final class OutgoingRecords implements KafkaRecordSerializationSchema<Outgoing> {
    private static final long serialVersionUID = 1L;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            Outgoing event, KafkaSinkContext context, @Nullable Long timestamp) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                event.topic(), null, event.timeMillis(), event.key().getBytes(StandardCharsets.UTF_8), event.value());
        for (Map.Entry<String, byte[]> header : event.headers().entrySet()) {
            record.headers().add(header.getKey(), header.getValue());
        }
        return record;
    }
}
