package io.evenkeel.domain.topology;

import io.evenkeel.domain.telemetry.ServiceKey;
import java.time.Instant;

/**
 * Somebody or something changed a service. Innocent until evidence says otherwise: a change alone opens nothing.
 *
 * @param id idempotency key; the same change reported twice has the same id
 * @param service what was changed
 * @param kind how
 * @param fromVersion version before, empty when unknown
 * @param toVersion version after, empty when it has no meaning
 * @param at when it took effect (event time)
 * @param source who told us: {@code service.version}, {@code api}, {@code cdevents}
 * @param text one line for the timeline, such as {@code Deploy payment 4.12.0}
 */
public record Change(
        String id,
        ServiceKey service,
        ChangeKind kind,
        String fromVersion,
        String toVersion,
        Instant at,
        String source,
        String text) {}
