package io.evenkeel.console.text;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Ids inside a path. Signal ids hold slashes, bars and per cent signs, which servers and proxies refuse or rewrite in a
 * path even when encoded; such ids travel as {@code ~} and base64url, all others as they are.
 */
public final class UrlId {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

    private UrlId() {}

    public static String encode(String id) {
        if (PLAIN.matcher(id).matches()) {
            return id;
        }
        return '~' + Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The id; empty if the text starts with {@code ~} and is not base64url after it, or names an id with NUL, which
     * PostgreSQL cannot hold.
     */
    public static Optional<String> decode(String encoded) {
        if (!encoded.startsWith("~")) {
            return Optional.of(encoded);
        }
        try {
            byte[] id = Base64.getUrlDecoder().decode(encoded.substring(1));
            return Optional.of(new String(id, StandardCharsets.UTF_8)).filter(text -> text.indexOf(0) < 0);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
