package io.evenkeel.remediation.runbook;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills {@code ${NAME}} in the catalogue's and the routes' texts from the environment, and {@code ${data-dir}} from the
 * launcher. An unknown name is a problem with its line, never an empty text.
 */
public final class Expansion {
    private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_-]*)}");

    private final Function<String, @Nullable String> values;

    /**
     * @param values value of a name, null when it has none
     */
    public Expansion(Function<String, @Nullable String> values) {
        this.values = values;
    }

    public String expand(YamlMap map, String key, String text) {
        Matcher matcher = NAME.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String value = values.apply(matcher.group(1));
            if (value == null) {
                map.problem(
                        key,
                        "'${" + matcher.group(1) + "}' has no value",
                        "a variable of the environment, or ${data-dir}",
                        "set it before the start");
                value = "";
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(expanded);
        return expanded.toString();
    }
}
