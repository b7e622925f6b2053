package io.evenkeel.remediation.kafka;

import io.evenkeel.remediation.incident.UnstorableException;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.MalformedEventException;
import io.evenkeel.wire.event.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with the records of one topic: read, stored as a batch, and put aside one by one where a record is not
 * what it should be. Law: records in = stored + put aside; a batch returns only when each of its records is one or the
 * other, and throws when the database or the brokers are away, so that the caller tries the same batch again.
 *
 * @param <T> event record
 */
final class Intake<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Class<T> type;
    private final Consumer<List<T>> store;
    private final IntakeCounters counters;

    Intake(Class<T> type, Consumer<List<T>> store, IntakeCounters counters) {
        this.type = type;
        this.store = store;
        this.counters = counters;
    }

    private record Read<T>(ConsumerRecord<byte[], byte[]> record, T event) {}

    void take(List<ConsumerRecord<byte[], byte[]>> records, KafkaEvents events) {
        List<Read<T>> readable = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() == null) {
                // A tombstone of a compacted topic: the key was deleted there, our history is not.
                counters.skipped(record.topic());
                continue;
            }
            try {
                readable.add(new Read<>(record, EventJson.read(record.value(), type)));
            } catch (MalformedEventException e) {
                putAside(record, String.valueOf(e.getMessage()), events);
            } catch (RuntimeException e) {
                // A record's own checks throw what they like; the event is at fault, not us.
                putAside(record, "not a " + type.getSimpleName() + ": " + e.getMessage(), events);
            }
        }
        if (readable.isEmpty()) {
            return;
        }
        try {
            store.accept(readable.stream().map(Read::event).toList());
            counters.stored(readable.get(0).record.topic(), readable.size());
        } catch (UnstorableException | NullPointerException | IllegalArgumentException e) {
            readable.forEach(one -> storeAlone(one, events));
        }
    }

    private void storeAlone(Read<T> one, KafkaEvents events) {
        try {
            store.accept(List.of(one.event));
            counters.stored(one.record.topic(), 1);
        } catch (UnstorableException | NullPointerException | IllegalArgumentException e) {
            putAside(one.record, String.valueOf(e.getMessage()), events);
        }
    }

    private void putAside(ConsumerRecord<byte[], byte[]> record, String reason, KafkaEvents events) {
        events.deadLetter(record, reason);
        counters.putAside(record.topic());
        LOG.warn(
                "topic={} partition={} offset={} put aside on {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                Topics.DEAD_LETTER,
                reason);
    }
}
