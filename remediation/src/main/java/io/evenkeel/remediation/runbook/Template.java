package io.evenkeel.remediation.runbook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Inserts parameters where a file says <code>{{name}}</code>. A field that is nothing else takes the typed value; inside
 * a longer text it becomes part of that text. Only values of JSON fields are filled: keys, paths and code never.
 */
public final class Template {
    private static final Pattern HOLE = Pattern.compile("\\{\\{\\s*([A-Za-z][A-Za-z0-9_]*)\\s*}}");

    private Template() {}

    /** Names used anywhere in the value. */
    static void names(@Nullable Object value, Set<String> into) {
        if (value instanceof String text) {
            Matcher matcher = HOLE.matcher(text);
            while (matcher.find()) {
                into.add(matcher.group(1));
            }
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(each -> names(each, into));
        } else if (value instanceof List<?> list) {
            list.forEach(each -> names(each, into));
        }
    }

    static boolean hasHole(String text) {
        return text.contains("{{");
    }

    /** The value with its holes filled. Unknown names cannot be here: the file was checked. */
    public static @Nullable Object fill(@Nullable Object value, Map<String, Object> parameters) {
        if (value instanceof String text) {
            return fillText(text, parameters);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> filled = new LinkedHashMap<>();
            map.forEach((key, each) -> filled.put(String.valueOf(key), fill(each, parameters)));
            return filled;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> filled = new ArrayList<>();
            list.forEach(each -> filled.add(fill(each, parameters)));
            return filled;
        }
        return value;
    }

    private static Object fillText(String text, Map<String, Object> parameters) {
        Matcher whole = HOLE.matcher(text);
        if (whole.matches()) {
            return value(whole.group(1), parameters);
        }
        Matcher matcher = HOLE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(
                    filled,
                    Matcher.quoteReplacement(value(matcher.group(1), parameters).toString()));
        }
        matcher.appendTail(filled);
        return filled.toString();
    }

    private static Object value(String name, Map<String, Object> parameters) {
        Object value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("parameter '" + name + "' has no value");
        }
        return value;
    }
}
