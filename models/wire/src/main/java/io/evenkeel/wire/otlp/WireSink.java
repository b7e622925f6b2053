package io.evenkeel.wire.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing protobuf message. One thread. */
final class WireSink {
    private byte[] bytes;
    private int size;

    WireSink(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    int size() {
        return size;
    }

    void reset() {
        size = 0;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    void varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void fixed32(int value) {
        ensure(4);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void fixed64(long value) {
        ensure(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void raw(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    void raw(WireSink other) {
        raw(other.bytes, 0, other.size);
    }

    void lengthPrefixed(byte[] value) {
        varint(value.length);
        raw(value, 0, value.length);
    }

    void text(String value) {
        lengthPrefixed(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Opens a nested message behind its tag; what follows is its content until {@link #endMessage}. */
    int beginMessage() {
        ensure(1);
        return ++size;
    }

    /** Closes the message opened at {@code start}: its length was not known, so a longer prefix moves the content. */
    void endMessage(int start) {
        int length = size - start;
        int prefix = varintSize(length);
        ensure(prefix);
        System.arraycopy(bytes, start, bytes, start - 1 + prefix, length);
        size = start - 1;
        varint(length);
        size += length;
    }

    static int varintSize(long value) {
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
        }
    }
}
