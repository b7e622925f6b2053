package io.evenkeel.detection;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** When each call of a service was last announced: twice a minute is enough for the graph. */
final class EdgeNotices {
    private static final long EVERY_MILLIS = 30_000;
    /** Edges announced this long ago are forgotten: addresses behind a load balancer come and go. */
    private static final long FORGET_MILLIS = 3_600_000;

    /** Event time of the last notice per edge, ms. */
    private final Map<String, Long> sent = new HashMap<>();

    /** Whether an edge seen at this time is to be announced; it is then taken as announced. */
    boolean isDue(String edge, long time) {
        Long before = sent.get(edge);
        if (before != null && time - before < EVERY_MILLIS) {
            return false;
        }
        sent.values().removeIf(last -> time - last > FORGET_MILLIS);
        sent.put(edge, time);
        return true;
    }

    EdgeNotices copy() {
        EdgeNotices copy = new EdgeNotices();
        copy.sent.putAll(sent);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(sent.size());
        for (Map.Entry<String, Long> entry : sent.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue());
        }
    }

    static EdgeNotices read(DataInput in) throws IOException {
        EdgeNotices read = new EdgeNotices();
        int edges = in.readInt();
        for (int i = 0; i < edges; i++) {
            read.sent.put(in.readUTF(), in.readLong());
        }
        return read;
    }
}
