package io.evenkeel.detection.flink;

import io.evenkeel.detection.Bytes;
import io.evenkeel.detection.PeerIdentity;
import io.evenkeel.detection.SlotRed;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a service's book takes in: exactly one is set. */
record ServiceInput(
        @Nullable SlotRed red,
        @Nullable SpanRows spans,
        @Nullable PeerIdentity peer,
        @Nullable LogRows logs) {
    static ServiceInput of(SlotRed red) {
        return new ServiceInput(red, null, null, null);
    }

    static ServiceInput of(SpanRows spans) {
        return new ServiceInput(null, spans, null, null);
    }

    static ServiceInput of(PeerIdentity peer) {
        return new ServiceInput(null, null, peer, null);
    }

    static ServiceInput of(LogRows logs) {
        return new ServiceInput(null, null, null, logs);
    }

    /** {@code ServiceKey.id()} of the service concerned. */
    String service() {
        if (red != null) {
            return red.service;
        }
        if (spans != null) {
            return spans.service;
        }
        return logs != null ? logs.service : Objects.requireNonNull(peer).caller();
    }

    static void write(DataOutput out, ServiceInput input) throws IOException {
        if (input.red != null) {
            out.writeByte(0);
            Bytes.write(out, input.red);
        } else if (input.spans != null) {
            out.writeByte(1);
            Bytes.write(out, input.spans);
        } else if (input.logs != null) {
            out.writeByte(3);
            Bytes.write(out, input.logs);
        } else {
            out.writeByte(2);
            Bytes.write(out, Objects.requireNonNull(input.peer));
        }
    }

    static ServiceInput read(DataInput in) throws IOException {
        return switch (in.readByte()) {
            case 0 -> of(Bytes.readSlotRed(in));
            case 1 -> of(Bytes.readSpanRows(in));
            case 3 -> of(Bytes.readLogRows(in));
            default -> of(Bytes.readPeerIdentity(in));
        };
    }
}
