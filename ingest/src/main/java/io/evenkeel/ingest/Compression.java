package io.evenkeel.ingest;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a body is compressed, as Content-Encoding or grpc-encoding names it. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD;

    /** What the door takes, as grpc-accept-encoding lists it. */
    public static final String ACCEPTED = "identity,gzip,zstd";

    /**
     * @param encoding value of the header, null when absent
     * @return empty for one that the door does not take
     */
    static Optional<Compression> of(@Nullable String encoding) {
        String name = encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "", "identity", "none" -> Optional.of(NONE);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "zstd" -> Optional.of(ZSTD);
            default -> Optional.empty();
        };
    }
}
