package io.evenkeel.remediation.incident;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of an incident's story.
 *
 * @param incident incident number
 * @param at when it happened
 * @param kind one of onset, detected, finding, change, cause, proposed, approval, action, verification, page,
 *     acknowledged, note, state, escalated, feedback
 * @param text one sentence for people
 * @param actor user name, or {@code evenkeel}
 * @param finding finding it stands on, if any
 * @param change change it stands on, if any
 * @param execution execution it stands on, if any
 * @param dedupe the same fact told twice has the same key inside its incident and stays one row
 */
public record TimelineEntry(
        long incident,
        Instant at,
        String kind,
        String text,
        String actor,
        @Nullable String finding,
        @Nullable String change,
        @Nullable UUID execution,
        String dedupe) {
    public static final String EVENKEEL = "evenkeel";
}
