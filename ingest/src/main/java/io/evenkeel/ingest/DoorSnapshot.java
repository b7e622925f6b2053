package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.ItemFault;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.util.Map;

/**
 * {@link DoorCounters} at one moment, all since the door opened.
 *
 * @param received requests that came, good or bad
 * @param accepted requests answered with success or partial success: all their records are in Kafka
 * @param refused requests answered with an error, by reason; reasons that did not occur are absent
 * @param inFlight requests without an answer yet
 * @param items data points, spans and log records of accepted requests; every signal is there
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
        Map<OtlpSignal, Items> items,
        long bytesReceived,
        long recordsWritten,
        long bytesWritten,
        long logFailures) {
    public DoorSnapshot {
        refused = Map.copyOf(refused);
        items = Map.copyOf(items);
    }

    /**
     * Items of one signal that came in accepted requests: accepted + rejected.
     *
     * @param accepted are in Kafka
     * @param rejected told in partial successes, by fault; faults that did not occur are absent
     */
    public record Items(long accepted, Map<ItemFault, Long> rejected) {
        public Items {
            rejected = Map.copyOf(rejected);
        }
    }
}
