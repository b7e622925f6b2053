package io.evenkeel.ingest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/**
 * Goes through a body's zstd frames by their block headers, without unpacking them (RFC 8878, 3.1), so that only frames
 * of that format reach the native decoder: it also knows formats from before 2016, whose decoders nobody tends any more.
 * Pure.
 */
final class ZstdFrames {
    private static final int MAGIC = 0xFD2FB528;
    /** The last digit of a skippable frame's magic number may be anything. */
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;

    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    private static final int SINGLE_SEGMENT = 0x20;
    private static final int CHECKSUM = 0x04;
    private static final int RLE = 1;

    private final InputStream in;

    private ZstdFrames(InputStream in) {
        this.in = in;
    }

    /**
     * @throws ZipException when something in it is no zstd frame
     * @throws EOFException when the last frame is cut short
     */
    static void check(InputStream body) throws IOException {
        ZstdFrames frames = new ZstdFrames(body);
        for (int first = body.read(); first >= 0; first = body.read()) {
            frames.frame(first | (int) frames.littleEndian(3) << 8);
        }
    }

    private void frame(int magic) throws IOException {
        if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
            in.skipNBytes(littleEndian(4));
        } else if (magic == MAGIC) {
            int descriptor = (int) littleEndian(1);
            in.skipNBytes(headerBytes(descriptor));
            blocks();
            in.skipNBytes((descriptor & CHECKSUM) == 0 ? 0 : 4);
        } else {
            throw new ZipException("not a zstd frame");
        }
    }

    /** Window descriptor, dictionary id and content size, behind the frame header's descriptor. */
    private static int headerBytes(int descriptor) {
        boolean single = (descriptor & SINGLE_SEGMENT) != 0;
        int sizeFlag = descriptor >>> 6;
        int contentSize = sizeFlag == 0 ? (single ? 1 : 0) : 1 << sizeFlag;
        int dictionary = (descriptor & 3) == 3 ? 4 : descriptor & 3;
        return (single ? 0 : 1) + dictionary + contentSize;
    }

    private void blocks() throws IOException {
        boolean last = false;
        while (!last) {
            int header = (int) littleEndian(3);
            last = (header & 1) != 0;
            in.skipNBytes((header >>> 1 & 3) == RLE ? 1 : header >>> 3);
        }
    }

    private long littleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("a frame is cut short");
            }
            value |= (long) next << 8 * i;
        }
        return value;
    }
}
