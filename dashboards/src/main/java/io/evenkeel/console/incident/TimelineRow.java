package io.evenkeel.console.incident;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of an incident's story.
 *
 * @param id row id, names the line in URLs
 * @param at when it happened
 * @param kind onset, detected, finding, change, cause, proposed, approval, action, verification, page, acknowledged,
 *     note, state, escalated or feedback
 * @param text one sentence; may hold hostile text
 * @param actor who, {@code evenkeel} for the machine
 * @param finding finding it stands on, null for none
 * @param execution repair it stands on, null for none
 * @param starred true when a person marked it
 */
public record TimelineRow(
        long id,
        Instant at,
        String kind,
        String text,
        String actor,
        @Nullable String finding,
        @Nullable String execution,
        boolean starred) {
    /** Name of the dot's look; the words beside it say the same. */
    public String look() {
        return switch (kind) {
            case "change" -> "chg";
            case "onset", "detected", "escalated" -> "bad";
            case "proposed", "approval", "action" -> "act";
            case "verification" -> "ver";
            case "note", "acknowledged", "feedback" -> "person";
            default -> "plain";
        };
    }

    public boolean isByPerson() {
        return !actor.equals("evenkeel");
    }
}
