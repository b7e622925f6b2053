package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.telemetry.ServiceKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The place of one replica: what is learned stays with the slot, while the process in it may be replaced. Mutable state
 * of {@link EntityBook}.
 */
final class Slot {
    final int ordinal;
    /** Hash of all resource attributes of the process now in the slot. */
    long resource;

    Map<String, String> facts = Map.of();
    /** Time of the process's first accepted point, ms. */
    long firstSeen;
    /** Earliest start time its totals name, ms: when the process began; 0 when none did. */
    long processStart;
    /** The slot's clock: largest accepted timestamp of its process, ms; {@link Long#MIN_VALUE} before the first. */
    long clock = Long.MIN_VALUE;
    /** Learned milliseconds between exports, 0 before the second. */
    int interval;
    /** Processing time of the last rows, ms. */
    long arrival;

    final RedBins red = new RedBins();

    Slot(int ordinal) {
        this.ordinal = ordinal;
    }

    /** Export interval, 10 s where not yet known. */
    int intervalOrDefault() {
        return interval == 0 ? EntityBook.BIN_MILLIS : interval;
    }

    void begin(long newResource, Map<String, String> newFacts, long time) {
        resource = newResource;
        facts = newFacts;
        firstSeen = time;
        processStart = 0;
        clock = Long.MIN_VALUE;
        interval = 0;
    }

    void advance(long time) {
        if (time <= clock) {
            return;
        }
        // Requests of one export may differ by some milliseconds; half a second tells exports apart.
        if (clock != Long.MIN_VALUE && time - clock >= 500) {
            interval = StreamLedger.nextInterval(interval, time - clock);
        }
        clock = time;
    }

    /** When the process began, ms; its first point where nothing says so. */
    private long began() {
        return processStart == 0 ? firstSeen : processStart;
    }

    /** @param label name of the slot in its service */
    Heartbeat heartbeat(ServiceKey service, String label) {
        String instance = facts.getOrDefault("service.instance.id", Long.toHexString(resource));
        return new Heartbeat(service.id(), label, instance, facts, clock, began(), intervalOrDefault());
    }

    /** What a bin says to the service. */
    SlotRed red(ServiceKey service, String label, RedBins.Bin bin, List<Exemplar> exemplars) {
        SlotRed red = new SlotRed();
        red.service = service.id();
        red.slot = label;
        red.facts = facts;
        red.clock = clock;
        red.intervalMillis = intervalOrDefault();
        red.processStart = began();
        red.binStart = bin.start;
        red.count = bin.count;
        red.errors = bin.errors;
        red.sumSeconds = bin.sumSeconds;
        red.coveredSeconds = bin.coveredSeconds;
        red.bounds = bin.bounds;
        red.buckets = bin.buckets.clone();
        red.exemplars = exemplars;
        return red;
    }

    Slot copy() {
        Slot copy = new Slot(ordinal);
        copy.resource = resource;
        copy.facts = facts;
        copy.firstSeen = firstSeen;
        copy.processStart = processStart;
        copy.clock = clock;
        copy.interval = interval;
        copy.arrival = arrival;
        red.copyInto(copy.red);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(ordinal);
        out.writeLong(resource);
        Bytes.writeMap(out, facts);
        out.writeLong(firstSeen);
        out.writeLong(processStart);
        out.writeLong(clock);
        out.writeInt(interval);
        out.writeLong(arrival);
        red.write(out);
    }

    static Slot read(DataInput in) throws IOException {
        Slot slot = new Slot(in.readInt());
        slot.resource = in.readLong();
        slot.facts = Bytes.readMap(in);
        slot.firstSeen = in.readLong();
        slot.processStart = in.readLong();
        slot.clock = in.readLong();
        slot.interval = in.readInt();
        slot.arrival = in.readLong();
        slot.red.read(in);
        return slot;
    }
}
