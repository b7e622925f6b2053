package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each replica of a service served per 10 s bin, and when a bin of the service is complete: every live replica's
 * clock has passed its end (or its next export falls beyond it), at the latest one export interval later. A replica that
 * misses that is named as missing, never read as zero (ARCHITECTURE 3, Time).
 */
final class ReplicaReds {
    /** Bins kept: two minutes and a bin in the making, so that a whole minute can still be added up when it is late. */
    private static final int BINS = 14;
    /** A process this young answers slowly while its code is compiled: its durations are left out. */
    static final long WARM_UP_MILLIS = 60_000;

    private static final long MOST_WAIT_MILLIS = 60_000;
    /** A rolling deploy starts the new process up to this long before the old one stops. */
    private static final long SUCCESSION_MILLIS = 20_000;

    private static final long FORGET_MILLIS = 3_600_000;

    private static final class Replica {
        long clock = Long.MIN_VALUE;
        long firstBin = Long.MAX_VALUE;
        int interval = EntityBook.BIN_MILLIS;
        /** When the process in the slot began, ms. */
        long processStart;

        Map<String, String> facts = Map.of();
    }

    /**
     * One bin of the service.
     *
     * @param count requests
     * @param errors failed requests
     * @param ratePerSecond requests per second, each replica over the seconds it covered
     * @param sumSeconds sum of durations, s
     * @param durations of the replicas that are warm
     * @param missing replicas that should have reported and did not
     * @param worst facts of the replica with most of the errors when there are several and it has at least four fifths
     *     of them, else empty
     * @param exemplars requests that the replicas' metrics named as examples
     */
    record Merged(
            long count,
            long errors,
            double ratePerSecond,
            double sumSeconds,
            DurationHistogram durations,
            List<String> missing,
            Map<String, String> worst,
            List<Exemplar> exemplars) {}

    private final Map<String, Replica> replicas = new HashMap<>();
    private final TreeMap<Long, Map<String, SlotRed>> bins = new TreeMap<>();
    private long clock = Long.MIN_VALUE;
    /** Processing time of the last rows. */
    private long arrival;

    void put(SlotRed red, long nowMillis) {
        Replica replica = replicas.get(red.slot);
        if (replica == null) {
            // Hosts come and go for as long as the service lives.
            replicas.values().removeIf(other -> other.clock < clock - FORGET_MILLIS);
            replica = new Replica();
            replicas.put(red.slot, replica);
        }
        replica.clock = Math.max(replica.clock, red.clock);
        replica.firstBin = Math.min(replica.firstBin, red.binStart);
        replica.interval = red.intervalMillis;
        replica.processStart = red.processStart;
        replica.facts = red.facts;
        clock = Math.max(clock, red.clock);
        arrival = nowMillis;
        bins.computeIfAbsent(red.binStart, bin -> new HashMap<>()).put(red.slot, red);
        while (bins.firstKey() < clock - (long) BINS * EntityBook.BIN_MILLIS) {
            bins.pollFirstEntry();
        }
    }

    boolean isUsed(long atMillis) {
        return clock != Long.MIN_VALUE && atMillis - clock < 300_000;
    }

    boolean isEmpty() {
        return bins.isEmpty();
    }

    long firstBin() {
        return bins.firstKey();
    }

    long clock() {
        return clock;
    }

    /** Width of the service's bins, ms: 10 s or the slowest replica's export interval in steps of 10 s. */
    int width() {
        int slowest = EntityBook.BIN_MILLIS;
        for (Replica replica : replicas.values()) {
            slowest = isLive(replica, clock) ? Math.max(slowest, replica.interval) : slowest;
        }
        int steps = Math.round(slowest / (float) EntityBook.BIN_MILLIS);
        return Math.min(6, Math.max(1, steps)) * EntityBook.BIN_MILLIS;
    }

    boolean isOver(long start, int width, long nowMillis) {
        long end = start + width;
        long wait = Math.min(MOST_WAIT_MILLIS, width) + EntityBook.ALLOWANCE_MILLIS;
        if (clock >= end + wait || nowMillis - arrival >= wait && clock >= start) {
            return true;
        }
        boolean any = false;
        for (Replica replica : replicas.values()) {
            if (isExpected(replica, start)) {
                any = true;
                boolean past = replica.clock >= end + EntityBook.ALLOWANCE_MILLIS;
                boolean nextIsBeyond = replica.clock >= start && replica.clock + replica.interval >= end;
                if (!past && !nextIsBeyond) {
                    return false;
                }
            }
        }
        return any;
    }

