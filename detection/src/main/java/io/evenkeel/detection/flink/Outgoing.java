package io.evenkeel.detection.flink;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.event.DeadLetterHeaders;
import io.evenkeel.wire.event.EventHeaders;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One event on its way to a Kafka topic.
 *
 * @param topic topic
 * @param key record key, never empty: all versions of a thing stay in one partition, in order
 * @param timeMillis processing time of writing
 * @param headers Kafka headers
 * @param value bytes
 */
record Outgoing(String topic, String key, long timeMillis, Map<String, byte[]> headers, byte[] value) {
    static final String SOURCE = "/evenkeel/detection";
    /** Bytes of a dead letter that are kept: with its headers it stays below the 1 MB that producers and brokers take. */
    static final int MOST_DEAD_BYTES = 900_000;

    static Outgoing of(Finding finding) {
        String version = finding.id() + ':' + finding.epoch() + ':' + finding.sequence();
        return event(Topics.FINDINGS, finding.id(), version, finding, finding.updatedAt());
    }

    static Outgoing of(Rollup rollup, long nowMillis) {
        String key = rollup.signal().id();
        String version =
                key + '@' + rollup.start().getEpochSecond() + '/' + rollup.widthSeconds() + ':' + rollup.revision();
        return event(Topics.ROLLUPS, key, version, rollup, Instant.ofEpochMilli(nowMillis));
    }

    static Outgoing of(CallEdge edge, long nowMillis) {
        String version = edge.id() + '@' + edge.lastSeen().toEpochMilli();
        return event(Topics.TOPOLOGY, edge.id(), version, edge, Instant.ofEpochMilli(nowMillis));
    }

    static Outgoing of(Change change, long nowMillis) {
        return event(Topics.CHANGES, change.id(), change.id(), change, Instant.ofEpochMilli(nowMillis));
    }

    /** A record that nobody can read, as it came, with the reason beside it; a huge one is cut. */
    static Outgoing deadLetter(String topic, int partition, long offset, String reason, byte[] value, long nowMillis) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put(DeadLetterHeaders.TOPIC, utf8(topic));
        headers.put(DeadLetterHeaders.PARTITION, utf8(Integer.toString(partition)));
        headers.put(DeadLetterHeaders.OFFSET, utf8(Long.toString(offset)));
        headers.put(DeadLetterHeaders.REASON, utf8(reason));
        byte[] kept = value;
        if (value.length > MOST_DEAD_BYTES) {
            headers.put(DeadLetterHeaders.CUT_FROM, utf8(Integer.toString(value.length)));
            kept = Arrays.copyOf(value, MOST_DEAD_BYTES);
        }
        return new Outgoing(Topics.DEAD_LETTER, topic + '/' + partition + '/' + offset, nowMillis, headers, kept);
    }

    private static Outgoing event(String topic, String key, String id, Object event, Instant time) {
        Map<String, byte[]> headers = EventHeaders.of(event.getClass(), id, SOURCE, time);
        return new Outgoing(topic, key, time.toEpochMilli(), headers, EventJson.write(event));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static void write(DataOutput out, Outgoing event) throws IOException {
        out.writeUTF(event.topic);
        out.writeUTF(event.key);
        out.writeLong(event.timeMillis);
        out.writeInt(event.headers.size());
        for (Map.Entry<String, byte[]> header : event.headers.entrySet()) {
            out.writeUTF(header.getKey());
            out.writeInt(header.getValue().length);
            out.write(header.getValue());
        }
        out.writeInt(event.value.length);
        out.write(event.value);
    }

    static Outgoing read(DataInput in) throws IOException {
        String topic = in.readUTF();
        String key = in.readUTF();
        long time = in.readLong();
        int size = in.readInt();
        Map<String, byte[]> headers = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            headers.put(in.readUTF(), bytes(in));
        }
        return new Outgoing(topic, key, time, headers, bytes(in));
    }

    private static byte[] bytes(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
