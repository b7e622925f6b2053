package io.evenkeel.remediation.execution;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One use of an executor's verb with all its arguments filled in. Holds no secret.
 *
 * @param use verb such as {@code supervisor.rollback}
 * @param arguments by name; text, numbers, flags, maps and lists
 */
public record Call(String use, Map<String, @Nullable Object> arguments) {
    public Call {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** An argument as text; empty when it is not there. */
    public String text(String name) {
        Object value = arguments.get(name);
        return value == null ? "" : value.toString();
    }
}
