package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The attributes of one span that say what kind of request it was, as positions in the exported bytes. All others are
 * passed over at their key. Old names of the semantic conventions (before 1.23 for HTTP, before 1.30 for databases) are
 * read where the new one is absent.
 */
final class SpanAttributes {
    static final int METHOD = 0;
    static final int ROUTE = 1;
    static final int STATUS = 2;
    static final int ADDRESS = 3;
    static final int PORT = 4;
    static final int DB_SYSTEM = 5;
    static final int DB_NAMESPACE = 6;
    static final int ERROR_TYPE = 7;
    static final int RPC_SYSTEM = 8;
    static final int MESSAGING_SYSTEM = 9;
    static final int DESTINATION = 10;
    /** Added to one of the above: the same thing under its old name. */
    static final int OLD = 16;

    private static final int KEY = 1 << 3 | Cursor.LENGTH;
    private static final int VALUE = 2 << 3 | Cursor.LENGTH;
    private static final int STRING = 1 << 3 | Cursor.LENGTH;
    private static final int INT = 3 << 3;

    private static final int SHORTEST = 7;
    private static final int LONGEST = 26;
    /** Known keys by length: a key is compared with one to three others, never with all. */
    private static final Key[][] KEYS = new Key[LONGEST + 1][];
    /** Key by slot. */
    private static final String[] NAMES = new String[2 * OLD];

    static {
        Arrays.fill(KEYS, new Key[0]);
        know("http.request.method", METHOD);
        know("http.method", METHOD + OLD);
        know("http.route", ROUTE);
        know("http.response.status_code", STATUS);
        know("http.status_code", STATUS + OLD);
        know("server.address", ADDRESS);
        know("net.peer.name", ADDRESS + OLD);
        know("server.port", PORT);
        know("net.peer.port", PORT + OLD);
        know("db.system.name", DB_SYSTEM);
        know("db.system", DB_SYSTEM + OLD);
        know("db.namespace", DB_NAMESPACE);
        know("db.name", DB_NAMESPACE + OLD);
        know("error.type", ERROR_TYPE);
        know("rpc.system.name", RPC_SYSTEM);
        know("rpc.system", RPC_SYSTEM + OLD);
        know("messaging.system", MESSAGING_SYSTEM);
        know("messaging.destination.name", DESTINATION);
    }

    private final int[] from = new int[2 * OLD];
    private final int[] to = new int[2 * OLD];
    private final long[] number = new long[2 * OLD];
    private int present;
    private byte[] bytes = {};
    private final SecretMask mask;

    SpanAttributes(SecretMask mask) {
        this.mask = mask;
    }

    private record Key(byte[] text, long first, int slot) {}

    private static void know(String key, int slot) {
        NAMES[slot] = key;
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        Key[] others = KEYS[text.length];
        Key[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = new Key(text, text.length < Long.BYTES ? 0 : Cursor.longAt(text, 0), slot);
        KEYS[text.length] = all;
    }

    void clear(byte[] source) {
        bytes = source;
        present = 0;
    }

    /** Reads the content of one KeyValue; the value of a key that is not known is not looked into. */
    void read(Cursor cursor, int end) {
        int slot = -1;
        int value = -1;
        int valueEnd = -1;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == KEY) {
                int length = cursor.length(end);
                slot = slotOf(cursor.bytes, cursor.position, length);
                cursor.position += length;
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
        if (slot >= 0) {
            present &= ~(1 << slot);
        }
        if (slot >= 0 && value >= 0) {
            cursor.position = value;
            readValue(cursor, valueEnd, slot);
            cursor.position = end;
        }
    }

    private void readValue(Cursor cursor, int end, int slot) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == STRING) {
                int length = cursor.text(end);
                from[slot] = cursor.position;
                cursor.position += length;
                to[slot] = cursor.position;
                present |= 1 << slot;
            } else if (tag == INT) {
                number[slot] = cursor.varint(end);
                from[slot] = -1;
                to[slot] = -1;
                present |= 1 << slot;
            } else {
                // Another field of the oneof takes the place of the one before.
                if (tag >>> 3 >= 2 && tag >>> 3 <= 8) {
                    present &= ~(1 << slot);
                }
                cursor.skip(tag, end);
            }
        }
    }

    private static int slotOf(byte[] bytes, int from, int length) {
        if (length < SHORTEST || length > LONGEST) {
            return -1;
        }
        for (Key key : KEYS[length]) {
            // Longs first: keys of one length mostly differ there, and the JIT compares them in one instruction.
            boolean mayMatch = length < Long.BYTES || key.first == Cursor.longAt(bytes, from);
            if (mayMatch && Arrays.equals(key.text, 0, length, bytes, from, from + length)) {
                return key.slot;
            }
        }
        return -1;
    }

    boolean has(int attribute) {
        return (present & (1 << attribute | 1 << (attribute + OLD))) != 0;
    }

    /** Hash of the value, 0 when absent. */
    long hash(int attribute) {
        int slot = slot(attribute);
        if (slot < 0) {
            return 0;
        }
        return from[slot] < 0 ? Mix.of(number[slot], 1) : Mix.hash(bytes, from[slot], to[slot] - from[slot]);
    }

    /** The value as text without secrets, empty when absent. */
    String text(int attribute) {
        int slot = slot(attribute);
        if (slot < 0) {
            return "";
        }
        return from[slot] < 0
                ? Long.toString(number[slot])
                : mask.value(NAMES[slot], new String(bytes, from[slot], to[slot] - from[slot], StandardCharsets.UTF_8));
    }

    /** The value as a number; digits in a string count. 0 when absent or not a number. */
    long number(int attribute) {
        int slot = slot(attribute);
        if (slot < 0) {
            return 0;
        }
        if (from[slot] < 0) {
            return number[slot];
        }
        long value = 0;
        for (int at = from[slot]; at < to[slot]; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || value > Integer.MAX_VALUE) {
                return 0;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private int slot(int attribute) {
        if ((present & 1 << attribute) != 0) {
            return attribute;
        }
        return (present & 1 << (attribute + OLD)) != 0 ? attribute + OLD : -1;
    }
}
