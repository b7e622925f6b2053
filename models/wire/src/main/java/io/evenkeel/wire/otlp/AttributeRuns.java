package io.evenkeel.wire.otlp;

import java.util.Arrays;

/**
 * Where in the exported bytes the attributes of the point under way lie. Exporters write them in one run; a point in
 * which something else stands between them has several.
 */
final class AttributeRuns {
    private int[] from = new int[4];
    private int[] to = new int[4];
    private int runs;

    void clear() {
        runs = 0;
    }

    /** Adds one whole attribute field, tag included. */
    void add(int start, int end) {
        if (runs > 0 && to[runs - 1] == start) {
            to[runs - 1] = end;
            return;
        }
        if (runs == from.length) {
            from = Arrays.copyOf(from, runs * 2);
            to = Arrays.copyOf(to, runs * 2);
        }
        from[runs] = start;
        to[runs++] = end;
    }

    /** Hash of the bytes as exported: equal bytes mean equal attributes; the same attributes may come as other bytes. */
    long fingerprint(byte[] bytes) {
        if (runs == 1) {
            return Mix.hash(bytes, from[0], to[0] - from[0]);
        }
        long mixed = runs;
        for (int run = 0; run < runs; run++) {
            mixed = Mix.of(mixed, Mix.hash(bytes, from[run], to[run] - from[run]));
        }
        return mixed;
    }

    /**
     * The same whatever the order of the attributes. Dearer, as it goes through them one by one.
     *
     * @param cursor over the exported bytes; left anywhere
     * @param seed of each one's share
     */
    long unordered(Cursor cursor, long seed) {
        long sum = 0;
        for (int run = 0; run < runs; run++) {
            cursor.position = from[run];
            while (cursor.position < to[run]) {
                cursor.tag(to[run]);
                int length = cursor.length(to[run]);
                sum += Mix.of(seed, Mix.hash(cursor.bytes, cursor.position, length));
                cursor.position += length;
            }
        }
        return sum;
    }

    void read(Cursor cursor, KeyValues into) {
        for (int run = 0; run < runs; run++) {
            cursor.position = from[run];
            while (cursor.position < to[run]) {
                cursor.tag(to[run]);
                int length = cursor.length(to[run]);
                into.read(cursor, cursor.position + length);
            }
        }
    }

    int runs() {
        return runs;
    }

    int from(int run) {
        return from[run];
    }

    int to(int run) {
        return to[run];
    }

    int bytes() {
        int sum = 0;
        for (int run = 0; run < runs; run++) {
            sum += to[run] - from[run];
        }
        return sum;
    }
}
