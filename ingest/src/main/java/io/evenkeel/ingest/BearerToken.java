package io.evenkeel.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The secret that senders beyond loopback show. Compared in constant time, never printed. */
public final class BearerToken {
    /** Below this a token could be guessed over a network; 16 characters of base64 are 96 bits. */
    public static final int MIN_LENGTH = 16;

    private static final String SCHEME = "bearer ";

    private final byte[] secret;

    public BearerToken(String secret) {
        String trimmed = secret.strip();
        if (trimmed.length() < MIN_LENGTH) {
            throw new IllegalArgumentException("a bearer token has at least " + MIN_LENGTH + " characters");
        }
        this.secret = trimmed.getBytes(StandardCharsets.UTF_8);
    }

    /** @param authorization Authorization header, null when absent */
    boolean isShownBy(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] shown = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(secret, shown);
    }

    @Override
    public String toString() {
        return "BearerToken[hidden]";
    }
}
