package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.SpanRows.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The RED sums of one Resource under way, by fingerprint of (view, operation or peer, bin). Sums are used again. */
final class RedTable {
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
        sum.index = used.size();
        int slot = slotOf(key);
        keys[slot] = sum.key;
        sums[slot] = sum;
        used.add(sum);
        return sum;
    }

    /** All sums as rows, in the order in which they were first seen; the table is then empty. */
    List<SpanRows.Red> drain(Exemplars.Source spans) {
        List<SpanRows.Red> reds = new ArrayList<>(used.size());
        for (Sum sum : used) {
            reds.add(sum.red(spans));
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
            sum.clear();
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
        private final double[] buckets = new double[SpanRows.DURATION_BUCKETS];
        private int firstBucket;
        private int lastBucket;
        private final Exemplars exemplars = new Exemplars();

        /** Place among the sums under way, and so among the rows given out. */
        int index;

        private long key;
        private View view = View.SERVER;
        private String operation = "";
        private String peer = "";
        private String protocol = "";
        private long binStartMillis;
        private double count;
        private double errors;
        private double seconds;
        private double squares;

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
            squares = 0;
            exemplars.clear();
            firstBucket = SpanRows.DURATION_BUCKETS;
            lastBucket = -1;
        }

        /**
         * Adds a request.
         *
         * @param spanOperation operation of the span where a string of it is at hand, else empty
         * @param spanFrom where the span's bytes start
         * @param spanTo where they end
         */
        void add(
                SpanReader span,
                String spanOperation,
                boolean failed,
                long durationNanos,
                int bucket,
                int spanFrom,
                int spanTo) {
            double weight = span.adjustedCount;
            count += weight;
            errors += failed ? weight : 0;
            seconds += weight * (durationNanos * 1e-9);
            buckets[bucket] += weight;
            firstBucket = Math.min(firstBucket, bucket);
            lastBucket = Math.max(lastBucket, bucket);
            squares += weight * weight;
            exemplars.offer(span, spanOperation, failed, durationNanos, spanFrom, spanTo);
        }

        String operation() {
            return operation;
        }

        private SpanRows.Red red(Exemplars.Source spans) {
            return new SpanRows.Red(
                    view,
                    operation,
                    peer,
                    protocol,
                    binStartMillis,
                    count,
                    errors,
                    seconds,
                    sparse(),
                    exemplars.samples(spans),
                    squares);
        }

        /** Pairs (bucket, count). */
        private int[] sparse() {
            int filled = 0;
            for (int bucket = firstBucket; bucket <= lastBucket; bucket++) {
                filled += buckets[bucket] > 0 ? 1 : 0;
            }
            int[] pairs = new int[2 * filled];
            int at = 0;
            for (int bucket = firstBucket; bucket <= lastBucket; bucket++) {
                if (buckets[bucket] > 0) {
                    pairs[at++] = bucket;
                    pairs[at++] = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(buckets[bucket])));
                }
            }
            return pairs;
        }

        private void clear() {
            if (lastBucket >= 0) {
                Arrays.fill(buckets, firstBucket, lastBucket + 1, 0);
            }
        }
    }
}
