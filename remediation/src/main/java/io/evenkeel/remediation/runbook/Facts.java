package io.evenkeel.remediation.runbook;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What an expression may look at: values by their dotted name, and service levels by name. A name without a value makes
 * the expression fail, which counts as "no".
 *
 * @param values Boolean, Long, Double, String or List of String by name, such as {@code cause.kind}
 * @param sli latest value of a named service level, NaN when there is none
 */
public record Facts(Map<String, Object> values, ToDoubleFunction<String> sli) {
    public Facts {
        values = Map.copyOf(values);
    }

    public static Facts of(Map<String, Object> values) {
        return new Facts(values, name -> Double.NaN);
    }

    /** These facts and more; a name given again has the new value. */
    public Facts with(Map<String, ?> more) {
        Map<String, Object> all = new HashMap<>(values);
        all.putAll(more);
        return new Facts(all, sli);
    }

    public Facts with(ToDoubleFunction<String> levels) {
        return new Facts(values, levels);
    }
}
