package io.evenkeel.detection.flink;

import io.evenkeel.detection.Heartbeat;
import org.apache.flink.util.OutputTag;

/** The side outputs of the job. */
final class Outputs {
    static final OutputTag<Outgoing> EVENTS =
            new OutputTag<>("events", new PackedTypeInformation<>(PackedFormats.OUTGOING));
    static final OutputTag<Heartbeat> HEARTBEATS =
            new OutputTag<>("heartbeats", new PackedTypeInformation<>(PackedFormats.HEARTBEAT));
    static final OutputTag<LinkEnd> LINKS =
            new OutputTag<>("links", new PackedTypeInformation<>(PackedFormats.LINK_END));

    /** Processing-time timers fire at whole seconds: one per key and second at most. */
    static long nextSecond(long nowMillis) {
        return (nowMillis / 1000 + 1) * 1000;
    }

    private Outputs() {}
}
