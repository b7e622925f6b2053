package io.evenkeel.wire.otlp;

import java.util.Arrays;

/**
 * From what identifies a point to its series id, and when its definition is next due. An entry has a key, by which it is
 * found, and the fingerprint of the bytes in which it was last exported, by which it is known where it is expected.
 *
 * <p>Entries stand in the order in which they first came. An exporter sends its points in the same order every time, so
 * the entry wanted next is nearly always the one behind the last: a look at the neighbour instead of three cache misses
 * in a hash table. Only when that fails is the table asked. Where series come and go the order is soon not that of the
 * exports any more (P4, after as many series have been replaced as there are: 13 % of the job's CPU); when
 * the table has been asked some times for every entry, a new generation is begun, in which they stand in order again.
 *
 * <p>Two generations: when the younger is full it becomes the older and what was in the older is forgotten; a hit in the
 * older moves to the younger. So memory is bounded at 2 × 36 B × maximum (38 MB for 524,288 series a generation, if so
 * many come) whatever is sent; forgetting costs a recomputed id and a definition sent again, never a wrong id. A
 * generation that is begun for the order's sake forgets none whose definition is not due anyway.
 */
final class SeriesCache {
    private static final int FIRST_CAPACITY = 512;

    private static final int WIDTH = 3;
    private static final int EXPORTED = 1;
    /** Entries that are looked at where one is expected: the next, and those behind the few that have ended since. */
    private static final int NEAR = 4;

    private static final int SERIES = 2;

    /**
     * Times the table is asked per entry before they are put in order, which costs as much as asking it once or twice. By
     * arithmetic, not measured: where r of the series are replaced between two exports, the two costs together are least
     * near one, and rise by less than a fifth up to three.
     */
    private static final int PATIENCE = 2;
    /** The same where it does not help, as exports come in another order each time. */
    private static final int MOST_PATIENCE = 64;
    /** It helps when the table is asked for fewer than one in so many. */
    private static final int HELPED = 4;

    private final int maximum;
    private Generation young = new Generation(FIRST_CAPACITY);
    private Generation old = new Generation(FIRST_CAPACITY);
    /** Entries found elsewhere than where they were expected, since they were last put in order. */
    private long strayed;
    /** All entries found since then. */
    private long found;

    private int patience = PATIENCE;

    /**
     * @param maximum series per generation, at least 512
     */
    SeriesCache(int maximum) {
        this.maximum = Math.max(maximum, FIRST_CAPACITY);
    }

    /**
     * The entry behind the one last found where it was expected, or one of the next, if it was last exported so; otherwise
     * -1.
     */
    int findNext(long exported) {
        int entry = young.findNext(exported);
        found += entry >= 0 ? 1 : 0;
        return entry;
    }

    /**
     * Entry of a key, or -1. It is good until the next call of {@link #find} or {@link #put}.
     *
     * @param nowSeconds a definition due by then is to be sent again
     */
    int find(long key, int nowSeconds) {
        int expected = young.expected();
        int entry = young.find(key);
        if (entry >= 0) {
            found++;
            strayed += entry == expected ? 0 : 1;
            if (strayed <= (long) patience * young.size) {
                return entry;
            }
            putInOrder(nowSeconds);
        }
        int older = old.find(key);
        return older < 0 ? -1 : insert(key, old.exportedAt(older), old.seriesAt(older), old.due[older]);
    }

    /** The next may lie anywhere: the points of another entity begin. */
    void leap() {
        young.astray = NEAR;
    }

    private void putInOrder(int nowSeconds) {
        patience = HELPED * strayed < found ? PATIENCE : Math.min(MOST_PATIENCE, 2 * patience);
        // What comes seldom is still where it was before: it is taken along.
        for (int entry = 0; entry < old.size && young.size < maximum; entry++) {
            if (old.due[entry] > nowSeconds && young.find(old.keyAt(entry)) < 0) {
                young.add(old.keyAt(entry), old.exportedAt(entry), old.seriesAt(entry), old.due[entry]);
            }
        }
        turn();
    }

