package io.evenkeel.detection;

import java.util.function.IntToLongFunction;

/**
 * Finds the row of a 64-bit id, by open addressing with linear probing. Holds row numbers only and asks its table for
 * their ids: 4.6 B to 9.2 B a row. Ids are already well mixed hashes, so the low bits are the address. It is filled to
 * seven eighths because most lookups need no probe: exporters send their series in the same order each time.
 *
 * <p>Rows are given in order, without gaps. A copy shares its places with the original until one of them adds a row: every
 * checkpoint copies, while rows are added seldom once a process is known.
 */
final class RowIndex {
    private static final int LEAST = 16;

    /** Row + 1, so that 0 marks a free place. */
    private int[] places = new int[LEAST];

    private int rows;
    /** Whether a copy reads the same places. */
    private boolean shared;

    /** @return row of the id, or -1 */
    int find(long id, IntToLongFunction idOf) {
        int mask = places.length - 1;
        int place = (int) id & mask;
        while (places[place] != 0) {
            int row = places[place] - 1;
            if (idOf.applyAsLong(row) == id) {
                return row;
            }
            place = (place + 1) & mask;
        }
        return -1;
    }

    /** Adds the next row, whose id has not been given before. */
    void add(IntToLongFunction idOf) {
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
        places[place] = row + 1;
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
