package io.evenkeel.wire.event;

import java.time.Instant;

/**
 * What a person decided about an incident, on its way back to the jobs.
 *
 * @param id unique
 * @param incidentId incident
 * @param verdict what was decided
 * @param service for {@link Verdict#WRONG_CAUSE} the service that was the cause, empty when unknown
 * @param by who
 * @param at when
 */
public record Feedback(String id, String incidentId, Verdict verdict, String service, String by, Instant at) {
    public enum Verdict {
        FALSE_ALARM,
        RIGHT_CAUSE,
        WRONG_CAUSE,
        RESOLVED_BY_PERSON
    }
}
