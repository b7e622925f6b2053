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
     * @param seed of each one's share, so that nobody can choose attributes that add up to those of another series
     */
    long unordered(byte[] bytes, long seed) {
        long sum = 0;
        for (int run = 0; run < runs; run++) {
            int at = from[run];
            while (at < to[run]) {
                at = afterVarint(bytes, at);
                int length = 0;
                for (int shift = 0; ; shift += 7) {
                    byte part = bytes[at++];
                    length |= (part & 0x7F) << shift;
                    if (part >= 0) {
                        break;
                    }
                }
                sum += Mix.of(seed, Mix.hash(bytes, at, length));
                at += length;
            }
        }
        return sum;
    }

    private static int afterVarint(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] < 0) {
            at++;
        }
        return at + 1;
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
