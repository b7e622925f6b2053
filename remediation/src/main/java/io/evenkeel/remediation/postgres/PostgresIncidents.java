package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.incident.IncidentLifecycle;
import io.evenkeel.remediation.incident.Judgement;
import io.evenkeel.remediation.incident.TimelineEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Moves incidents along {@link IncidentLifecycle}. A move is written only from the state it was judged in, so that two
 * control planes, or a person and the clock, cannot both make it.
 */
public final class PostgresIncidents {
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final PostgresTimeline timeline;
    private final Consumer<IncidentChanged> hints;

    public PostgresIncidents(
            JdbcClient jdbc,
            TransactionOperations transactions,
            PostgresTimeline timeline,
            Consumer<IncidentChanged> hints) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.timeline = timeline;
        this.hints = hints;
    }

    /** The state of an incident, empty when there is no such number. */
    public Optional<IncidentState> state(long number) {
        return jdbc.sql("select state from incident where number = :number")
                .param("number", number)
                .query(String.class)
                .optional()
                .map(IncidentState::valueOf);
    }

    /**
     * Writes what was judged: the move, or the call for a person.
     *
     * @return false when nothing was written, because the state had changed meanwhile or the call stands already
     */
    public boolean apply(long number, IncidentState from, Judgement judgement, @Nullable Long successor) {
        boolean changed = Boolean.TRUE.equals(transactions.execute(status -> {
            boolean moved = judgement.event() != null
                    && move(
                            number,
                            from,
                            judgement.event(),
                            judgement.at(),
                            judgement.text(),
                            TimelineEntry.EVENKEEL,
                            successor);
            boolean asked = judgement.needsPerson() != null && ask(number, judgement.needsPerson(), judgement.at());
            return moved || asked;
        }));
        if (changed) {
            hints.accept(new IncidentChanged(number));
        }
        return changed;
    }

    /** A move by a person or the clock, inside the caller's transaction. False when it is not legal from there now. */
    boolean move(
            long number,
            IncidentState from,
            IncidentLifecycle.Event event,
            Instant at,
            String text,
            String actor,
            @Nullable Long successor) {
        Optional<IncidentState> to = IncidentLifecycle.next(from, event);
        if (to.isEmpty()) {
            return false;
        }
        int written = jdbc.sql("""
                update incident
                   set state = :to,
                       mitigated_at = case when :to = 'MITIGATED' then greatest(:at, onset)
                                           when :to = 'OPEN' then null
                                           when :to = 'RESOLVED' and :returned then coalesce(mitigated_at, (
                                               select max(m.closed_at) from incident_member m
                                                where m.incident = number and m.role = 'HARM'))
                                           else mitigated_at end,
                       resolved_at = case when :to = 'RESOLVED' then :at else resolved_at end,
                       resolved_by = case when :to = 'RESOLVED' then :actor else resolved_by end,
                       needs_person = case when :to in ('RESOLVED', 'SUPERSEDED', 'MERGED') then null
                                           else needs_person end,
                       merged_into = coalesce(:successor, merged_into),
                       updated_at = clock_timestamp()
                 where number = :number and state = :from""")
                .param("number", number)
                .param("from", from.name())
                .param("to", to.get().name())
                .param("at", Times.of(at))
                .param("returned", event == IncidentLifecycle.Event.RETURNED_FOR_GOOD)
                .param("actor", actor)
                .param("successor", successor)
                .update();
        if (written == 0) {
            return false;
        }
        timeline.append(new TimelineEntry(
                number, at, "state", text, actor, null, null, null, "state:" + to.get() + ':' + at.toEpochMilli()));
        timeline.announce("incident", number, to.get().name());
        return true;
    }

    private boolean ask(long number, String why, Instant at) {
        int written = jdbc.sql("""
                update incident set needs_person = :why, updated_at = clock_timestamp()
                 where number = :number and needs_person is null""").param("number", number).param("why", why).update();
        if (written == 0) {
            return false;
        }
        timeline.append(new TimelineEntry(
                number,
                at,
                "escalated",
                "A person is needed: " + why,
                TimelineEntry.EVENKEEL,
                null,
                null,
                null,
                "needs:" + Integer.toHexString(why.hashCode())));
        return true;
    }

    /** Signals of open incidents, for the watch list; ascending. */
    public List<String> signalsToWatch() {
        return jdbc.sql("""
                select distinct m.signal from incident_member m join incident i on i.number = m.incident
                 where i.state in ('OPEN', 'MITIGATED') order by 1""").query(String.class).list();
    }
}
