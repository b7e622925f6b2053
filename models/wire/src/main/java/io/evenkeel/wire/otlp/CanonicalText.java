package io.evenkeel.wire.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads {@link CanonicalForm} back for people: {@code k=v,k2=v2}. In it {@code %}, {@code ,}, the {@code =} of a key and
 * control characters are percent-encoded: two different attribute sets never read alike by accident of punctuation, and
 * a NUL never reaches a database column that refuses it.
 */
final class CanonicalText {
    /** Longer attribute texts are cut and end in a hash of the whole, so that they stay distinct. */
    static final int MAX_LENGTH = 1024;

    private static final String CUT = "…#";

    private final byte[] bytes;
    private int at;

    CanonicalText(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** The attributes that start here. */
    String attributes() {
        int from = at;
        StringBuilder out = new StringBuilder();
        appendAttributes(out);
        return bounded(out, from);
    }

    /** A metric's name or unit: a pathological one is cut as attributes are, {@code %} is a unit and stays. */
    String readHeader() {
        int from = at;
        String text = readText();
        return PlainText.of(bounded(new StringBuilder(text), from), MAX_LENGTH);
    }

    private String bounded(StringBuilder text, int from) {
        if (text.length() <= MAX_LENGTH) {
            return text.toString();
        }
        String hash = Long.toHexString(Mix.hash(bytes, from, at - from));
        text.setLength(PlainText.wholeCharacters(text, MAX_LENGTH - CUT.length() - hash.length()));
        return text.append(CUT).append(hash).toString();
    }

    int readInt() {
        int value = bytes[at] & 0xff
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
        at += Integer.BYTES;
        return value;
    }

    String readText() {
        int length = readInt();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /** One value as a name or fact: a string as it is, an integer in digits; other kinds name nothing and are empty. */
    String readName() {
        if (bytes[at] == 's') {
            at++;
            return readText();
        }
        boolean isNumber = bytes[at] == 'i';
        StringBuilder out = new StringBuilder();
        appendValue(out);
        return isNumber ? out.toString() : "";
    }

    private void appendAttributes(StringBuilder out) {
        int count = readInt();
        for (int entry = 0; entry < count; entry++) {
            if (entry > 0) {
                out.append(',');
            }
            appendEscaped(out, readText(), true);
            out.append('=');
            appendValue(out);
        }
    }

    private void appendValue(StringBuilder out) {
        byte kind = bytes[at++];
        switch (kind) {
            case 's' -> appendEscaped(out, readText(), false);
            case 'b' -> out.append(bytes[at++] == 1);
            case 'i' -> out.append(readLong());
            case 'd' -> out.append(Double.longBitsToDouble(readLong()));
            case 'y' -> appendHex(out);
            case 'a' -> {
                int count = readInt();
                out.append('[');
                for (int element = 0; element < count; element++) {
                    if (element > 0) {
                        out.append(' ');
                    }
                    appendValue(out);
                }
                out.append(']');
            }
            case 'k' -> {
                out.append('{');
                appendAttributes(out);
                out.append('}');
            }
            case 'e' -> {}
            default -> throw new IllegalStateException("no kind of value: " + kind);
        }
    }

    private long readLong() {
        long low = readInt() & 0xffffffffL;
        return low | (long) readInt() << 32;
    }

    private void appendHex(StringBuilder out) {
        int length = readInt();
        out.append("0x");
        for (int end = at + length; at < end; at++) {
            out.append(String.format(Locale.ROOT, "%02x", bytes[at]));
        }
    }

    private static void appendEscaped(StringBuilder out, String text, boolean key) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f || c == '%' || c == ',' || (key && c == '=')) {
                out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            } else {
                out.append(c);
            }
        }
    }
}
