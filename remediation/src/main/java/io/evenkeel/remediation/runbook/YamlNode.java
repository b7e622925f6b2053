package io.evenkeel.remediation.runbook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a YAML file that knows where it stands. Never interprets: readers ask for the type they need. */
public sealed interface YamlNode {
    /** File name as the person gave it. */
    String file();

    /** Line of the value, from 1. */
    int line();

    /**
     * A single value.
     *
     * @param value Boolean, Long, Double or String as the YAML JSON schema reads it; null for an empty value
     * @param source the characters as written, without quotes
     */
    record Scalar(String file, int line, @Nullable Object value, String source) implements YamlNode {}

    /** A list. */
    record Sequence(String file, int line, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A mapping; keys are text, in file order, with the line of each key. */
    record Mapping(String file, int line, Map<String, YamlNode> entries, Map<String, Integer> keyLines)
            implements YamlNode {
        public Mapping {
            entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
            keyLines = Map.copyOf(keyLines);
        }
    }

    /** The plain value: Map, List, String, Long, Double, Boolean or null. */
    default @Nullable Object plain() {
        if (this instanceof Scalar scalar) {
            return scalar.value();
        }
        if (this instanceof Sequence sequence) {
            return sequence.items().stream().map(YamlNode::plain).toList();
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        ((Mapping) this).entries().forEach((key, node) -> values.put(key, node.plain()));
        return values;
    }

    /** What kind of value it is, for messages. */
    default String kind() {
        if (this instanceof Mapping) {
            return "a mapping";
        }
        if (this instanceof Sequence) {
            return "a list";
        }
        Object value = ((Scalar) this).value();
        return value == null ? "nothing" : "'" + ((Scalar) this).source() + "'";
    }
}
