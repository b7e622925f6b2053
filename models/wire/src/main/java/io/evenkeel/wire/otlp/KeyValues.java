package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.util.Arrays;

/**
 * The attributes of one thing as positions in the exported bytes, and their canonical order: keys ascending by unsigned
 * UTF-8 bytes; of equal keys the last one counts. OTLP forbids equal keys but exporters have sent them.
 */
final class KeyValues {
    private static final int KEY = 1 << 3 | Cursor.LENGTH;
    private static final int VALUE = 2 << 3 | Cursor.LENGTH;

    private int[] keyFrom = new int[16];
    private int[] keyTo = new int[16];
    private int[] valueFrom = new int[16];
    private int[] valueTo = new int[16];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    int keyFrom(int entry) {
        return keyFrom[entry];
    }

    int keyTo(int entry) {
        return keyTo[entry];
    }

    /** Start of the AnyValue's content; equal to its end when the value is absent or empty. */
    int valueFrom(int entry) {
        return valueFrom[entry];
    }

    int valueTo(int entry) {
        return valueTo[entry];
    }

    /** Reads the content of one KeyValue that ends at {@code end}. */
    void read(Cursor cursor, int end) {
        int key = cursor.position;
        int keyEnd = key;
        int value = -1;
        int valueEnd = -1;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == KEY) {
                int length = cursor.text(end);
                key = cursor.position;
                keyEnd = key + length;
                cursor.position = keyEnd;
            } else if (tag == VALUE) {
                if (value >= 0) {
                    throw cursor.malformed(Reason.REPEATED_FIELD);
                }
                int length = cursor.length(end);
                value = cursor.position;
                valueEnd = value + length;
                cursor.position = valueEnd;
            } else {
                cursor.skip(tag, end);
            }
        }
        add(key, keyEnd, Math.max(value, 0), Math.max(valueEnd, 0));
    }

    private void add(int key, int keyEnd, int value, int valueEnd) {
        if (size == keyFrom.length) {
            keyFrom = Arrays.copyOf(keyFrom, size * 2);
            keyTo = Arrays.copyOf(keyTo, size * 2);
            valueFrom = Arrays.copyOf(valueFrom, size * 2);
            valueTo = Arrays.copyOf(valueTo, size * 2);
        }
        keyFrom[size] = key;
        keyTo[size] = keyEnd;
        valueFrom[size] = value;
        valueTo[size++] = valueEnd;
    }

    /** Entries in canonical order. Only called on a cache miss, so the boxes do not matter. */
    int[] canonicalOrder(byte[] bytes) {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, entry -> entry);
        Arrays.sort(order, (a, b) -> compareKeys(bytes, a, b));
        int[] distinct = new int[size];
        int count = 0;
        for (int at = 0; at < size; at++) {
            boolean last = at + 1 == size || compareKeys(bytes, order[at], order[at + 1]) != 0;
            if (last) {
                distinct[count++] = order[at];
            }
        }
        return Arrays.copyOf(distinct, count);
    }

    private int compareKeys(byte[] bytes, int a, int b) {
        return Arrays.compareUnsigned(bytes, keyFrom[a], keyTo[a], bytes, keyFrom[b], keyTo[b]);
    }
}
