package io.evenkeel.ingest;

/**
 * How the door stands at one moment.
 *
 * @param bytesInFlight bytes of bodies that are being read, decoded or written, 0 or more
 * @param budgetBytes most of those at a time
 * @param diskNearlyFull the disk under Kafka is past its limit (90 % as shipped)
 * @param closing the receiver is shutting down
 */
public record Load(long bytesInFlight, long budgetBytes, boolean diskNearlyFull, boolean closing) {
    boolean hasRoomFor(long bytes) {
        return bytesInFlight + bytes <= budgetBytes;
    }
}
