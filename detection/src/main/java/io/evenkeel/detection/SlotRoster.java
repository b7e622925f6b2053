package io.evenkeel.detection;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which process sits in which slot of a service on one host or owner. A new process takes the lowest slot whose process
 * has been silent for two of its own intervals, at least 30 s, and so inherits what was learned there; otherwise a new
 * slot is opened (ARCHITECTURE 3, Identity).
 */
final class SlotRoster {
    static final long SILENT_MILLIS = 30_000;

    private final List<Slot> slots = new ArrayList<>();

    /** The slot of a process, assigned at its first points. */
    Slot of(long resource, Map<String, String> facts, long time) {
        for (Slot slot : slots) {
            if (slot.resource == resource) {
                return slot;
            }
        }
        for (Slot slot : slots) {
            if (time - slot.clock >= Math.max(SILENT_MILLIS, 2L * slot.intervalOrDefault())) {
                slot.begin(resource, facts, time);
                return slot;
            }
        }
        Slot slot = new Slot(slots.size());
        slot.begin(resource, facts, time);
        slots.add(slot);
        return slot;
    }

    List<Slot> slots() {
        return slots;
    }

    /** Largest clock of all slots: the entity's clock, {@link Long#MIN_VALUE} before the first point. */
    long clock() {
        long clock = Long.MIN_VALUE;
        for (Slot slot : slots) {
            clock = Math.max(clock, slot.clock);
        }
        return clock;
    }

    SlotRoster copy() {
        SlotRoster copy = new SlotRoster();
        for (Slot slot : slots) {
            copy.slots.add(slot.copy());
        }
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(slots.size());
        for (Slot slot : slots) {
            slot.write(out);
        }
    }

    static SlotRoster read(DataInput in) throws IOException {
        SlotRoster roster = new SlotRoster();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            roster.slots.add(Slot.read(in));
        }
        return roster;
    }
}
