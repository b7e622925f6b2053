package io.evenkeel.detection;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which process sits in which slot of a service on one host or owner. A new process takes the lowest slot whose process
 * has been silent for two of its own intervals, at least 30 s, and so inherits what was learned there; otherwise a new
 * slot is opened (ARCHITECTURE 3, Identity).
 */
final class SlotRoster {
    static final long SILENT_MILLIS = 30_000;
    /** Processes at one time; resource attributes that change with every request must not fill the memory. */
    static final int MOST_SLOTS = 4_096;

    private final List<Slot> slots = new ArrayList<>(1);
    /** Slots by the resource of the process now in them. */
    private final Map<Long, Slot> byResource = new HashMap<>(2);

    /** The slot of a process, assigned at its first points; null when there is no room for another. */
    @Nullable
    Slot of(long resource, Map<String, String> facts, long time) {
        Slot known = byResource.get(resource);
        if (known != null) {
            return known;
        }
        Slot slot = vacant(time);
        if (slot == null) {
            return null;
        }
        byResource.remove(slot.resource, slot);
        slot.begin(resource, facts, time);
        byResource.put(resource, slot);
        return slot;
    }

    private @Nullable Slot vacant(long time) {
        for (Slot slot : slots) {
            if (time - slot.clock >= Math.max(SILENT_MILLIS, 2L * slot.intervalOrDefault())) {
                return slot;
            }
        }
        if (slots.size() >= MOST_SLOTS) {
            return null;
        }
        Slot added = new Slot(slots.size());
        slots.add(added);
        return added;
    }

    /** Whether there is no room for another process, unless one has been silent for long enough. */
    boolean isFull() {
        return slots.size() >= MOST_SLOTS;
    }

    /** What is too many, in the words of {@link SeriesLimit#fullest}. */
    Map<String, String> fullness() {
        return Map.of("attribute", "service.instance.id", "values", Integer.toString(slots.size()));
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

    private void add(Slot slot) {
        slots.add(slot);
        byResource.put(slot.resource, slot);
    }

    SlotRoster copy() {
        SlotRoster copy = new SlotRoster();
        slots.forEach(slot -> copy.add(slot.copy()));
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
            roster.add(Slot.read(in));
        }
        return roster;
    }
}
