package io.evenkeel.detection;

import java.util.function.IntToLongFunction;

/**
 * Finds the row of a 64-bit id, by open addressing with linear probing. Holds row numbers only and asks its table for
 * their ids: 4.6 B to 9.2 B a row. Ids are already well mixed hashes, so the low bits are the address; the highest stand
 * beside the row number, so that only one id in sixteen thousand that is not the wanted one is fetched. It is filled to
 * seven eighths because most lookups need no probe: exporters send their series in the same order each time.
 *
 * <p>Rows are given in order, without gaps. A copy shares its places with the original until one of them adds a row.
 */
final class RowIndex {
    private static final int LEAST = 16;
    /** For row + 1; the other bits are the id's highest. */
    private static final int ROW_BITS = 18;

    private static final int ROW_MASK = (1 << ROW_BITS) - 1;

    /** Highest bits of the id, and row + 1, so that 0 marks a free place. */
    private int[] places = new int[LEAST];

    private int rows;
    /** Whether a copy reads the same places. */
    private boolean shared;

    /** @return row of the id, or -1 */
    int find(long id, IntToLongFunction idOf) {
        int mask = places.length - 1;
        int place = (int) id & mask;
        int mark = mark(id);
        while (places[place] != 0) {
            if ((places[place] & ~ROW_MASK) == mark) {
                int row = (places[place] & ROW_MASK) - 1;
                if (idOf.applyAsLong(row) == id) {
                    return row;
                }
            }
            place = (place + 1) & mask;
        }
        return -1;
    }

    /**
     * Adds the next row, whose id has not been given before.
     *
     * @throws IllegalStateException if there are {@value #ROW_MASK} rows already
     */
    void add(IntToLongFunction idOf) {
        if (rows == ROW_MASK) {
            throw new IllegalStateException("no more than " + ROW_MASK + " rows have an index");
        }
        if ((rows + 1) * 8L > places.length * 7L) {
            places = new int[places.length * 2];
            shared = false;
            for (int row = 0; row < rows; row++) {
                put(idOf.applyAsLong(row), row);
            }
        } else if (shared) {
            places = places.clone();
            shared = false;
        }
        put(idOf.applyAsLong(rows), rows);
        rows++;
    }

    private void put(long id, int row) {
        int mask = places.length - 1;
        int place = (int) id & mask;
        while (places[place] != 0) {
            place = (place + 1) & mask;
        }
        places[place] = mark(id) | row + 1;
    }

    private static int mark(long id) {
        return (int) (id >>> Integer.SIZE) & ~ROW_MASK;
    }

    /** The index of a table that was read. */
    static RowIndex of(int rows, IntToLongFunction idOf) {
        RowIndex index = new RowIndex();
        int room = LEAST;
        while (rows * 8L > room * 7L) {
            room *= 2;
        }
        index.places = new int[room];
        for (int row = 0; row < rows; row++) {
            index.put(idOf.applyAsLong(row), row);
        }
        index.rows = rows;
        return index;
    }

    RowIndex copy() {
        RowIndex copy = new RowIndex();
        shared = true;
        copy.places = places;
        copy.rows = rows;
        copy.shared = true;
        return copy;
    }
}
