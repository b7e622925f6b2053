package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads protobuf wire format (protobuf.dev, "Encoding") from a byte array, without objects. Each read is given the end
 * of the message it is in and never passes it. A field whose wire type is not the expected one is skipped like an
 * unknown field, as generated classes do: callers compare whole tags (field number × 8 + wire type).
 */
final class Cursor {
    /** Deepest nesting of attribute values and of unknown groups. Generated classes stop at 100 messages. */
    static final int MAX_DEPTH = 24;

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int GROUP = 3;
    static final int GROUP_END = 4;
    static final int FIXED32 = 5;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    byte[] bytes = {};
    int position;

    void open(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    /** The next tag; the caller has seen that the position is before the end. */
    int tag(int end) {
        int first = bytes[position];
        if (first >= 8) {
            position++;
            return first;
        }
        int tag = (int) varint(end);
        if (tag >>> 3 == 0) {
            throw malformed(Reason.INVALID_TAG);
        }
        return tag;
    }

    /** Length of a delimited field, of which all bytes lie before the end; the position is then at its first byte. */
    int length(int end) {
        int length = position < end ? bytes[position] : -1;
        if (length >= 0) {
            position++;
        } else {
            length = (int) varint(end);
        }
        if (length < 0 || length > end - position) {
            throw malformed(Reason.TRUNCATED);
        }
        return length;
    }

    long varint(int end) {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (position >= end) {
                throw malformed(Reason.TRUNCATED);
            }
            byte next = bytes[position++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed(Reason.MALFORMED_VARINT);
    }

    /** A {@code sint32}. */
    int zigzag32(int end) {
        int raw = (int) varint(end);
        return (raw >>> 1) ^ -(raw & 1);
    }

    long fixed64(int end) {
        if (end - position < Long.BYTES) {
            throw malformed(Reason.TRUNCATED);
        }
        long value = (long) LONGS.get(bytes, position);
        position += Long.BYTES;
        return value;
    }

    double real(int end) {
        return Double.longBitsToDouble(fixed64(end));
    }

    /** Eight bytes as little-endian, at a position the caller has checked. */
    static long longAt(byte[] bytes, int position) {
        return (long) LONGS.get(bytes, position);
    }

    /** Passes over the value of a field whose tag was just read. */
    void skip(int tag, int end) {
        switch (tag & 7) {
            case VARINT -> varint(end);
            case FIXED64 -> advance(Long.BYTES, end);
            case LENGTH -> {
                int length = length(end);
                position += length;
            }
            case GROUP -> skipGroup(tag, end);
            case FIXED32 -> advance(Integer.BYTES, end);
            default -> throw malformed(Reason.INVALID_TAG);
        }
    }

    private void advance(int count, int end) {
        if (end - position < count) {
            throw malformed(Reason.TRUNCATED);
        }
        position += count;
    }

    /** Groups left proto3 long ago but are legal unknown fields. */
    private void skipGroup(int startTag, int end) {
        int[] open = new int[MAX_DEPTH];
        int depth = 0;
        open[depth++] = startTag >>> 3;
        while (depth > 0) {
            if (position >= end) {
                throw malformed(Reason.TRUNCATED);
            }
            int tag = tag(end);
            if ((tag & 7) == GROUP_END) {
                depth--;
                if (open[depth] != tag >>> 3) {
                    throw malformed(Reason.INVALID_TAG);
                }
            } else if ((tag & 7) == GROUP) {
                if (depth == MAX_DEPTH) {
                    throw malformed(Reason.TOO_DEEP);
                }
                open[depth++] = tag >>> 3;
            } else {
                skip(tag, end);
            }
        }
    }

    /** Reads the length of a string field, checks that it is UTF-8 and leaves the position at its first byte. */
    int text(int end) {
        int length = length(end);
        if (!Utf8.isValid(bytes, position, position + length)) {
            throw malformed(Reason.INVALID_UTF8);
        }
        return length;
    }

    MalformedOtlp malformed(Reason reason) {
        return new MalformedOtlp(reason, position);
    }
}
