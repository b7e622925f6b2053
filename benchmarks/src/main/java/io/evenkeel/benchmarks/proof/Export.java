package io.evenkeel.benchmarks.proof;

import java.util.List;

/** One export request with the points it carries, and whether its sender was told that they are stored. */
final class Export {
    private final byte[] body;
    private final List<SenderTable.Point> points;
    private volatile boolean acknowledged;

    /** @param body as it is sent; empty when somebody else's exporter makes it */
    Export(byte[] body, List<SenderTable.Point> points) {
        this.body = body;
        this.points = points;
    }

    byte[] body() {
        return body;
    }

    List<SenderTable.Point> points() {
        return points;
    }

    void acknowledge() {
        acknowledged = true;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }
}
