package io.evenkeel.remediation.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told about a move: lines of the incident's timeline, one row of the audit, and whether a person must look. All
 * of it is written in the same transaction as the move.
 *
 * @param lines lines of the timeline
 * @param actor who did it
 * @param action verb of the audit row, such as {@code execution.start}
 * @param detail facts of the audit row
 * @param needsPerson why a person must look, null when nobody must
 */
public record Notes(
        List<Line> lines,
        String actor,
        String action,
        Map<String, ? extends @Nullable Object> detail,
        @Nullable String needsPerson) {
    public Notes {
        lines = List.copyOf(lines);
    }

    /**
     * @param kind kind of the timeline
     * @param text one sentence
     * @param dedupe key inside the execution: the same fact told twice is one row
     */
    public record Line(String kind, String text, String dedupe) {}

    /** Only an audit row. */
    public static Notes of(String actor, String action, Map<String, ? extends @Nullable Object> detail) {
        return new Notes(List.of(), actor, action, detail, null);
    }

    public Notes line(String kind, String text, String dedupe) {
        List<Line> more = new ArrayList<>(lines);
        more.add(new Line(kind, text, dedupe));
        return new Notes(more, actor, action, detail, needsPerson);
    }

    /** A person must look: marks the incident and tells the timeline. */
    public Notes escalate(String why, String dedupe) {
        Notes told = line("escalated", why, dedupe);
        return new Notes(told.lines, actor, action, detail, why);
    }
}
