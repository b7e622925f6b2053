package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.SpanRows.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The RED sums of one Resource under way, by fingerprint of (view, operation or peer, bin). Sums are used again. */
final class RedTable {
    static final int MAX_EXEMPLARS = 3;

    /** Reads a span again, from where it stands in the record, once it has become an exemplar. */
    interface SampleSource {
        SpanRows.Sample read(int from, int to);
    }

    private long[] keys = new long[64];
    private Sum[] sums = new Sum[64];
    private final List<Sum> used = new ArrayList<>();
    private final List<Sum> free = new ArrayList<>();

    @Nullable
    Sum find(long key) {
        int slot = slotOf(key);
        return keys[slot] == 0 ? null : sums[slot];
    }

    Sum add(long key, View view, String operation, String peer, String protocol, long binStartMillis) {
        if (used.size() * 2 >= keys.length) {
            grow();
        }
        Sum sum = free.isEmpty() ? new Sum() : free.remove(free.size() - 1);
        sum.begin(key == 0 ? 1 : key, view, operation, peer, protocol, binStartMillis);
        int slot = slotOf(key);
        keys[slot] = sum.key;
        sums[slot] = sum;
        used.add(sum);
        return sum;
    }

    /** All sums as rows, in the order in which they were first seen; the table is then empty. */
    List<SpanRows.Red> drain(SampleSource sampleAt) {
        List<SpanRows.Red> reds = new ArrayList<>(used.size());
        for (Sum sum : used) {
            reds.add(sum.red(sampleAt));
        }
        clear();
        return List.copyOf(reds);
    }

    void clear() {
        if (used.isEmpty()) {
            return;
        }
        // A hostile record can have one sum per span; what it grew is not kept.
        if (keys.length > 4096) {
            keys = new long[64];
            sums = new Sum[64];
        } else {
            Arrays.fill(keys, 0);
        }
        for (Sum sum : used) {
            if (free.size() < 1024) {
                free.add(sum);
            }
        }
        used.clear();
    }

    private int slotOf(long rawKey) {
        long key = rawKey == 0 ? 1 : rawKey;
        int mask = keys.length - 1;
        int slot = (int) (key ^ (key >>> 32)) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        keys = new long[keys.length * 2];
        sums = new Sum[keys.length];
        for (Sum sum : used) {
            int slot = slotOf(sum.key);
            keys[slot] = sum.key;
            sums[slot] = sum;
        }
    }

    /** Requests, errors and durations of one view in one bin, by adjusted counts. */
    static final class Sum {
        private static final long FAILED = 1L << 62;

        private final double[] buckets = new double[SpanRows.DURATION_BUCKETS];
        private final long[] exemplarRank = new long[MAX_EXEMPLARS];
        private final int[] exemplarFrom = new int[MAX_EXEMPLARS];
        private final int[] exemplarTo = new int[MAX_EXEMPLARS];
        private int exemplars;

        private long key;
        private View view = View.SERVER;
        private String operation = "";
        private String peer = "";
        private String protocol = "";
        private long binStartMillis;
        private double count;
        private double errors;
        private double seconds;
        private boolean sampled;

        private void begin(long k, View v, String operationName, String peerName, String protocolName, long bin) {
            key = k;
            view = v;
            operation = operationName;
            peer = peerName;
            protocol = protocolName;
            binStartMillis = bin;
            count = 0;
            errors = 0;
            seconds = 0;
            sampled = false;
            exemplars = 0;
            Arrays.fill(buckets, 0);
        }

        /** Adds a request whose span stands at these bytes. */
        void add(double weight, boolean failed, long durationNanos, int bucket, int spanFrom, int spanTo) {
            count += weight;
            errors += failed ? weight : 0;
            seconds += weight * (durationNanos * 1e-9);
            buckets[bucket] += weight;
            sampled |= weight > 1;
            long rank = (failed ? FAILED : 0) + Math.min(durationNanos, FAILED - 1);
            if (exemplars < MAX_EXEMPLARS || rank > exemplarRank[MAX_EXEMPLARS - 1]) {
                offer(rank, spanFrom, spanTo);
            }
        }

        /** Keeps the exemplars sorted, failed first, then slowest; of equals the earlier. */
        private void offer(long rank, int spanFrom, int spanTo) {
            int at = exemplars < MAX_EXEMPLARS ? exemplars++ : MAX_EXEMPLARS - 1;
            while (at > 0 && exemplarRank[at - 1] < rank) {
                exemplarRank[at] = exemplarRank[at - 1];
                exemplarFrom[at] = exemplarFrom[at - 1];
                exemplarTo[at] = exemplarTo[at - 1];
                at--;
            }
            exemplarRank[at] = rank;
            exemplarFrom[at] = spanFrom;
            exemplarTo[at] = spanTo;
        }

        private SpanRows.Red red(SampleSource sampleAt) {
            List<SpanRows.Sample> samples = new ArrayList<>(exemplars);
            for (int i = 0; i < exemplars; i++) {
                samples.add(sampleAt.read(exemplarFrom[i], exemplarTo[i]));
            }
            return new SpanRows.Red(
                    view,
                    operation,
                    peer,
                    protocol,
                    binStartMillis,
                    Math.round(count),
                    Math.round(errors),
                    seconds,
                    sparse(),
                    List.copyOf(samples),
                    sampled);
        }

        private int[] sparse() {
            int filled = 0;
            for (double bucket : buckets) {
                filled += bucket > 0 ? 1 : 0;
            }
            int[] pairs = new int[2 * filled];
            int at = 0;
            for (int bucket = 0; bucket < buckets.length; bucket++) {
                if (buckets[bucket] > 0) {
                    pairs[at++] = bucket;
                    pairs[at++] = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(buckets[bucket])));
                }
            }
            return pairs;
        }
    }
}
