package io.evenkeel.wire.otlp;

import java.util.Arrays;

/**
 * From the fingerprint of a point's exported identity to its series id, and when its definition is next due. Open
 * addressing, two generations: when the younger is full it becomes the older and what was in the older is forgotten. A
 * hit in the older moves to the younger. So memory is bounded at 2 × 2 × 20 B × maximum (10 MB for 131,072 series a
 * generation) whatever is sent; forgetting costs a recomputed id and a definition sent again, never a wrong id.
 */
final class SeriesCache {
    private static final int FIRST_CAPACITY = 1024;

    private final int maximum;
    private Generation young = new Generation(FIRST_CAPACITY);
    private Generation old = new Generation(FIRST_CAPACITY);

    /**
     * @param maximum series per generation, at least 512
     */
    SeriesCache(int maximum) {
        this.maximum = Math.max(maximum, FIRST_CAPACITY / 2);
    }

    /** Slot of a key, or -1. A slot is good until the next call of {@link #find} or {@link #put}. */
    int find(long fingerprint) {
        long key = nonZero(fingerprint);
        int slot = young.slotOf(key);
        if (young.keys[slot] == key) {
            return slot;
        }
        int oldSlot = old.slotOf(key);
        if (old.keys[oldSlot] != key) {
            return -1;
        }
        return insert(key, old.series[oldSlot], old.due[oldSlot]);
    }

    long seriesAt(int slot) {
        return young.series[slot];
    }

    /** Second since the epoch from which the definition should be sent again; 0 = never sent. */
    int dueAt(int slot) {
        return young.due[slot];
    }

    void setDue(int slot, int seconds) {
        young.due[slot] = seconds;
    }

    /** Adds a key that {@link #find} did not know; its definition is due at once. */
    int put(long fingerprint, long series) {
        return insert(nonZero(fingerprint), series, 0);
    }

    private int insert(long key, long series, int due) {
        if (young.size >= maximum) {
            Generation emptied = old;
            old = young;
            young = emptied;
            young.clear();
        } else if (young.size * 2 >= young.keys.length) {
            young = young.doubled();
        }
        return young.add(key, series, due);
    }

    private static long nonZero(long key) {
        return key == 0 ? 1 : key;
    }

    private static final class Generation {
        final long[] keys;
        final long[] series;
        final int[] due;
        int size;

        Generation(int capacity) {
            keys = new long[capacity];
            series = new long[capacity];
            due = new int[capacity];
        }

        /** Slot that holds the key or the empty one where it would go; at most half of the slots are taken. */
        int slotOf(long key) {
            int mask = keys.length - 1;
            int slot = (int) (key ^ (key >>> 32)) & mask;
            while (keys[slot] != 0 && keys[slot] != key) {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        int add(long key, long id, int dueSeconds) {
            int slot = slotOf(key);
            keys[slot] = key;
            series[slot] = id;
            due[slot] = dueSeconds;
            size++;
            return slot;
        }

        Generation doubled() {
            Generation larger = new Generation(keys.length * 2);
            for (int slot = 0; slot < keys.length; slot++) {
                if (keys[slot] != 0) {
                    larger.add(keys[slot], series[slot], due[slot]);
                }
            }
            return larger;
        }

        void clear() {
            Arrays.fill(keys, 0);
            size = 0;
        }
    }
}