    Merged merge(long start, int width) {
        long count = 0;
        long errors = 0;
        double rate = 0;
        double seconds = 0;
        DurationHistogram durations = DurationHistogram.EMPTY;
        List<String> missing = new ArrayList<>();
        List<Exemplar> exemplars = new ArrayList<>();
        Map<String, String> worst = Map.of();
        long worstErrors = 0;
        int reporting = 0;
        for (Map.Entry<String, Replica> entry : replicas.entrySet()) {
            double covered = 0;
            long own = 0;
            long ownErrors = 0;
            for (long bin = start; bin < start + width; bin += EntityBook.BIN_MILLIS) {
                SlotRed red = at(bin, entry.getKey());
                if (red == null) {
                    continue;
                }
                covered += red.coveredSeconds;
                own += red.count;
                ownErrors += red.errors;
                seconds += red.sumSeconds;
                exemplars.addAll(red.exemplars);
                if (red.processStart <= bin - WARM_UP_MILLIS && red.buckets.length > 0) {
                    durations = durations.plus(new DurationHistogram(red.bounds, red.buckets));
                }
            }
            count += own;
            errors += ownErrors;
            if (covered > 0) {
                rate += own / covered;
                reporting++;
            } else if (isExpected(entry.getValue(), start)) {
                missing.add(entry.getKey());
            }
            if (ownErrors > worstErrors) {
                worstErrors = ownErrors;
                worst = entry.getValue().facts;
            }
        }
        boolean one = reporting > 1 && worstErrors >= 0.8 * errors && errors > 0;
        missing.sort(String::compareTo);
        return new Merged(
                count, errors, rate, seconds, durations, missing, one || reporting == 1 ? worst : Map.of(), exemplars);
    }

    private @Nullable SlotRed at(long bin, String slot) {
        Map<String, SlotRed> slots = bins.get(bin);
        return slots == null ? null : slots.get(slot);
    }

    private boolean isExpected(Replica replica, long start) {
        return replica.firstBin <= start && isLive(replica, start) && (replica.clock >= start || !isSucceeded(replica));
    }

    /** True when a process began about when this one fell silent: nobody needs to wait for it any more. */
    private boolean isSucceeded(Replica replica) {
        for (Replica other : replicas.values()) {
            if (other != replica && other.processStart > replica.clock - SUCCESSION_MILLIS) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLive(Replica replica, long at) {
        return replica.clock >= at - Math.max(30_000L, replica.interval * 5L / 2);
    }

    ReplicaReds copy() {
        ReplicaReds copy = new ReplicaReds();
        replicas.forEach((slot, replica) -> {
            Replica own = new Replica();
            own.clock = replica.clock;
            own.firstBin = replica.firstBin;
            own.interval = replica.interval;
            own.processStart = replica.processStart;
            own.facts = replica.facts;
            copy.replicas.put(slot, own);
        });
        // A SlotRed is never changed once it has been put here.
        bins.forEach((start, slots) -> copy.bins.put(start, new HashMap<>(slots)));
        copy.clock = clock;
        copy.arrival = arrival;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(clock);
        out.writeLong(arrival);
        out.writeInt(replicas.size());
        for (Map.Entry<String, Replica> entry : replicas.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue().clock);
            out.writeLong(entry.getValue().firstBin);
            out.writeInt(entry.getValue().interval);
            out.writeLong(entry.getValue().processStart);
            Bytes.writeMap(out, entry.getValue().facts);
        }
        out.writeInt(bins.size());
        for (Map.Entry<Long, Map<String, SlotRed>> bin : bins.entrySet()) {
            out.writeLong(bin.getKey());
            out.writeInt(bin.getValue().size());
            for (SlotRed red : bin.getValue().values()) {
                Bytes.writeCounts(out, red);
            }
        }
    }

    static ReplicaReds read(DataInput in) throws IOException {
        ReplicaReds read = new ReplicaReds();
        read.clock = in.readLong();
        read.arrival = in.readLong();
        int slots = in.readInt();
        for (int i = 0; i < slots; i++) {
            Replica replica = new Replica();
            read.replicas.put(in.readUTF(), replica);
            replica.clock = in.readLong();
            replica.firstBin = in.readLong();
            replica.interval = in.readInt();
            replica.processStart = in.readLong();
            replica.facts = Bytes.readMap(in);
        }
        int starts = in.readInt();
        for (int i = 0; i < starts; i++) {
            Map<String, SlotRed> reds = new HashMap<>();
            read.bins.put(in.readLong(), reds);
            int size = in.readInt();
            for (int r = 0; r < size; r++) {
                SlotRed red = Bytes.readCounts(in);
                reds.put(red.slot, red);
            }
        }
        return read;
    }
}
