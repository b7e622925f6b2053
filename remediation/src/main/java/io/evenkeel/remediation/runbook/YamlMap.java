package io.evenkeel.remediation.runbook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the keys of one mapping by name and type. What is missing or wrong becomes a located problem and a harmless
 * value, so that one pass finds all of it; {@link #finish()} reports the keys that nobody asked for.
 *
 * <p>For one thread.
 */
public final class YamlMap {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private final YamlNode.Mapping node;
    private final String name;
    private final Problems problems;
    private final Set<String> known = new HashSet<>();

    private YamlMap(YamlNode.Mapping node, String name, Problems problems) {
        this.node = node;
        this.name = name;
        this.problems = problems;
    }

    /**
     * @param name what the mapping is, for messages, for example {@code step flush-cache}
     */
    public static YamlMap of(YamlNode node, String name, Problems problems) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new YamlMap(mapping, name, problems);
        }
        problems.add(node, name + " is " + node.kind(), "a mapping (key: value)", "check the indent");
        YamlMap empty =
                new YamlMap(new YamlNode.Mapping(node.file(), node.line(), Map.of(), Map.of()), name, new Problems());
        return empty;
    }

    public YamlNode.Mapping node() {
        return node;
    }

    public int line() {
        return node.line();
    }

    /** Keys in file order. */
    public List<String> keys() {
        return List.copyOf(node.entries().keySet());
    }

    public boolean has(String key) {
        return node.entries().containsKey(key);
    }

    /** Line of the key's value, or of the mapping when it is absent. */
    public int lineOf(String key) {
        YamlNode value = node.entries().get(key);
        return value == null ? node.line() : value.line();
    }

    public Optional<YamlNode> optional(String key) {
        known.add(key);
        return Optional.ofNullable(node.entries().get(key));
    }

    /** The value; a problem and empty when it is missing. */
    public Optional<YamlNode> required(String key, String expected) {
        Optional<YamlNode> value = optional(key);
        if (value.isEmpty()) {
            problems.add(node, name + " has no '" + key + "'", expected, "add '" + key + ":'");
        }
        return value;
    }

    /** A text that must be there; empty after a problem. Numbers and booleans count as the text that was written. */
    public String text(String key) {
        return required(key, "a text").flatMap(value -> textOf(value, key)).orElse("");
    }

    public Optional<String> optionalText(String key) {
        return optional(key).flatMap(value -> textOf(value, key));
    }

    public String text(String key, String otherwise) {
        return optionalText(key).orElse(otherwise);
    }

    /** A whole number between min and max, both included. */
    public int integer(String key, int min, int max, int otherwise) {
        Optional<YamlNode> value = optional(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (value.get() instanceof YamlNode.Scalar scalar
                && scalar.value() instanceof Long number
                && number >= min
                && number <= max) {
            return number.intValue();
        }
        wrong(value.get(), key, "a whole number from " + min + " to " + max);
        return otherwise;
    }

    /** A number between min and max, both included. */
    public double number(String key, double min, double max, double otherwise) {
        Optional<YamlNode> value = optional(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (value.get() instanceof YamlNode.Scalar scalar
                && scalar.value() instanceof Number number
                && number.doubleValue() >= min
                && number.doubleValue() <= max) {
            return number.doubleValue();
        }
        wrong(value.get(), key, "a number from " + min + " to " + max);
        return otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
        Optional<YamlNode> value = optional(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (value.get() instanceof YamlNode.Scalar scalar && scalar.value() instanceof Boolean flag) {
            return flag;
        }
        wrong(value.get(), key, "true or false");
        return otherwise;
    }

    /** A duration such as {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}, {@code 250ms}. */
    public Duration duration(String key, Duration otherwise) {
        Optional<String> text = optionalText(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text.get().strip());
        if (!matcher.matches()) {
            optional(key).ifPresent(value -> wrong(value, key, "a duration such as 30s, 5m, 2h or 1d"));
            return otherwise;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** A day (its end, UTC) or a time with zone. */
    public Optional<Instant> instant(String key) {
        Optional<String> text = optionalText(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String written = text.get().strip();
            return Optional.of(
                    written.length() == 10
                            ? LocalDate.parse(written)
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant()
                            : Instant.parse(written));
        } catch (DateTimeException e) {
            optional(key).ifPresent(value -> wrong(value, key, "a day 2027-01-31 or a time 2027-01-31T18:00:00Z"));
            return Optional.empty();
        }
    }

    /** One of the given words; {@code otherwise} when absent or wrong. */
    public <E extends Enum<E>> E word(String key, Class<E> type, E otherwise) {
        Optional<String> text = optionalText(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        for (E each : type.getEnumConstants()) {
            if (word(each).equals(text.get())) {
                return each;
            }
        }
        List<String> words = new ArrayList<>();
        for (E each : type.getEnumConstants()) {
            words.add(word(each));
        }
        optional(key).ifPresent(value -> wrong(value, key, "one of " + String.join(", ", words)));
        return otherwise;
    }

    /** The word of an enum constant in files: lower case, underscores as hyphens, such as {@code auto-after-veto}. */
    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public List<YamlNode> list(String key) {
        Optional<YamlNode> value = optional(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof YamlNode.Sequence sequence) {
            return sequence.items();
        }
        wrong(value.get(), key, "a list");
        return List.of();
    }

    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : list(key)) {
            textOf(item, key).ifPresent(texts::add);
        }
        return texts;
    }

    /** The mappings of a list, each to be finished by the caller. */
    public List<YamlMap> maps(String key, String eachIs) {
        return list(key).stream().map(item -> of(item, eachIs, problems)).toList();
    }

    public Optional<YamlMap> map(String key, String itIs) {
        return optional(key).map(value -> of(value, itIs, problems));
    }

    public void problem(String what, String expected, String mend) {
        problems.add(node, what, expected, mend);
    }

    public void problem(String key, String what, String expected, String mend) {
        problems.add(new Problem(node.file(), lineOf(key), what, expected, mend));
    }

    /** Reports each key that nobody read. */
    public void finish() {
        for (String key : node.entries().keySet()) {
            if (!known.contains(key)) {
                int line = node.keyLines().getOrDefault(key, node.line());
                problems.add(new Problem(
                        node.file(),
                        line,
                        "unknown key '" + key + "' in " + name,
                        known.isEmpty() ? "no keys" : "one of " + String.join(", ", new java.util.TreeSet<>(known)),
                        "mend or remove it"));
            }
        }
    }

    private Optional<String> textOf(YamlNode value, String key) {
        if (value instanceof YamlNode.Scalar scalar && scalar.value() != null) {
            return Optional.of(scalar.source());
        }
        wrong(value, key, "a text");
        return Optional.empty();
    }

    private void wrong(YamlNode value, String key, String expected) {
        problems.add(value, "'" + key + "' of " + name + " is " + value.kind(), expected, "mend it");
    }
}
