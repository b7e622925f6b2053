package io.evenkeel.remediation.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One text for one value: keys ascending by UTF-16 code unit, no blanks, no optional escapes. What is hashed and signed
 * is this text, so the same facts always have the same hash. Whole numbers have no point; NaN and infinities are words.
 */
public final class CanonicalJson {
    private CanonicalJson() {}

    /**
     * @param value null, Boolean, Number, Map with text keys, Collection; anything else is written as its
     *     {@code toString()} (enums, instants, ids)
     */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    /** SHA-256 of the canonical text, 64 lower-case hex digits. */
    public static String hash(@Nullable Object value) {
        return sha256(write(value).getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256, 64 lower-case hex digits. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number number) {
            out.append(number(number));
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, out);
        } else if (value instanceof Collection<?> items) {
            out.append('[');
            String separator = "";
            for (Object item : items) {
                out.append(separator);
                write(item, out);
                separator = ",";
            }
            out.append(']');
        } else {
            writeText(value.toString(), out);
        }
    }

    private static void writeMap(Map<?, ?> map, StringBuilder out) {
        TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, each) -> sorted.put(String.valueOf(key), each));
        out.append('{');
        String separator = "";
        for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
            out.append(separator);
            writeText(entry.getKey(), out);
            out.append(':');
            write(entry.getValue(), out);
            separator = ",";
        }
        out.append('}');
    }

    private static String number(Number number) {
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                return '"' + Double.toString(value) + '"';
            }
            // 2 and 2.0 are one number to every JSON reader, so they are one text here. 2^53: exact in a double.
            if (value == Math.rint(value) && Math.abs(value) < 9.007199254740992E15) {
                return Long.toString((long) value);
            }
            return Double.toString(value);
        }
        return number.toString();
    }

    private static void writeText(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || isLoneSurrogate(text, i)) {
                        out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Half a character has no UTF-8 form: unescaped, all such halves would hash as one question mark. */
    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
