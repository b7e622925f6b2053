package io.evenkeel.remediation.execution;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call would do, against the target as it is now.
 *
 * @param title what it does, such as {@code Roll back payment to 1.4.2}; empty when the runbook's own title says it
 * @param diff what would change; empty when nothing would
 * @param undo how it would be taken back, for people
 * @param facts the target's live state by dotted name, such as {@code target.version}
 * @param snapshot what an undo needs to know, JSON values only
 */
public record Preview(
        String title,
        List<DiffLine> diff,
        String undo,
        Map<String, Object> facts,
        Map<String, @Nullable Object> snapshot) {
    public Preview {
        diff = List.copyOf(diff);
        facts = Map.copyOf(facts);
    }
}
