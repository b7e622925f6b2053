package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.ItemFault;
import java.util.Map;

/**
 * {@link DoorCounters} at one moment, all since the door opened.
 *
 * @param received requests that came, good or bad
 * @param accepted requests answered with success or partial success: all their records are in Kafka
 * @param refused requests answered with an error, by reason; reasons that did not occur are absent
 * @param inFlight requests without an answer yet
 * @param itemsAccepted data points, spans and log records of accepted requests
 * @param itemsRejected items told in partial successes, by fault
 * @param bytesReceived body bytes as they arrived
 * @param recordsWritten Kafka records acknowledged, those of requests that failed in part included
 * @param bytesWritten bytes of their values before Kafka's compression
 * @param logFailures requests whose records were not all acknowledged in time
 */
public record DoorSnapshot(
        long received,
        long accepted,
        Map<Refusal, Long> refused,
        long inFlight,
        long itemsAccepted,
        Map<ItemFault, Long> itemsRejected,
        long bytesReceived,
        long recordsWritten,
        long bytesWritten,
        long logFailures) {
    public DoorSnapshot {
        refused = Map.copyOf(refused);
        itemsRejected = Map.copyOf(itemsRejected);
    }

    /** Requests refused for any reason. */
    public long refusedInAll() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }
}
