package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.incident.IncidentLifecycle;
import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.incident.SignalWords;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.wire.event.Feedback;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What people decide about an incident. Each decision, its line on the timeline, its audit row and what the jobs must hear
 * of it commit together; the outbox then tells them, so that nothing is heard that was not stored, nor stored and unheard.
 * Whatever a person did marks the incident as acted on: no replay takes it away.
 */
public final class PostgresIncidentDesk {
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final PostgresTimeline timeline;
    private final PostgresIncidents incidents;
    private final PostgresAuditLog audit;
    private final PostgresFeedbackOutbox outbox;
    private final Consumer<IncidentChanged> hints;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    public PostgresIncidentDesk(
            JdbcClient jdbc,
            TransactionOperations transactions,
            PostgresTimeline timeline,
            PostgresIncidents incidents,
            PostgresAuditLog audit,
            PostgresFeedbackOutbox outbox,
            Consumer<IncidentChanged> hints,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.timeline = timeline;
        this.incidents = incidents;
        this.audit = audit;
        this.outbox = outbox;
        this.hints = hints;
        this.clock = clock;
        this.ids = ids;
    }

    /** Marks the incident as somebody's. A second acknowledgement changes nothing; the first one has it. */
    public void acknowledge(long number, String who) {
        decide(number, row -> {
            if (row.state != IncidentState.OPEN && row.state != IncidentState.MITIGATED) {
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "INC-" + number + " is " + words(row.state) + "; there is nothing to acknowledge any more.");
            }
            if (row.acknowledgedBy != null) {
                return;
            }
            Instant now = clock.instant();
            jdbc.sql("""
                    update incident set acknowledged_by = :who, acknowledged_at = :now, acted_on = true,
                                        updated_at = clock_timestamp() where number = :number""")
                    .param("who", who)
                    .param("now", Times.of(now))
                    .param("number", number)
                    .update();
            line(number, now, "acknowledged", "Acknowledged by " + who + ".", who, "acknowledged");
            audit.append(who, "incident.acknowledge", "INC-" + number, Map.of());
        });
    }

    /** Ends the incident because a person says so. */
    public void resolve(long number, String who, String reason) {
        decide(number, row -> {
            Instant now = clock.instant();
            String text = "Resolved by " + who + (reason.isBlank() ? "." : ": " + reason.strip());
            boolean moved =
                    incidents.move(number, row.state, IncidentLifecycle.Event.RESOLVED_BY_PERSON, now, text, who, null);
            if (!moved) {
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "INC-" + number + " is already " + words(row.state) + ". Reload the page to see it.");
            }
            markActedOn(number);
            audit.append(who, "incident.resolve", "INC-" + number, Map.of("reason", reason));
            outbox.add(
                    new Feedback(ids.get().toString(), row.jobId, Feedback.Verdict.RESOLVED_BY_PERSON, "", who, now));
        });
    }

    /** Adds a person's words to the timeline. */
    public void note(long number, String who, String text) {
        if (text.isBlank() || text.length() > 4000) {
            throw new Refusal(Refusal.Kind.INVALID, "A note needs 1 to 4000 characters.");
        }
        decide(number, row -> {
            line(number, clock.instant(), "note", text.strip(), who, "note:" + ids.get());
            markActedOn(number);
            audit.append(who, "incident.note", "INC-" + number, Map.of("text", text.strip()));
        });
    }

    /**
     * Stores whether the named cause was right, as a labelled outcome for calibration, and tells the jobs.
     *
     * @param service for WRONG_CAUSE the service that was the cause, empty when unknown
     */
    public void feedback(long number, String who, Feedback.Verdict verdict, String service) {
        if (verdict == Feedback.Verdict.RESOLVED_BY_PERSON) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "Resolve the incident instead; that is told to the jobs by itself.");
        }
        String cause = serviceId(service);
        decide(number, row -> {
            Instant now = clock.instant();
            if (row.causeService != null && row.confidence != null) {
                jdbc.sql("""
                        insert into outcome (incident, cause, raw, was_right, source)
                        values (:number, :cause, :raw, :right, 'feedback')
                        on conflict (incident, source) do update
                           set cause = excluded.cause, raw = excluded.raw, was_right = excluded.was_right,
                               at = clock_timestamp()""")
                        .param("number", number)
                        .param("cause", row.cause)
                        .param("raw", row.confidence)
                        .param("right", verdict == Feedback.Verdict.RIGHT_CAUSE)
                        .update();
            }
            String id = ids.get().toString();
            line(number, now, "feedback", sentence(verdict, cause), who, "feedback:" + id);
            markActedOn(number);
            Map<String, Object> detail = new HashMap<>();
            detail.put("verdict", verdict.name());
            detail.put("service", cause);
            audit.append(who, "incident.feedback", "INC-" + number, detail);
            outbox.add(new Feedback(id, row.jobId, verdict, cause, who, now));
        });
    }

    private static String serviceId(String service) {
        if (service.isBlank()) {
            return "";
        }
        try {
            return ServiceKey.parse(service.strip()).id();
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.INVALID, Objects.requireNonNullElse(e.getMessage(), "bad service id"), e);
        }
    }

    private static String sentence(Feedback.Verdict verdict, String service) {
        return switch (verdict) {
            case FALSE_ALARM -> "Marked as a false alarm.";
            case RIGHT_CAUSE -> "The named cause was confirmed.";
            case WRONG_CAUSE ->
                service.isEmpty()
                        ? "The named cause was wrong; the right one is unknown."
                        : "The named cause was wrong; it was " + SignalWords.serviceName(ServiceKey.parse(service))
                                + ".";
            case RESOLVED_BY_PERSON -> "Resolved by a person.";
        };
    }

    private record Row(
            IncidentState state,
            String jobId,
            @Nullable String acknowledgedBy,
            String cause,
            @Nullable String causeService,
            @Nullable Double confidence) {}

    private void decide(long number, Consumer<Row> decision) {
        transactions.executeWithoutResult(status -> {
            Row row = jdbc.sql("""
                    select state, job_id, acknowledged_by, cause, cause_service, confidence from incident
                     where number = :number for update""")
                    .param("number", number)
                    .query((found, n) -> new Row(
                            IncidentState.valueOf(found.getString("state")),
                            found.getString("job_id"),
                            found.getString("acknowledged_by"),
                            found.getString("cause"),
                            found.getString("cause_service"),
                            found.getObject("confidence", Double.class)))
                    .optional()
                    .orElseThrow(() -> new Refusal(Refusal.Kind.NOT_FOUND, "There is no INC-" + number + "."));
            decision.accept(row);
        });
        hints.accept(new IncidentChanged(number));
    }

    private void markActedOn(long number) {
        jdbc.sql("update incident set acted_on = true, updated_at = clock_timestamp() where number = :number")
                .param("number", number)
                .update();
    }

    private void line(long number, Instant at, String kind, String text, String who, String dedupe) {
        timeline.append(new TimelineEntry(number, at, kind, text, who, null, null, null, dedupe));
    }

    private static String words(IncidentState state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }
}
