package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.util.Arrays;

/**
 * Identity in bytes that do not depend on the exporter's order of attributes: what series ids and resource hashes are
 * taken over. Durable: the layout may never change.
 *
 * <p>A text is its length (int32, little-endian) and its UTF-8. Attributes are their number (int32) and, keys ascending,
 * key text and value. A value is one letter and its content: {@code s} text, {@code b} one byte, {@code i} int64,
 * {@code d} float64 bits (one NaN), {@code y} length and bytes, {@code a} number and values, {@code k} attributes,
 * {@code e} nothing.
 */
final class CanonicalForm {
    private static final int STRING = 1 << 3 | Cursor.LENGTH;
    private static final int BOOL = 2 << 3;
    private static final int INT = 3 << 3;
    private static final int DOUBLE = 4 << 3 | Cursor.FIXED64;
    private static final int ARRAY = 5 << 3 | Cursor.LENGTH;
    private static final int KEY_VALUES = 6 << 3 | Cursor.LENGTH;
    private static final int BYTES = 7 << 3 | Cursor.LENGTH;
    /** Index into a string table that only profiles carry; elsewhere it stands for nothing. */
    private static final int STRING_INDEX = 8 << 3;

    private static final int ELEMENT = 1 << 3 | Cursor.LENGTH;

    private final SecretMask mask;
    private byte[] bytes = new byte[512];
    private int size;

    /** @param mask decides which values are taken as asterisks: identity is kept and shown */
    CanonicalForm(SecretMask mask) {
        this.mask = mask;
    }

    void clear() {
        size = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    long hash() {
        return Mix.hash(bytes, 0, size);
    }

    void putByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void putInt(int value) {
        room(Integer.BYTES);
        setInt(size, value);
        size += Integer.BYTES;
    }

    void putLong(long value) {
        putInt((int) value);
        putInt((int) (value >>> 32));
    }

    void putText(byte[] source, int from, int to) {
        putInt(to - from);
        room(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    /**
     * Appends attributes; checks every byte of them on the way. The cursor is left anywhere.
     *
     * @return whether keys were equal, so that it depends on their order which of them count
     */
    boolean putAttributes(Cursor cursor, KeyValues attributes) {
        return putAttributes(cursor, attributes, 0, false) < attributes.size();
    }

    /**
     * @param secret whether all that is in them is
     * @return how many count
     */
    private int putAttributes(Cursor cursor, KeyValues attributes, int depth, boolean secret) {
        int[] order = attributes.canonicalOrder(cursor.bytes);
        if (order.length < attributes.size()) {
            checkOthers(cursor, attributes, order, depth);
        }
        putInt(order.length);
        for (int entry : order) {
            int keyFrom = attributes.keyFrom(entry);
            int keyTo = attributes.keyTo(entry);
            putText(cursor.bytes, keyFrom, keyTo);
            cursor.position = attributes.valueFrom(entry);
            putValue(
                    cursor, attributes.valueTo(entry), depth, secret || mask.namesSecret(cursor.bytes, keyFrom, keyTo));
        }
        return order.length;
    }

    /** The values that lose to a later equal key are not kept, but they must be well-formed all the same. */
    private void checkOthers(Cursor cursor, KeyValues attributes, int[] kept, int depth) {
        boolean[] isKept = new boolean[attributes.size()];
        for (int entry : kept) {
            isKept[entry] = true;
        }
        int mark = size;
        for (int entry = 0; entry < attributes.size(); entry++) {
            if (!isKept[entry]) {
                cursor.position = attributes.valueFrom(entry);
                putValue(cursor, attributes.valueTo(entry), depth, false);
                size = mark;
            }
        }
    }

    /** Appends one AnyValue. Of several fields of its oneof the last counts. */
    private void putValue(Cursor cursor, int end, int depth, boolean secret) {
        int start = size;
        boolean nested = false;
        putByte('e');
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            switch (tag) {
                case STRING -> {
                    int length = cursor.text(end);
                    restart(start, 's');
                    putText(cursor.bytes, cursor.position, cursor.position + length);
                    mask.text(bytes, size - length, size, secret);
                    cursor.position += length;
                }
                case BOOL -> {
                    restart(start, 'b');
                    putByte(cursor.varint(end) != 0 ? 1 : 0);
                }
                case INT -> {
                    restart(start, 'i');
                    putLong(cursor.varint(end));
                }
                case DOUBLE -> {
                    restart(start, 'd');
                    putLong(Double.doubleToLongBits(cursor.real(end)));
                }
                case BYTES -> {
                    int length = cursor.length(end);
                    restart(start, 'y');
                    putText(cursor.bytes, cursor.position, cursor.position + length);
                    if (secret) {
                        mask.text(bytes, size - length, size, true);
                    }
                    cursor.position += length;
                }
                case STRING_INDEX -> {
                    cursor.varint(end);
                    restart(start, 'e');
                }
                case ARRAY, KEY_VALUES -> {
                    if (nested) {
                        throw cursor.malformed(Reason.REPEATED_FIELD);
                    }
                    nested = true;
                    restart(start, tag == ARRAY ? 'a' : 'k');
                    putNested(cursor, tag, end, depth + 1, secret);
                }
                default -> cursor.skip(tag, end);
            }
        }
    }

    private void putNested(Cursor cursor, int tag, int outerEnd, int depth, boolean secret) {
        if (depth > Cursor.MAX_DEPTH) {
            throw cursor.malformed(Reason.TOO_DEEP);
        }
        int length = cursor.length(outerEnd);
        int end = cursor.position + length;
        if (tag == ARRAY) {
            putArray(cursor, end, depth, secret);
        } else {
            KeyValues entries = new KeyValues();
            while (cursor.position < end) {
                int inner = cursor.tag(end);
                if (inner == ELEMENT) {
                    int entryLength = cursor.length(end);
                    entries.read(cursor, cursor.position + entryLength);
                } else {
                    cursor.skip(inner, end);
                }
            }
            putAttributes(cursor, entries, depth, secret);
        }
        cursor.position = end;
    }

    private void putArray(Cursor cursor, int end, int depth, boolean secret) {
        int countAt = size;
        int count = 0;
        boolean announced = false;
        putInt(0);
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == ELEMENT) {
                int length = cursor.length(end);
                int from = size;
                putValue(cursor, cursor.position + length, depth, secret || announced);
                announced = bytes[from] == 's' && mask.isSecretOption(bytes, from + 1 + Integer.BYTES, size);
                count++;
            } else {
                cursor.skip(tag, end);
            }
        }
        setInt(countAt, count);
    }

    private void restart(int mark, char kind) {
        size = mark;
        putByte(kind);
    }

    private void setInt(int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >>> 8);
        bytes[at + 2] = (byte) (value >>> 16);
        bytes[at + 3] = (byte) (value >>> 24);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
