package io.evenkeel.console.text;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets a few plain tags of a rendered document through and turns everything else into visible text. The writer of
 * postmortems escapes already; this is the second lock, so that a mistake there shows as odd text and never runs.
 */
public final class SafeHtml {
    private static final Set<String> TAGS = Set.of(
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "ul",
            "ol",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "strong",
            "em",
            "code",
            "pre",
            "blockquote",
            "br",
            "hr",
            "del",
            "sup",
            "sub",
            "section",
            "div",
            "span",
            "a");
    /** A tag with nothing but an optional id, href, rel, align or start in plain characters. */
    private static final Pattern TAG = Pattern.compile(
            "<(/?)([a-zA-Z][a-zA-Z0-9]{0,10})((?:\\s+(?:id|href|rel|align|start|name)=\"[^\"<>]*\"){0,4})\\s*(/?)>");

    private static final Pattern ATTRIBUTE = Pattern.compile("\\s+(id|href|rel|align|start|name)=\"([^\"<>]*)\"");
    private static final Pattern HREF = Pattern.compile("(?:https?://|/(?!/)|#)[^\\s\"'<>\\\\]*");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_:.-]{1,128}");

    private SafeHtml() {}

    public static String clean(String html) {
        StringBuilder clean = new StringBuilder(html.length() + 64);
        Matcher tag = TAG.matcher(html);
        int done = 0;
        while (tag.find()) {
            String name = tag.group(2).toLowerCase(java.util.Locale.ROOT);
            if (!TAGS.contains(name)) {
                continue;
            }
            escapeAngles(clean, html, done, tag.start());
            clean.append('<').append(tag.group(1)).append(name);
            appendAttributes(clean, tag.group(3));
            clean.append('>');
            done = tag.end();
        }
        escapeAngles(clean, html, done, html.length());
        return clean.toString();
    }

    private static void appendAttributes(StringBuilder clean, String attributes) {
        Matcher attribute = ATTRIBUTE.matcher(attributes);
        while (attribute.find()) {
            Pattern allowed = attribute.group(1).equals("href") ? HREF : PLAIN;
            if (allowed.matcher(attribute.group(2)).matches()) {
                clean.append(' ')
                        .append(attribute.group(1))
                        .append("=\"")
                        .append(attribute.group(2))
                        .append('"');
            }
        }
    }

    private static void escapeAngles(StringBuilder clean, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '<') {
                clean.append("&lt;");
            } else if (c == '>') {
                clean.append("&gt;");
            } else {
                clean.append(c);
            }
        }
    }
}
