package io.evenkeel.correlation.flink;

import io.evenkeel.domain.incident.Incident;
import io.evenkeel.wire.event.DeadLetterHeaders;
import io.evenkeel.wire.event.EventHeaders;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Kafka records from and to the job's own types. Never refuses a record: what cannot be read is told apart later. */
final class KafkaRecords {
    private static final String SOURCE = "/evenkeel/correlation";
    private static final byte[] NOTHING = new byte[0];

    private KafkaRecords() {}

    static final class Reading implements KafkaRecordDeserializationSchema<RawEvent> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> consumed, Collector<RawEvent> out) {
            byte[] key = consumed.key();
            byte[] value = consumed.value();
            out.collect(new RawEvent(
                    consumed.topic(),
                    consumed.partition(),
                    consumed.offset(),
                    key == null ? "" : new String(key, StandardCharsets.UTF_8),
                    value == null ? NOTHING : value,
                    ""));
        }

        @Override
        public TypeInformation<RawEvent> getProducedType() {
            return TypeInformation.of(RawEvent.class);
        }
    }

    static final class Incidents implements KafkaRecordSerializationSchema<SentIncident> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                SentIncident incident, KafkaSinkContext context, Long timestamp) {
            ProducerRecord<byte[], byte[]> produced =
                    new ProducerRecord<>(Topics.INCIDENTS, utf8(incident.id()), incident.json());
            EventHeaders.of(Incident.class, incident.eventId(), SOURCE, Instant.ofEpochMilli(incident.atMillis()))
                    .forEach((name, value) -> produced.headers().add(name, value));
            return produced;
        }
    }

    /** A refused record keeps its bytes; where it came from and what was wrong stand in its headers. */
    static final class DeadLetters implements KafkaRecordSerializationSchema<RawEvent> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(RawEvent event, KafkaSinkContext context, Long timestamp) {
            ProducerRecord<byte[], byte[]> produced =
                    new ProducerRecord<>(Topics.DEAD_LETTER, utf8(event.key()), event.value());
            produced.headers()
                    .add(DeadLetterHeaders.TOPIC, utf8(event.topic()))
                    .add(DeadLetterHeaders.PARTITION, utf8(Integer.toString(event.partition())))
                    .add(DeadLetterHeaders.OFFSET, utf8(Long.toString(event.offset())))
                    .add(DeadLetterHeaders.REASON, utf8(event.error()));
            return produced;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