    long keyAt(int entry) {
        return young.keyAt(entry);
    }

    /** From now on the entry is expected in these bytes. */
    void setExported(int entry, long exported) {
        young.entries[WIDTH * entry + EXPORTED] = exported;
    }

    long seriesAt(int entry) {
        return young.seriesAt(entry);
    }

    /** Second since the epoch from which the definition should be sent again; 0 = never sent. */
    int dueAt(int entry) {
        return young.due[entry];
    }

    void setDue(int entry, int seconds) {
        young.due[entry] = seconds;
    }

    /** Adds a key that {@link #find} did not know; its definition is due at once. */
    int put(long key, long exported, long series) {
        return insert(key, exported, series, 0);
    }

    private int insert(long key, long exported, long series, int due) {
        if (young.size >= maximum) {
            turn();
        }
        return young.add(key, exported, series, due);
    }

    private void turn() {
        Generation emptied = old;
        old = young;
        young = emptied;
        young.clear();
        strayed = 0;
        found = 0;
    }

    private static final class Generation {
        /** Key, fingerprint as exported, and series of an entry side by side. */
        private long[] entries;

        int[] due;
        /** Open addressing; entry + 1, or 0. At most half of it is taken. */
        private int[] table;

        int size;
        private int last = -1;
        /** Entries in a row that were not where they were expected. */
        private int astray = NEAR;

        Generation(int capacity) {
            entries = new long[WIDTH * capacity];
            due = new int[capacity];
            table = new int[2 * capacity];
        }

        long seriesAt(int entry) {
            return entries[WIDTH * entry + SERIES];
        }

        long exportedAt(int entry) {
            return entries[WIDTH * entry + EXPORTED];
        }

        /** The entry behind the last one; behind them all comes the first. */
        private int expected() {
            return last + 1 < size ? last + 1 : 0;
        }

        long keyAt(int entry) {
            return entries[WIDTH * entry];
        }

        int findNext(long exported) {
            int from = expected();
            int to = Math.min(size, from + NEAR);
            for (int entry = from; entry < to; entry++) {
                if (exportedAt(entry) == exported) {
                    return at(entry);
                }
            }
            return -1;
        }

        private int at(int entry) {
            last = entry;
            astray = 0;
            return entry;
        }

        int find(long key) {
            int next = expected();
            if (next < size && keyAt(next) == key) {
                return at(next);
            }
            int entry = table[slotOf(key)] - 1;
            if (entry >= 0) {
                follow(entry);
            }
            return entry;
        }

        int add(long key, long exported, long series, int dueSeconds) {
            if (size == due.length) {
                grow();
            }
            int entry = size++;
            entries[WIDTH * entry] = key;
            entries[WIDTH * entry + EXPORTED] = exported;
            entries[WIDTH * entry + SERIES] = series;
            due[entry] = dueSeconds;
            table[slotOf(key)] = entry + 1;
            follow(entry);
            return entry;
        }

        /** A few that lie elsewhere than expected, such as new ones, are passed by; many in a row are followed. */
        private void follow(int entry) {
            if (++astray > NEAR) {
                last = entry;
            }
        }

        void clear() {
            Arrays.fill(table, 0);
            size = 0;
            last = -1;
            astray = NEAR;
        }

        /** Slot that leads to the key, or the empty one where it would go. */
        private int slotOf(long key) {
            int mask = table.length - 1;
            int slot = (int) (key ^ (key >>> 32)) & mask;
            while (table[slot] != 0 && keyAt(table[slot] - 1) != key) {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        private void grow() {
            entries = Arrays.copyOf(entries, entries.length * 2);
            due = Arrays.copyOf(due, due.length * 2);
            table = new int[table.length * 2];
            for (int entry = 0; entry < size; entry++) {
                table[slotOf(keyAt(entry))] = entry + 1;
            }
        }
    }
}
