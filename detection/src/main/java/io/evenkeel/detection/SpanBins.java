package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one service added up per 10 s bin and view, over its instances, with the clock that says when a bin is
 * over: every instance that lately reported has passed its end, or the fastest has by six seconds (the default export
 * delay of SDKs is 5 s: opentelemetry-specification, OTEL_BSP_SCHEDULE_DELAY).
 */
final class SpanBins {
    /** Bins kept for late spans: a minute and a bin in the making. */
    static final int BINS = 8;
    /** The service's own sums are kept until the minute of the latest possible span can still be added up whole. */
    private static final int WHOLE_BINS = 14;

    static final String SERVED = "";
    private static final char OPERATION = 'o';
    private static final char PEER = 'p';
    private static final long ALL_MILLIS = 6_000;
    private static final long LIVE_MILLIS = 10_000;
    /**
     * Names per service and bin before the rest is left out; the walk caps each source at 200 with an "other" of its own.
     * The service's own sum has a place of its own.
     */
    private static final int MOST_VIEWS = 256;
    /** From here on silent instances are looked for with every request; functions and jobs have one a run. */
    private static final int MANY_INSTANCES = 512;

    /** Sums by view: {@link #SERVED}, {@code o} + operation, {@code p} + peer; ordered by bin start. */
    private final TreeMap<Long, Map<String, RedSum>> bins = new TreeMap<>();
    /** Clock and processing time of the last rows, per instance. */
    private final Map<String, long[]> instances = new HashMap<>();

    private long clock = Long.MIN_VALUE;
    private long arrival;

    static String operation(String name) {
        return OPERATION + name;
    }

    static String peer(String address) {
        return PEER + address;
    }

    static boolean isOperation(String view) {
        return !view.isEmpty() && view.charAt(0) == OPERATION;
    }

    static boolean isPeer(String view) {
        return !view.isEmpty() && view.charAt(0) == PEER;
    }

    static String nameOf(String view) {
        return view.substring(1);
    }

    /**
     * Adds the spans of one request.
     *
     * @param counts where spans for which there is no room are moved from accepted to refused
     * @return start of the earliest bin that they changed, {@link Long#MAX_VALUE} for none; bins too old or in the
     *     future are left out
     */
    long add(SpanRows rows, long nowMillis, ItemCounts counts) {
        long newest = Long.MIN_VALUE;
        long changed = Long.MAX_VALUE;
        for (int i = 0; i < rows.reds.size(); i++) {
            SpanRows.Red red = rows.reds.get(i);
            long start = red.binStartMillis();
            if (fate(start, nowMillis) != ItemCounts.Fate.ACCEPTED) {
                continue;
            }
            newest = Math.max(newest, latest(red));
            String view = viewOf(red);
            Map<String, RedSum> sums = bins.computeIfAbsent(start, bin -> new HashMap<>());
            if (sums.containsKey(view) || view.equals(SERVED) || sums.size() < MOST_VIEWS) {
                sums.computeIfAbsent(view, name -> new RedSum()).add(red);
                changed = Math.min(changed, start);
            } else if (isPeer(view)) {
                // An operation without room of its own is still in the sum of its service.
                counts.refuse(spansOf(rows, i));
            }
        }
        for (SpanRows.Link link : rows.links) {
            if (link.timeMillis() <= nowMillis + StreamLedger.FUTURE_MILLIS) {
                newest = Math.max(newest, link.timeMillis());
            }
        }
        if (newest != Long.MIN_VALUE) {
            long seen = newest;
            if (instances.size() >= MANY_INSTANCES) {
                forgetInstances(nowMillis);
            }
            long[] instance = instances.computeIfAbsent(rows.instance, name -> new long[] {seen, nowMillis});
            instance[0] = Math.max(instance[0], newest);
            instance[1] = nowMillis;
            clock = Math.max(clock, newest);
            arrival = nowMillis;
        }
        forget();
        return changed;
    }

    private void forget() {
        long whole = clock - (long) WHOLE_BINS * EntityBook.BIN_MILLIS;
        while (!bins.isEmpty() && bins.firstKey() < whole) {
            bins.pollFirstEntry();
        }
        for (Map<String, RedSum> sums : bins.headMap(oldest()).values()) {
            if (sums.size() > 1) {
                sums.keySet().retainAll(Set.of(SERVED));
            }
        }
    }

    private static int spansOf(SpanRows rows, int sum) {
        int spans = 0;
        for (int i = 0; i < rows.spans; i++) {
            spans += rows.spanSum[i] == sum ? 1 : 0;
        }
        return spans;
    }

