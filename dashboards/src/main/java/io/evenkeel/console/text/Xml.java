package io.evenkeel.console.text;

/** Escapes text for markup. Every name that came from telemetry passes here before it is drawn. */
public final class Xml {
    private Xml() {}

    /** Safe in element content and in quoted attributes; control characters that XML forbids become a visible mark. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < 0x20 && c != '\t' && c != '\n' ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }
}
