package io.evenkeel.detection;

/**
 * 64-bit ids to row numbers, by open addressing with linear probing. Ids are already well mixed hashes, so the low bits
 * are the address. At most half full; 24 B to 48 B an entry. Rows are ≥ 0.
 *
 * <p>A copy shares its places with the original until one of them adds an id: every checkpoint copies, while ids are added
 * seldom once a process is known.
 */
final class LongIntMap {
    private long[] keys = new long[16];
    /** Row + 1, so that 0 marks a free place. */
    private int[] rows = new int[16];

    private int size;
    /** Whether a copy reads the same places. */
    private boolean shared;

    /** Row of the id, or -1. */
    int get(long key) {
        int mask = keys.length - 1;
        int place = (int) key & mask;
        while (rows[place] != 0) {
            if (keys[place] == key) {
                return rows[place] - 1;
            }
            place = (place + 1) & mask;
        }
        return -1;
    }

    void put(long key, int row) {
        if (size * 2 >= keys.length) {
            widen();
        } else if (shared) {
            keys = keys.clone();
            rows = rows.clone();
            shared = false;
        }
        int mask = keys.length - 1;
        int place = (int) key & mask;
        while (rows[place] != 0) {
            if (keys[place] == key) {
                rows[place] = row + 1;
                return;
            }
            place = (place + 1) & mask;
        }
        keys[place] = key;
        rows[place] = row + 1;
        size++;
    }

    int size() {
        return size;
    }

    LongIntMap copy() {
        LongIntMap copy = new LongIntMap();
        shared = true;
        copy.keys = keys;
        copy.rows = rows;
        copy.size = size;
        copy.shared = true;
        return copy;
    }

    private void widen() {
        long[] oldKeys = keys;
        int[] oldRows = rows;
        keys = new long[oldKeys.length * 2];
        rows = new int[oldKeys.length * 2];
        shared = false;
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldRows[i] != 0) {
                put(oldKeys[i], oldRows[i] - 1);
            }
        }
    }
}
