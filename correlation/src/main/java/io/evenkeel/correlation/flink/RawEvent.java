package io.evenkeel.correlation.flink;

/**
 * A Kafka record as it came. Public and plain, so that Flink moves it without Kryo.
 *
 * @param topic topic
 * @param partition partition
 * @param offset offset
 * @param key record key; empty when it has none
 * @param value bytes; empty for a tombstone
 * @param error what was wrong with it; empty on its way in
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a list of boxed bytes would cost sixteen times as much
public record RawEvent(String topic, int partition, long offset, String key, byte[] value, String error) {
    RawEvent refused(String why) {
        return new RawEvent(topic, partition, offset, key, value, why);
    }
}
