package io.evenkeel.wire.otlp;

import java.util.Arrays;

/** How many spans ended in each 10 s bin, of one Resource under way. Few bins: a request holds some seconds. */
final class BinCounts {
    private static final long[] NONE = {};

    /** Pairs (start of the bin, spans), the first {@link #used} longs. */
    private long[] pairs = new long[8];

    private int used;
    /** Where the last one was found; the next is mostly of the same bin. */
    private int last;

    void add(long bin) {
        if (last >= used || pairs[last] != bin) {
            last = find(bin);
        }
        pairs[last + 1]++;
    }

    private int find(long bin) {
        for (int at = 0; at < used; at += 2) {
            if (pairs[at] == bin) {
                return at;
            }
        }
        if (used == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * used);
        }
        int at = used;
        pairs[at] = bin;
        pairs[at + 1] = 0;
        used += 2;
        return at;
    }

    /** The pairs in the order in which they were first seen; the counts are then empty. */
    long[] drain() {
        long[] drained = used == 0 ? NONE : Arrays.copyOf(pairs, used);
        clear();
        return drained;
    }

    void clear() {
        used = 0;
        last = 0;
    }
}
