package io.evenkeel.correlation.flink;

/**
 * One incident version on its way to Kafka.
 *
 * @param id incident id, the record key
 * @param eventId unique per version: {@code id.epoch.sequence}
 * @param atMillis when it was written
 * @param json its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SentIncident(String id, String eventId, long atMillis, byte[] json) {}
