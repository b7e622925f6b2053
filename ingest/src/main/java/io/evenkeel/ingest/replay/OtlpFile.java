package io.evenkeel.ingest.replay;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of the Collector's file exporter (opentelemetry-collector-contrib, exporter/fileexporter/README.md): JSON, one
 * request a line; or, with {@code format: proto} or a compression, requests each behind their length in four bytes, big
 * endian first, zstd or not. The whole may be packed with gzip. Which one it is, the file's own bytes tell; which signal,
 * JSON tells and protobuf does not.
 * One thread.
 */
public final class OtlpFile implements AutoCloseable {
    /** The door takes no more, so longer is no request of ours. */
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int ZSTD_MAGIC = 0x28B52FFD;
    private static final int PREFIX_BYTES = 4;

    private final Path file;
    private final DataInputStream in;
    private final @Nullable OtlpSignal told;
    private final String option;
    private final boolean lines;
    private long number;

    /**
     * One request.
     *
     * @param number its number in the file, from 1
     * @param body for the door
     */
    public record Request(long number, OtlpSignal signal, BodyFormat format, byte[] body) {}

    /**
     * @param told signal of a protobuf file; null when nobody has told
     * @param option of the command line by which that is told, for the message to who has not
     */
    public OtlpFile(Path file, @Nullable OtlpSignal told, String option) throws IOException {
        this.file = file;
        this.told = told;
        this.option = option;
        InputStream bytes = Files.newInputStream(file);
        try {
            BufferedInputStream plain = unzipped(new BufferedInputStream(bytes, BUFFER_BYTES));
            lines = peek(plain, 1)[0] == '{';
            in = new DataInputStream(plain);
        } catch (IOException e) {
            bytes.close();
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static BufferedInputStream unzipped(BufferedInputStream bytes) throws IOException {
        byte[] start = peek(bytes, 2);
        boolean isGzip = start[0] == (byte) 0x1f && start[1] == (byte) 0x8b;
        return isGzip ? new BufferedInputStream(new GZIPInputStream(bytes, BUFFER_BYTES), BUFFER_BYTES) : bytes;
    }

    /** The first bytes, which stay to be read; zeros behind the end. */
    private static byte[] peek(BufferedInputStream bytes, int count) throws IOException {
        bytes.mark(count);
        byte[] start = Arrays.copyOf(bytes.readNBytes(count), count);
        bytes.reset();
        return start;
    }

    /**
     * The next request, empty at the end.
     *
     * @throws UnreadableRequestException when this one cannot be read and the next may be: a line of JSON that is none
     * @throws IOException naming file and request when the bytes are none of the formats, or the signal is unknown
     */
    public Optional<Request> next() throws IOException {
        number++;
        byte[] body = lines ? line() : message();
        if (body == null) {
            return Optional.empty();
        }
        boolean json = body.length > 0 && body[0] == '{';
        OtlpSignal signal = json ? signalOf(body) : lines ? null : told;
        if (signal == null && (json || lines)) {
            throw new UnreadableRequestException(file + ": request " + number + " is neither metrics, traces nor logs");
        }
        if (signal == null) {
            throw trouble("is protobuf, which does not say what it holds; name it with " + option);
        }
        return Optional.of(new Request(number, signal, json ? BodyFormat.JSON : BodyFormat.PROTOBUF, body));
    }

    private byte @Nullable [] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            if (line.size() == MOST_BYTES) {
                throw trouble("is longer than " + MOST_BYTES + " bytes");
            }
            line.write(next);
            next = in.read();
        }
        return next < 0 && line.size() == 0 ? null : line.toByteArray();
    }

    private byte @Nullable [] message() throws IOException {
        byte[] prefix = in.readNBytes(PREFIX_BYTES);
        if (prefix.length == 0) {
            return null;
        }
        byte[] packed;
        try {
            int length = new DataInputStream(new ByteArrayInputStream(prefix)).readInt();
            if (length < 0 || length > MOST_BYTES) {
                throw trouble("announces " + Integer.toUnsignedLong(length)
                        + " bytes: the file is none of a file exporter, or begins within a request");
            }
            packed = new byte[length];
            in.readFully(packed);
        } catch (EOFException e) {
            throw trouble("is cut short", e);
        }
        boolean isZstd = packed.length > PREFIX_BYTES
                && new DataInputStream(new ByteArrayInputStream(packed)).readInt() == ZSTD_MAGIC;
        return isZstd ? unpacked(packed) : packed;
    }

    private byte[] unpacked(byte[] packed) throws IOException {
        try (InputStream zstd = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(packed))) {
            byte[] body = zstd.readNBytes(MOST_BYTES + 1);
            if (body.length > MOST_BYTES) {
                throw trouble("is longer than " + MOST_BYTES + " bytes");
            }
            return body;
        }
    }

    /** The first key of the object is its only one. */
    private static @Nullable OtlpSignal signalOf(byte[] json) {
        String start = new String(json, 0, Math.min(json.length, 64), StandardCharsets.UTF_8);
        return start.contains("\"resourceMetrics\"")
                ? OtlpSignal.METRICS
                : start.contains("\"resourceSpans\"")
                        ? OtlpSignal.SPANS
                        : start.contains("\"resourceLogs\"") ? OtlpSignal.LOGS : null;
    }

    private IOException trouble(String what) {
        return trouble(what, null);
    }

    private IOException trouble(String what, @Nullable Throwable cause) {
        return new IOException(file + ": request " + number + " " + what, cause);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
