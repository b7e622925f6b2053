package io.evenkeel.remediation.postmortem;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Builds Markdown in which stored text can never become markup, and links that lead to stored rows. */
final class Markdown {
    private static final Pattern SPECIAL = Pattern.compile("([\\\\`*_\\[\\]<>|#~])");
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");
    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

    private final StringBuilder text = new StringBuilder();

    static String escape(String raw) {
        return SPECIAL.matcher(LINE_BREAK.matcher(raw).replaceAll(" ")).replaceAll("\\\\$1");
    }

    /** A link whose words are escaped and whose target is one of our own paths. */
    static String link(String words, String path) {
        return "[" + escape(words) + "](" + path + ")";
    }

    /** Ids inside a path, as the console reads them: plain, or {@code ~} and base64url. */
    static String pathId(String id) {
        if (PLAIN_ID.matcher(id).matches()) {
            return id;
        }
        return '~' + Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }

    Markdown heading(int level, String words) {
        return blank().raw("#".repeat(level) + " " + escape(words)).blank();
    }

    Markdown paragraph(String markdown) {
        return blank().raw(markdown).blank();
    }

    Markdown bullet(String markdown) {
        return raw("- " + markdown);
    }

    Markdown table(String... columns) {
        blank().raw("| " + String.join(" | ", columns) + " |");
        return raw("|" + " --- |".repeat(columns.length));
    }

    Markdown row(String... cells) {
        return raw("| " + String.join(" | ", cells) + " |");
    }

    private Markdown blank() {
        int length = text.length();
        if (length > 1 && text.charAt(length - 1) == '\n' && text.charAt(length - 2) != '\n') {
            text.append('\n');
        }
        return this;
    }

    private Markdown raw(String line) {
        text.append(line).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString().strip() + "\n";
    }
}
