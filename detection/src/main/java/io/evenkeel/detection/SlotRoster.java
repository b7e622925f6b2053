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

    /** So many are looked through. */
    private static final int FEW_SLOTS = 8;

    private final List<Slot> slots = new ArrayList<>(1);
    /** Slots by the resource of the process now in them; made when there are more than a few. Not part of the state. */
    private @Nullable Map<Long, Slot> byResource;

    /** The slot of a process, assigned at its first points; null when there is no room for another. */
    @Nullable
    Slot of(long resource, Map<String, String> facts, long time) {
        Slot known = find(resource);
        if (known != null) {
            return known;
        }
        Slot slot = vacant(time);
        if (slot == null) {
            return null;
        }
        if (byResource != null) {
            byResource.remove(slot.resource, slot);
            byResource.put(resource, slot);
        }
        slot.begin(resource, facts, time);
        return slot;
    }

    private @Nullable Slot find(long resource) {
        if (slots.size() > FEW_SLOTS) {
            return index().get(resource);
        }
        for (Slot slot : slots) {
            if (slot.resource == resource) {
                return slot;
            }
        }
        return null;
    }

    private Map<Long, Slot> index() {
        Map<Long, Slot> made = byResource;
        if (made == null) {
            made = new HashMap<>();
            for (Slot slot : slots) {
                made.put(slot.resource, slot);
            }
            byResource = made;
        }
        return made;
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

    SlotRoster copy() {
        SlotRoster copy = new SlotRoster();
        slots.forEach(slot -> copy.slots.add(slot.copy()));
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
