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
 * One event on its way to a Kafka topic. Headers that follow from the rest are made where it leaves, so that they do
 * not cross the exchange.
 *
 * @param topic topic
 * @param key record key, never empty: all versions of a thing stay in one partition, in order
 * @param type its CloudEvents type, see {@link EventHeaders#typeOf}; empty for a dead letter, which is no event of ours
 * @param version what makes the key the event's id
 * @param timeMillis processing time of writing
 * @param deadHeaders of a dead letter
 * @param value bytes
 */
record Outgoing(
        String topic,
        String key,
        String type,
        String version,
        long timeMillis,
        Map<String, byte[]> deadHeaders,
        byte[] value) {
    static final String SOURCE = "/evenkeel/detection";
    private static final String FINDING = EventHeaders.typeOf(Finding.class);
    private static final String ROLLUP = EventHeaders.typeOf(Rollup.class);
    private static final String EDGE = EventHeaders.typeOf(CallEdge.class);
    private static final String CHANGE = EventHeaders.typeOf(Change.class);
    /** Bytes of a dead letter that are kept: with its headers it stays below the 1 MB that producers and brokers take. */
    static final int MOST_DEAD_BYTES = 900_000;

    static Outgoing of(Finding finding) {
        String version = ":" + finding.epoch() + ':' + finding.sequence();
        return event(
                Topics.FINDINGS,
                finding.id(),
                FINDING,
                version,
                finding,
                finding.updatedAt().toEpochMilli());
    }

    static Outgoing of(Rollup rollup, long nowMillis) {
        String version = "@" + rollup.start().getEpochSecond() + '/' + rollup.widthSeconds() + ':' + rollup.revision();
        return event(Topics.ROLLUPS, rollup.signal().id(), ROLLUP, version, rollup, nowMillis);
    }

    static Outgoing of(CallEdge edge, long nowMillis) {
        return event(Topics.TOPOLOGY, edge.id(), EDGE, "@" + edge.lastSeen().toEpochMilli(), edge, nowMillis);
    }

    static Outgoing of(Change change, long nowMillis) {
        return event(Topics.CHANGES, change.id(), CHANGE, "", change, nowMillis);
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
        String key = topic + '/' + partition + '/' + offset;
        return new Outgoing(Topics.DEAD_LETTER, key, "", "", nowMillis, headers, kept);
    }

    private static Outgoing event(
            String topic, String key, String type, String version, Object event, long timeMillis) {
        return new Outgoing(topic, key, type, version, timeMillis, Map.of(), EventJson.write(event));
    }

    /** Its Kafka headers. */
    Map<String, byte[]> headers() {
        return type.isEmpty()
                ? deadHeaders
                : EventHeaders.of(type, key + version, SOURCE, Instant.ofEpochMilli(timeMillis));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static void write(DataOutput out, Outgoing event) throws IOException {
        out.writeUTF(event.topic);
        out.writeUTF(event.key);
        out.writeUTF(event.type);
        out.writeUTF(event.version);
        out.writeLong(event.timeMillis);
        out.writeInt(event.deadHeaders.size());
        for (Map.Entry<String, byte[]> header : event.deadHeaders.entrySet()) {
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
        String type = in.readUTF();
        String version = in.readUTF();
        long time = in.readLong();
        int size = in.readInt();
        Map<String, byte[]> headers = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            headers.put(in.readUTF(), bytes(in));
        }
        return new Outgoing(topic, key, type, version, time, headers, bytes(in));
    }

    private static byte[] bytes(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
