package io.evenkeel.detection.flink;

import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.SpanRows;
import org.jspecify.annotations.Nullable;

/**
 * What the walk made of one Resource of a Kafka record: metric rows, span rows, log rows, or a dead letter. Exactly one is set.
 *
 * @param metrics rows of metric points
 * @param spans sums of spans
 * @param logs counts of log records
 * @param dead event for the dead-letter topic
 */
record Decoded(
        @Nullable EntityRows metrics,
        @Nullable SpanRows spans,
        @Nullable LogRows logs,
        @Nullable Outgoing dead) {
    static Decoded of(EntityRows rows) {
        return new Decoded(rows, null, null, null);
    }

    static Decoded of(SpanRows rows) {
        return new Decoded(null, rows, null, null);
    }

    static Decoded of(LogRows rows) {
        return new Decoded(null, null, rows, null);
    }

    static Decoded of(Outgoing dead) {
        return new Decoded(null, null, null, dead);
    }
}
