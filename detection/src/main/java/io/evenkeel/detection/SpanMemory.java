package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which spans have been added up, per bin for as long as bins are kept: what makes a span count once however often, and in
 * whatever company, it is sent again. A span that comes again has the same end and so the same bin.
 *
 * <p>4 B a span in state, 6 to 12 B in memory. Of a bin's first {@value #MOST} spans each is known; one of those behind
 * them that comes again counts again, unless its whole batch is known ({@link SpanFingerprint}). Two different spans of a
 * bin are taken for one with a chance of 1 in 2^32 a pair: of 10,000 spans in a bin 0.01 are expected to be lost, of
 * {@value #MOST} two.
 */
final class SpanMemory {
    /** Spans of a service in one bin, 13,000 a second. */
    static final int MOST = 1 << 17;

    private static final int FEW = 64;

    private final TreeMap<Long, Bin> bins = new TreeMap<>();
    /** The bin last asked for, where the next span is too, mostly. */
    private long latest = Long.MIN_VALUE;

    private Bin latestBin = new Bin();

    /** Open addressing, 0 = free, filled to two thirds at most. */
    private static final class Bin {
        private int[] table = new int[FEW];
        private int size;
        /** Whether a copy reads it too: what is added from then on goes into another. */
        private boolean shared;

        boolean add(int id) {
            int place = placeOf(id);
            if (table[place] == id) {
                return false;
            }
            if (size < MOST) {
                table[place] = id;
                size++;
                if (3 * size > 2 * table.length) {
                    grow();
                }
            }
            return true;
        }

        private int placeOf(int id) {
            int mask = table.length - 1;
            int place = id & mask;
            while (table[place] != 0 && table[place] != id) {
                place = (place + 1) & mask;
            }
            return place;
        }

        private void grow() {
            int[] smaller = table;
            table = new int[2 * smaller.length];
            for (int id : smaller) {
                if (id != 0) {
                    table[placeOf(id)] = id;
                }
            }
        }

        Bin own() {
            Bin own = new Bin();
            own.table = table.clone();
            own.size = size;
            return own;
        }

        int[] ids() {
            int[] ids = new int[size];
            int at = 0;
            for (int id : table) {
                if (id != 0) {
                    ids[at++] = id;
                }
            }
            return ids;
        }
    }

    /** @return false when the span has been added up before */
    boolean add(long bin, int id) {
        if (bin != latest) {
            latestBin = bins.computeIfAbsent(bin, start -> new Bin());
            latest = bin;
        }
        if (latestBin.shared) {
            latestBin = latestBin.own();
            bins.put(bin, latestBin);
        }
        return latestBin.add(id == 0 ? 1 : id);
    }

    void forgetBefore(long bin) {
        while (!bins.isEmpty() && bins.firstKey() < bin) {
            bins.pollFirstEntry();
        }
        latest = Long.MIN_VALUE;
    }

    SpanMemory copy() {
        SpanMemory copy = new SpanMemory();
        // Nearly all spans come in the newest bin or two: the others are the same in every checkpoint.
        bins.forEach((start, bin) -> {
            bin.shared = true;
            copy.bins.put(start, bin);
        });
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(bins.size());
        for (Map.Entry<Long, Bin> entry : bins.entrySet()) {
            int[] ids = entry.getValue().ids();
            Arrays.sort(ids);
            out.writeLong(entry.getKey());
            Columns.write(out, ids, ids.length);
        }
    }

    static SpanMemory read(DataInput in) throws IOException {
        SpanMemory read = new SpanMemory();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            Bin bin = new Bin();
            read.bins.put(in.readLong(), bin);
            for (int id : Columns.readInts(in)) {
                bin.add(id);
            }
        }
        return read;
    }
}
