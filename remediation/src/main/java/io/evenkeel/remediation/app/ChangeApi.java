package io.evenkeel.remediation.app;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.kafka.KafkaEvents;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.MalformedEventException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes changes in: accepted means written to Kafka. The same change told twice has the same id and counts once. */
@RestController
final class ChangeApi {
    /** Clocks of build servers differ; a change later than this is a mistake. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private static final int LONGEST = 500;

    private final KafkaEvents events;
    private final InstantSource clock;

    ChangeApi(KafkaEvents events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    @PostMapping("/api/v1/changes")
    ResponseEntity<Map<String, String>> change(HttpServletRequest request) {
        if (!Submission.isJson(request)) {
            throw new Refusal(Refusal.Kind.INVALID, "Send a change as application/json.");
        }
        Change change = read(Submission.body(request), clock.instant());
        events.changed(change);
        return ResponseEntity.accepted().body(Map.of("id", change.id()));
    }

    /**
     * @throws Refusal when the body is not a change
     */
    static Change read(byte[] body, Instant now) {
        Map<?, ?> fields;
        try {
            fields = EventJson.read(body, Map.class);
        } catch (MalformedEventException e) {
            throw new Refusal(Refusal.Kind.INVALID, "The body is not a JSON object.", e);
        }
        if (fields == null) {
            throw new Refusal(Refusal.Kind.INVALID, "The body is not a JSON object.");
        }
        ServiceKey service = service(fields.get("service"));
        ChangeKind kind = text(fields, "kind").isEmpty()
                ? ChangeKind.DEPLOY
                : IncidentApi.constant(ChangeKind.class, text(fields, "kind"), "kind");
        String toVersion = text(fields, "toVersion");
        if (kind == ChangeKind.DEPLOY && toVersion.isBlank()) {
            throw new Refusal(Refusal.Kind.INVALID, "A deploy needs toVersion.");
        }
        Instant at = at(text(fields, "at"), now);
        String word = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String text = text(fields, "text");
        return new Change(
                id(kind, service, toVersion, at),
                service,
                kind,
                text(fields, "fromVersion"),
                toVersion,
                at,
                "api",
                text.isBlank()
                        ? (Character.toUpperCase(word.charAt(0)) + word.substring(1) + " " + service.name() + " "
                                        + toVersion)
                                .strip()
                        : text.strip());
    }

    /** The detection job forms the same id for the deploy that it sees by service.version. */
    static String id(ChangeKind kind, ServiceKey service, String toVersion, Instant at) {
        return kind.name().toLowerCase(Locale.ROOT)
                + ':'
                + service.id()
                + ':'
                + toVersion
                + ':'
                + at.truncatedTo(ChronoUnit.MINUTES);
    }

    private static Instant at(String text, Instant now) {
        if (text.isBlank()) {
            return now;
        }
        try {
            Instant at = OffsetDateTime.parse(text.strip()).toInstant();
            if (at.isAfter(now.plus(AHEAD))) {
                throw new Refusal(Refusal.Kind.INVALID, "at lies more than 5 min in the future; check the clock.");
            }
            return at;
        } catch (DateTimeException e) {
            throw new Refusal(Refusal.Kind.INVALID, "at must read like 2026-11-21T14:01:22Z.", e);
        }
    }

    private static ServiceKey service(@Nullable Object value) {
        if (value instanceof String id) {
            try {
                return ServiceKey.parse(id);
            } catch (IllegalArgumentException e) {
                throw new Refusal(Refusal.Kind.INVALID, String.valueOf(e.getMessage()), e);
            }
        }
        if (value instanceof Map<?, ?> parts && !text(parts, "name").isBlank()) {
            return new ServiceKey(text(parts, "environment"), text(parts, "namespace"), text(parts, "name"));
        }
        throw new Refusal(
                Refusal.Kind.INVALID,
                "service must be \"environment/namespace/name\" or {\"environment\":…,\"namespace\":…,\"name\":…}.");
    }

    private static String text(Map<?, ?> fields, String name) {
        Object value = fields.get(name);
        String text = value == null ? "" : String.valueOf(value);
        if (text.length() > LONGEST) {
            throw new Refusal(Refusal.Kind.INVALID, name + " is longer than " + LONGEST + " characters.");
        }
        return text;
    }
}
