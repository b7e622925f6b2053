package io.evenkeel.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens that open the door, one sender a line: {@code name sha256:HEX [bytes/s=N]}. Only the hash of a token
 * is kept; one that {@link #newToken} draws has 256 random bits, which no list of words reaches, so a plain hash
 * suffices. Compared in constant time, never printed. Immutable but for the limits; safe for any thread.
 */
public final class SenderTokens {
    private static final Pattern LINE = Pattern.compile(
            "(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,63})\\s+sha256:(?<hash>[0-9a-fA-F]{64})(?:\\s+bytes/s=(?<limit>[1-9][0-9]{0,14}))?");
    private static final String SCHEME = "bearer ";
    private static final int TOKEN_BYTES = 32;

    private final List<Entry> entries;

    private record Entry(byte[] hash, Sender sender) {}

    private SenderTokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Where it names no sender nobody is let in; a door is not opened so, for the file may be the wrong one, but one that
     * stands open is shut so.
     *
     * @param lines of a token file; empty ones and those that begin with # are passed by
     * @param before whose senders keep what they have used of their limits; null at the start
     * @throws IllegalArgumentException naming the first line that is none, and never its content; at the start also when
     *     there is no sender
     */
    public static SenderTokens parse(List<String> lines, @Nullable SenderTokens before) {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("line " + (i + 1)
                        + " is not NAME sha256:HASH [bytes/s=N]; add senders with evenkeel token add");
            }
            String name = matcher.group("name");
            if (!names.add(name)) {
                throw new IllegalArgumentException("line " + (i + 1) + " names " + name + " a second time");
            }
            String limit = matcher.group("limit");
            entries.add(new Entry(
                    HexFormat.of().parseHex(matcher.group("hash").toLowerCase(Locale.ROOT)),
                    sender(name, limit == null ? 0 : Long.parseLong(limit), before)));
        }
        if (entries.isEmpty() && before == null) {
            throw new IllegalArgumentException("it names no sender; add one with evenkeel token add");
        }
        return new SenderTokens(entries);
    }

    private static Sender sender(String name, long bytesPerSecond, @Nullable SenderTokens before) {
        if (before != null) {
            for (Entry entry : before.entries) {
                Sender known = entry.sender;
                if (known.name().equals(name) && known.limit().bytesPerSecond() == bytesPerSecond) {
                    return known;
                }
            }
        }
        return new Sender(name, new RateLimit(bytesPerSecond));
    }

    /**
     * Who shows a token; looks at all of them whichever fits, so that the time tells nothing.
     *
     * @param authorization Authorization header, null when absent
     */
    Optional<Sender> shownBy(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        byte[] shown = hash(authorization.substring(SCHEME.length()).strip());
        Sender found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, shown)) {
                found = entry.sender;
            }
        }
        return Optional.ofNullable(found);
    }

    /** A token nobody can guess, for a header. */
    public static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /**
     * The line that lets a token in.
     *
     * @param bytesPerSecond 0 = no limit
     */
    public static String line(String name, String token, long bytesPerSecond) {
        String line = name + " sha256:" + HexFormat.of().formatHex(hash(token));
        String limited = bytesPerSecond == 0 ? line : line + " bytes/s=" + bytesPerSecond;
        if (!LINE.matcher(limited).matches()) {
            throw new IllegalArgumentException(
                    "a sender's name has letters, digits, dots, hyphens and underscores, at most 64");
        }
        return limited;
    }

    /** True when nobody is let in. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "SenderTokens[" + entries.size() + "]";
    }
}
