package io.evenkeel.ingest;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.evenkeel.ingest.ByteBudget.Claim;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Makes one body of what arrived: joins the pieces, opens the gRPC frame, decompresses. No byte is unpacked that the
 * budget has not granted, and unpacking stops at the size limit: a bomb costs the limit at most, not what it claims; a
 * zstd window is at most the 8 MiB that RFC 9659 allows a content encoding. Pure but for the claim; safe for any thread.
 */
public final class BodyUnpacker {
    /** gRPC over HTTP/2, "Length-Prefixed-Message": one flag byte, four bytes of length. */
    public static final int GRPC_PREFIX_BYTES = 5;

    private static final int PIECE = 64 * 1024;
    /** RFC 9659, 3: 8 MiB. */
    private static final int ZSTD_WINDOW_LOG = 23;

    private final int maxBytes;
    private final Admission admission;

    public BodyUnpacker(int maxBytes, Admission admission) {
        this.maxBytes = maxBytes;
        this.admission = admission;
    }

    /**
     * The whole body, or why there is none.
     *
     * @param pieces the body as it arrived, in order; their bytes are already claimed
     * @param claim grows by what decompression adds
     */
    public Verdict<byte[]> unpack(Entrance entrance, List<byte[]> pieces, Claim claim) {
        if (!entrance.grpc()) {
            return entrance.compression() == Compression.NONE
                    ? Verdict.accepted(join(pieces))
                    : inflate(entrance.compression(), pieces, 0, claim);
        }
        byte[] frame = join(pieces);
        if (frame.length < GRPC_PREFIX_BYTES || frame.length - GRPC_PREFIX_BYTES != lengthOf(frame)) {
            return Verdict.refused(Refusal.MALFORMED, "the body is not exactly one gRPC message");
        }
        if (frame[0] == 0) {
            byte[] message = new byte[frame.length - GRPC_PREFIX_BYTES];
            System.arraycopy(frame, GRPC_PREFIX_BYTES, message, 0, message.length);
            return Verdict.accepted(message);
        }
        if (entrance.compression() == Compression.NONE) {
            return Verdict.refused(Refusal.MALFORMED, "a compressed gRPC message without grpc-encoding");
        }
        return inflate(entrance.compression(), List.of(frame), GRPC_PREFIX_BYTES, claim);
    }

    private static long lengthOf(byte[] frame) {
        return ByteBuffer.wrap(frame, 1, Integer.BYTES).getInt() & 0xffff_ffffL;
    }

    private Verdict<byte[]> inflate(Compression compression, List<byte[]> packed, int skip, Claim claim) {
        List<byte[]> pieces = new ArrayList<>();
        long total = 0;
        try (InputStream unpacked = unpacked(compression, packed, skip)) {
            while (true) {
                byte[] piece = unpacked.readNBytes(PIECE);
                total += piece.length;
                if (total > maxBytes) {
                    return admission.tooLarge();
                }
                if (!claim.grow(piece.length)) {
                    return Verdict.refused(Refusal.TOO_BUSY, "too many bytes in flight");
                }
                pieces.add(piece);
                if (piece.length < PIECE) {
                    return Verdict.accepted(join(pieces));
                }
            }
        } catch (IOException e) {
            // ZipException or ZstdIOException for broken data, EOFException for a body cut short.
            String name = compression.name().toLowerCase(Locale.ROOT);
            return Verdict.refused(Refusal.CORRUPT_COMPRESSION, "the " + name + " body is corrupt: " + e.getMessage());
        }
    }

    private static InputStream unpacked(Compression compression, List<byte[]> packed, int skip) throws IOException {
        return switch (compression) {
            case NONE -> streamOf(packed, skip);
            case GZIP -> new GZIPInputStream(streamOf(packed, skip), PIECE);
            case ZSTD -> {
                ZstdFrames.check(streamOf(packed, skip));
                yield new ZstdInputStreamNoFinalizer(streamOf(packed, skip)).setLongMax(ZSTD_WINDOW_LOG);
            }
        };
    }

    private static InputStream streamOf(List<byte[]> packed, int skip) {
        if (packed.size() == 1) {
            byte[] only = packed.get(0);
            return new ByteArrayInputStream(only, skip, only.length - skip);
        }
        return new SequenceInputStream(Collections.enumeration(
                packed.stream().map(ByteArrayInputStream::new).toList()));
    }

    private static byte[] join(List<byte[]> pieces) {
        if (pieces.size() == 1) {
            return pieces.get(0);
        }
        byte[] whole = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, whole, at, piece.length);
            at += piece.length;
        }
        return whole;
    }
}