    /** What becomes of the spans of a bin when they are added next. */
    ItemCounts.Fate fate(long start, long nowMillis) {
        if (start > nowMillis + StreamLedger.FUTURE_MILLIS) {
            return ItemCounts.Fate.QUARANTINED;
        }
        boolean old = clock != Long.MIN_VALUE && start < clock - StreamLedger.LATE_MILLIS - EntityBook.BIN_MILLIS;
        return old ? ItemCounts.Fate.LATE : ItemCounts.Fate.ACCEPTED;
    }

    /**
     * Latest moment that the rows prove to have passed: the end of an exemplar, else the start of the bin. All of them end
     * in the bin; a span whose clock stepped back, or was invented, claims to have begun long after it.
     */
    private static long latest(SpanRows.Red red) {
        long latest = red.binStartMillis();
        for (SpanRows.Sample sample : red.exemplars()) {
            latest = Math.max(latest, sample.timeMillis() + sample.durationMicros() / 1000);
        }
        return Math.min(latest, red.binStartMillis() + EntityBook.BIN_MILLIS);
    }

    private void forgetInstances(long nowMillis) {
        instances.values().removeIf(instance -> nowMillis - instance[1] > 10 * LIVE_MILLIS);
    }

    private static String viewOf(SpanRows.Red red) {
        if (red.view() == SpanRows.View.CLIENT) {
            return peer(red.peer());
        }
        return red.operation().isEmpty() ? SERVED : operation(red.operation());
    }

    boolean isOver(long start, long nowMillis) {
        long end = start + EntityBook.BIN_MILLIS;
        if (nowMillis - arrival >= LIVE_MILLIS + EntityBook.ALLOWANCE_MILLIS) {
            return clock >= start;
        }
        if (clock < end + EntityBook.ALLOWANCE_MILLIS) {
            return false;
        }
        if (clock >= end + ALL_MILLIS) {
            return true;
        }
        forgetInstances(nowMillis);
        return instances.values().stream()
                .allMatch(instance -> instance[0] >= end || nowMillis - instance[1] > LIVE_MILLIS);
    }

    /** Whether any of the spans kept are of requests that the service served. */
    boolean serves() {
        return bins.values().stream().anyMatch(sums -> sums.containsKey(SERVED));
    }

    /** All spans of a bin, of requests served and of calls made; empty when it had none. */
    RedSum whole(long start) {
        RedSum whole = new RedSum();
        at(start).forEach((view, sum) -> {
            if (view.equals(SERVED) || isPeer(view)) {
                whole.add(sum);
            }
        });
        return whole;
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

    /** Start of the oldest bin that may still grow; {@link Long#MIN_VALUE} before the first. */
    long oldest() {
        return clock == Long.MIN_VALUE ? clock : clock - (long) BINS * EntityBook.BIN_MILLIS;
    }

    /** Sums of a bin by view, empty when it had no span. */
    Map<String, RedSum> at(long start) {
        return bins.getOrDefault(start, Map.of());
    }

    @Nullable
    RedSum at(long start, String view) {
        return at(start).get(view);
    }

    /** Adds a view of a bin, if it has one, to a sum. */
    void addTo(RedSum sum, long start, String view) {
        RedSum there = at(start, view);
        if (there != null) {
            sum.add(there);
        }
    }

    SpanBins copy() {
        SpanBins copy = new SpanBins();
        bins.forEach((start, sums) -> {
            Map<String, RedSum> own = new HashMap<>();
            sums.forEach((view, sum) -> own.put(view, sum.copy()));
            copy.bins.put(start, own);
        });
        instances.forEach((name, seen) -> copy.instances.put(name, seen.clone()));
        copy.clock = clock;
        copy.arrival = arrival;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(clock);
        out.writeLong(arrival);
        out.writeInt(instances.size());
        for (Map.Entry<String, long[]> entry : instances.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue()[0]);
            out.writeLong(entry.getValue()[1]);
        }
        out.writeInt(bins.size());
        for (Map.Entry<Long, Map<String, RedSum>> bin : bins.entrySet()) {
            out.writeLong(bin.getKey());
            out.writeInt(bin.getValue().size());
            for (Map.Entry<String, RedSum> sum : bin.getValue().entrySet()) {
                out.writeUTF(sum.getKey());
                sum.getValue().write(out);
            }
        }
    }

    static SpanBins read(DataInput in, byte version) throws IOException {
        SpanBins read = new SpanBins();
        read.clock = in.readLong();
        read.arrival = in.readLong();
        int names = in.readInt();
        for (int i = 0; i < names; i++) {
            read.instances.put(in.readUTF(), new long[] {in.readLong(), in.readLong()});
        }
        int starts = in.readInt();
        for (int i = 0; i < starts; i++) {
            Map<String, RedSum> sums = new HashMap<>();
            read.bins.put(in.readLong(), sums);
            int views = in.readInt();
            for (int v = 0; v < views; v++) {
                sums.put(in.readUTF(), RedSum.read(in, version));
            }
        }
        return read;
    }
}
