package io.evenkeel.wire.otlp;

import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads protobuf wire format off an array without ever leaving the message it stands in: every read checks against
 * {@link #end}, no length is believed before it is compared with what is there. One thread.
 */
final class WireBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    final byte[] bytes;
    int position;
    /** First index behind the message that is being read. */
    int end;

    WireBytes(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    int readTag() throws MalformedRequestException {
        long tag = readVarint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw malformed("a field number is out of range");
        }
        return (int) tag;
    }

    long readVarint() throws MalformedRequestException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw truncated();
            }
            byte next = bytes[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("a number is longer than ten bytes");
    }

    /** Reads a length prefix; what it announces is there. */
    int readLength() throws MalformedRequestException {
        long length = readVarint();
        if (length < 0 || length > end - position) {
            throw truncated();
        }
        return (int) length;
    }

    long readFixed64() throws MalformedRequestException {
        long value = position + 8 <= end ? (long) LONGS.get(bytes, position) : 0;
        skip(8);
        return value;
    }

    void skip(int length) throws MalformedRequestException {
        if (length > end - position) {
            throw truncated();
        }
        position += length;
    }

    /** Steps over a value of a field that needs no check. Groups (wire types 3 and 4) never occur in OTLP. */
    void skipValue(int wireType) throws MalformedRequestException {
        switch (wireType) {
            case WireFormat.WIRETYPE_VARINT -> readVarint();
            case WireFormat.WIRETYPE_FIXED64 -> skip(8);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> skip(readLength());
            case WireFormat.WIRETYPE_FIXED32 -> skip(4);
            default -> throw malformed("wire type " + wireType + " is none that OTLP uses");
        }
    }

    /** Reads a string field's value, which proto3 wants in UTF-8. */
    void skipText(String field) throws MalformedRequestException {
        int length = readLength();
        int from = position;
        position += length;
        int at = from;
        while (at + 8 <= position && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        while (at < position && bytes[at] >= 0) {
            at++;
        }
        if (at < position
                && !UnsafeByteOperations.unsafeWrap(bytes, at, position - at).isValidUtf8()) {
            throw malformed(field + " is not UTF-8");
        }
    }

    MalformedRequestException truncated() {
        return malformed("the message ends within a field");
    }

    MalformedRequestException malformed(String what) {
        return new MalformedRequestException("invalid protobuf at byte " + position + ": " + what);
    }
}
