package io.evenkeel.testbed.past;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in the protobuf wire format (protobuf.dev, "Encoding"), as much of it as metrics need. The bed knows nothing of
 * Evenkeel, so it brings its own. Owned by one thread.
 */
final class OtlpBytes {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;

    private byte[] bytes = new byte[512];
    private int size;

    OtlpBytes fixed64(int field, long value) {
        varint((long) field << 3 | FIXED64);
        return fixed(value);
    }

    OtlpBytes decimal(int field, double value) {
        return fixed64(field, Double.doubleToRawLongBits(value));
    }

    OtlpBytes number(int field, long value) {
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    OtlpBytes text(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, utf8, utf8.length);
    }

    OtlpBytes message(int field, OtlpBytes message) {
        return bytes(field, message.bytes, message.size);
    }

    OtlpBytes packed(int field, long[] values) {
        head(field, 8 * values.length);
        for (long value : values) {
            fixed(value);
        }
        return this;
    }

    OtlpBytes packed(int field, double[] values) {
        head(field, 8 * values.length);
        for (double value : values) {
            fixed(Double.doubleToRawLongBits(value));
        }
        return this;
    }

    /** Appends what another holds, fields and all. */
    OtlpBytes all(OtlpBytes other) {
        append(other.bytes, other.size);
        return this;
    }

    /** {@code common.v1.KeyValue} with a text as value. */
    OtlpBytes attribute(int field, String key, String value) {
        return message(field, new OtlpBytes().text(1, key).message(2, new OtlpBytes().text(1, value)));
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    OtlpBytes clear() {
        size = 0;
        return this;
    }

    private OtlpBytes bytes(int field, byte[] value, int length) {
        head(field, length);
        append(value, length);
        return this;
    }

    private void head(int field, int length) {
        varint((long) field << 3 | BYTES);
        varint(length);
    }

    private void append(byte[] value, int length) {
        ensure(length);
        System.arraycopy(value, 0, bytes, size, length);
        size += length;
    }

    private OtlpBytes fixed(long value) {
        ensure(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    private void varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }
}
