package io.evenkeel.wire.otlp;

/**
 * Texts out of telemetry as state, topics and database columns can hold them: of bounded length, without half a
 * character at the cut (JSON has no form for a lone surrogate) and without control characters (PostgreSQL refuses a NUL
 * in text). Whatever an exporter sends, no text of it may stop the job.
 */
final class PlainText {
    private PlainText() {}

    /** The text itself, or as much of it as fits, control characters replaced by {@code ?}. */
    static String of(String text, int mostLength) {
        String cut = text.length() <= mostLength ? text : text.substring(0, wholeCharacters(text, mostLength));
        for (int i = 0; i < cut.length(); i++) {
            if (isControl(cut.charAt(i))) {
                return replaced(cut, i);
            }
        }
        return cut;
    }

    /** The largest length up to the given one that splits no character. */
    static int wholeCharacters(CharSequence text, int length) {
        return length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    }

    private static String replaced(String text, int first) {
        char[] plain = text.toCharArray();
        for (int i = first; i < plain.length; i++) {
            plain[i] = isControl(plain[i]) ? '?' : plain[i];
        }
        return new String(plain);
    }

    private static boolean isControl(char c) {
        return c < ' ' || c == 0x7f;
    }
}
