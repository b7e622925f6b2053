package io.evenkeel.correlation.flink;

/**
 * A readable event of one environment, still as JSON.
 *
 * @param environment environment; empty for what concerns all of them (catalogue, feedback)
 * @param topic topic that it came from, which tells its type
 * @param json its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EnvironmentEvent(String environment, String topic, byte[] json) {}
