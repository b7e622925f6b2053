package io.evenkeel.detection;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.SignalKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open finding about silence: of a process, of a service, or of everything. Mutable. */
final class Silence {
    /** When it was last heard (event time), ms. */
    private final long onset;

    private final long openedAt;
    private long sentAt;
    private long sequence;
    /** Whether no other process of its service reports. */
    boolean ofService;

    Silence(long onset, long openedAt) {
        this.onset = onset;
        this.openedAt = openedAt;
    }

    /** Whether it is to be told, for the first time or again. */
    boolean isDue(long nowMillis) {
        return sequence == 0 || nowMillis - sentAt >= DeviationTracker.UPDATE_MILLIS;
    }

    /**
     * Its next version.
     *
     * @param ending null while it lasts
     */
    Finding note(SignalKey key, Map<String, String> facts, @Nullable FindingEnding ending, long nowMillis, long epoch) {
        sequence++;
        sentAt = nowMillis;
        Instant now = Instant.ofEpochMilli(nowMillis);
        Instant began = Instant.ofEpochMilli(onset);
        return new Finding(
                FindingNotes.id(key, onset),
                FindingKind.TELEMETRY_LOST,
                key,
                Direction.DOWN,
                began,
                began,
                Instant.ofEpochMilli(Math.min(nowMillis, onset + EntityBook.BIN_MILLIS)),
                Instant.ofEpochMilli(openedAt),
                now,
                ending == null ? null : now,
                ending,
                // Silence has no band; ten standard units says "beyond doubt" to whoever sorts by it.
                10,
                ending == FindingEnding.RETURNED ? 1 : 0,
                1,
                1,
                1,
                0,
                "",
                null,
                null,
                List.of(),
                facts,
                false,
                epoch,
                sequence);
    }

    Silence copy() {
        Silence copy = new Silence(onset, openedAt);
        copy.sentAt = sentAt;
        copy.sequence = sequence;
        copy.ofService = ofService;
        return copy;
    }

    static void write(DataOutput out, @Nullable Silence silence) throws IOException {
        out.writeBoolean(silence != null);
        if (silence != null) {
            out.writeLong(silence.onset);
            out.writeLong(silence.openedAt);
            out.writeLong(silence.sentAt);
            out.writeLong(silence.sequence);
            out.writeBoolean(silence.ofService);
        }
    }

    static @Nullable Silence read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        Silence silence = new Silence(in.readLong(), in.readLong());
        silence.sentAt = in.readLong();
        silence.sequence = in.readLong();
        silence.ofService = in.readBoolean();
        return silence;
    }
}
