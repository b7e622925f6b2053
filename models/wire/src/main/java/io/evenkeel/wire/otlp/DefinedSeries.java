package io.evenkeel.wire.otlp;

import java.util.Arrays;

/**
 * Keys of the series whose definition has been sent, whatever the order of their attributes: so that an order that has not
 * been seen before costs no definition. Open addressing, at most half full, 16 B to 32 B a series; when there are too many
 * it begins anew, and what is sent again then was sent once too often.
 */
final class DefinedSeries {
    private static final int FIRST_PLACES = 1024;

    private final int maximum;
    /** 0 is a free place, and no key: whatever has it is defined each time. */
    private long[] keys = new long[FIRST_PLACES];

    private int size;

    /** @param maximum keys remembered */
    DefinedSeries(int maximum) {
        this.maximum = maximum;
    }

    boolean contains(long key) {
        return key != 0 && keys[place(key)] == key;
    }

    void add(long key) {
        if (key == 0 || contains(key)) {
            return;
        }
        if (size >= maximum) {
            clear();
        }
        if (2 * size >= keys.length) {
            long[] before = keys;
            keys = new long[before.length * 2];
            for (long known : before) {
                if (known != 0) {
                    keys[place(known)] = known;
                }
            }
        }
        keys[place(key)] = key;
        size++;
    }

    void clear() {
        Arrays.fill(keys, 0);
        size = 0;
    }

    private int place(long key) {
        int mask = keys.length - 1;
        int place = (int) (key ^ key >>> 32) & mask;
        while (keys[place] != 0 && keys[place] != key) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
