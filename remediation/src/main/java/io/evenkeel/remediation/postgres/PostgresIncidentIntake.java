package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.Member;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.incident.IncidentStory;
import io.evenkeel.remediation.incident.TimelineEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Takes the correlation job's incidents in. The job owns membership and ranking; state, acknowledgement and everything
 * that people did stay untouched. A version that is not newer by (epoch, sequence) changes nothing, so that the topic
 * may be read again from its beginning at any time.
 */
public final class PostgresIncidentIntake {
    /** Trouble with the same harmed signal this soon after a resolution is shown as its return. Our judgement. */
    static final Duration RETURN_WINDOW = Duration.ofMinutes(30);

    private final JdbcClient jdbc;
    private final JdbcOperations batches;
    private final TransactionOperations transactions;
    private final PostgresTimeline timeline;
    private final Consumer<IncidentChanged> hints;

    public PostgresIncidentIntake(
            JdbcClient jdbc,
            JdbcOperations batches,
            TransactionOperations transactions,
            PostgresTimeline timeline,
            Consumer<IncidentChanged> hints) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.transactions = transactions;
        this.timeline = timeline;
        this.hints = hints;
    }

    /**
     * @return number of the incident that the version went to; empty when it was stale or told of an incident that was
     *     given up before we ever saw it
     * @throws io.evenkeel.remediation.incident.UnstorableException when the database refuses the data itself
     */
    public OptionalLong take(Incident incident) {
        OptionalLong[] taken = {OptionalLong.empty()};
        Refusals.translating(
                "incident " + incident.id(), () -> taken[0] = transactions.execute(status -> takeInside(incident)));
        taken[0].ifPresent(number -> hints.accept(new IncidentChanged(number)));
        return taken[0];
    }

    private OptionalLong takeInside(Incident incident) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:id, 0))")
                .param("id", incident.id())
                .query((row, n) -> 0)
                .single();
        Optional<Known> known = known(incident.id());
        if (known.isEmpty()) {
            if (incident.supersededBy() != null) {
                return OptionalLong.empty();
            }
            long number = insert(incident, incident.id(), earlierTrouble(incident));
            tell(number, incident, null, null);
            return OptionalLong.of(number);
        }
        Known before = known.get();
        if (!before.isOlderThan(incident)) {
            return OptionalLong.empty();
        }
        if (before.state == IncidentState.RESOLVED && isBack(before, incident)) {
            String id = incident.id() + '~' + (1 + before.reopenings());
            long number = insert(incident, id, OptionalLong.of(before.number));
            tell(number, incident, null, null);
            tellReturn(before.number, number);
            return OptionalLong.of(number);
        }
        update(before.number, incident);
        tell(before.number, incident, before.cause, before.causeService);
        return OptionalLong.of(before.number);
    }

    /** What is stored of the incident that the job's versions go to now. */
    private record Known(
            long number,
            String id,
            IncidentState state,
            long epoch,
            long sequence,
            @Nullable CauseKind cause,
            @Nullable String causeService) {
        boolean isOlderThan(Incident incident) {
            return incident.epoch() > epoch || (incident.epoch() == epoch && incident.sequence() > sequence);
        }

        int reopenings() {
            int mark = id.lastIndexOf('~');
            return mark < 0 ? 0 : Integer.parseInt(id.substring(mark + 1));
        }
    }

    private Optional<Known> known(String jobId) {
        return jdbc.sql("""
                select number, id, state, epoch, sequence, cause, cause_service from incident
                 where job_id = :id order by number desc limit 1 for update""")
                .param("id", jobId)
                .query((row, n) -> readKnown(row))
                .optional();
    }

    private static Known readKnown(ResultSet row) throws SQLException {
        String causeService = row.getString("cause_service");
        return new Known(
                row.getLong("number"),
                row.getString("id"),
                IncidentState.valueOf(row.getString("state")),
                row.getLong("epoch"),
                row.getLong("sequence"),
                causeService == null ? null : CauseKind.valueOf(row.getString("cause")),
                causeService);
    }

    /** A resolved incident is back when it has open harm that it did not have before. */
    private boolean isBack(Known resolved, Incident incident) {
        Set<String> openHarm = incident.members().stream()
                .filter(member -> member.role() == MemberRole.HARM && member.closedAt() == null)
                .map(Member::findingId)
                .collect(Collectors.toSet());
        if (openHarm.isEmpty() || incident.supersededBy() != null) {
            return false;
        }
        List<String> knownMembers = jdbc.sql("select finding from incident_member where incident = :number")
                .param("number", resolved.number)
                .query(String.class)
                .list();
        return !knownMembers.containsAll(openHarm);
    }

    /** The last resolved incident with the same harmed signal, if that was a short while ago. */
    private OptionalLong earlierTrouble(Incident incident) {
        if (incident.harm() == null) {
            return OptionalLong.empty();
        }
        Optional<Long> number = jdbc.sql("""
                select i.number from incident i
                 where i.environment = :environment and i.state = 'RESOLVED' and i.resolved_at >= :since
                   and exists (select 1 from incident_member m
                                where m.incident = i.number and m.role = 'HARM' and m.signal = :signal)
                 order by i.resolved_at desc limit 1""")
                .param("environment", incident.environment())
                .param("since", Times.of(incident.openedAt().minus(RETURN_WINDOW)))
                .param("signal", incident.harm().signal().id())
                .query(Long.class)
                .optional();
        return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private long insert(Incident incident, String id, OptionalLong reopens) {
        long number = bind(incident, jdbc.sql("""
                insert into incident (id, environment, state, severity, pages, title, onset, onset_from, onset_to,
                                      detected_at, closed_by_job_at, cause, cause_service, confidence, calibrated, harm,
                                      suspects, changes, edges, superseded_by, epoch, sequence, reopens)
                values (:id, :environment, 'OPEN', :severity, :pages, :title, :onset, :onsetFrom, :onsetTo,
                        :detectedAt, :closedAt, coalesce(:cause, 'UNKNOWN'), :causeService, :confidence, :calibrated,
                        :harm::jsonb, :suspects::jsonb, :changes::jsonb, :edges::jsonb, :supersededBy, :epoch,
                        :sequence, :reopens)
                returning number"""))
                .param("id", id)
                .param("environment", incident.environment())
                .param("detectedAt", Times.of(incident.openedAt()))
                .param("reopens", reopens.isPresent() ? reopens.getAsLong() : null)
                .query(Long.class)
                .single();
        members(number, incident);
        reopens.ifPresent(earlier -> timeline.append(new TimelineEntry(
                number,
                incident.openedAt(),
                "state",
                "This is the return of INC-" + earlier + ".",
                TimelineEntry.EVENKEEL,
                null,
                null,
                null,
                "reopens:" + earlier)));
        return number;
    }

    /** Harm is kept at its last figures when the job has none any more: the story needs them after the recovery. */
    private void update(long number, Incident incident) {
        bind(incident, jdbc.sql("""
                update incident
                   set severity = :severity, pages = :pages, title = :title, onset = :onset, onset_from = :onsetFrom,
                       onset_to = :onsetTo, closed_by_job_at = :closedAt, cause = coalesce(:cause, cause),
                       cause_service = coalesce(:causeService, cause_service),
                       confidence = coalesce(:confidence, confidence),
                       calibrated = case when :cause::text is null then calibrated else :calibrated end,
                       harm = coalesce(:harm::jsonb, harm), suspects = :suspects::jsonb, changes = :changes::jsonb,
                       edges = :edges::jsonb, superseded_by = :supersededBy, epoch = :epoch, sequence = :sequence,
                       updated_at = clock_timestamp()
                 where number = :number""")).param("number", number).update();
        members(number, incident);
    }

    private static JdbcClient.StatementSpec bind(Incident incident, JdbcClient.StatementSpec statement) {
        Suspect first =
                incident.suspects().isEmpty() ? null : incident.suspects().get(0);
        return statement
                .param("severity", incident.severity().name())
                .param("pages", incident.pages())
                .param("title", incident.title())
                .param("onset", Times.of(incident.onset()))
                .param("onsetFrom", Times.of(incident.onsetFrom()))
                .param("onsetTo", Times.of(incident.onsetTo()))
                .param("closedAt", Times.orNull(incident.closedAt()))
                .param("cause", first == null ? null : first.cause().name())
                .param("causeService", first == null ? null : first.service().id())
                .param("confidence", first == null ? null : first.confidence())
                .param("calibrated", first != null && first.calibrated())
                .param("harm", Json.orNull(incident.harm()))
                .param("suspects", Json.of(incident.suspects()))
                .param("changes", Json.of(incident.changes()))
                .param("edges", Json.of(incident.edges()))
                .param("supersededBy", incident.supersededBy())
                .param("epoch", incident.epoch())
                .param("sequence", incident.sequence());
    }

    private void members(long number, Incident incident) {
        jdbc.sql("delete from incident_member where incident = :number and not (finding = any(:kept))")
                .param("number", number)
                .param(
                        "kept",
                        incident.members().stream().map(Member::findingId).toArray(String[]::new))
                .update();
        batches.batchUpdate("""
                insert into incident_member (incident, finding, kind, signal, role, onset, reason, closed_at, ending)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (incident, finding) do update
                   set kind = excluded.kind, signal = excluded.signal, role = excluded.role, onset = excluded.onset,
                       reason = excluded.reason, closed_at = excluded.closed_at, ending = excluded.ending""", incident.members(), 100, (statement, member) -> {
            statement.setLong(1, number);
            statement.setString(2, member.findingId());
            statement.setString(3, member.kind().name());
            statement.setString(4, member.signal().id());
            statement.setString(5, member.role().name());
            statement.setObject(6, Times.of(member.onset()));
            statement.setString(7, member.reason());
            statement.setObject(8, Times.orNull(member.closedAt()));
            statement.setString(
                    9, member.ending() == null ? null : member.ending().name());
        });
    }

    private void tell(
            long number, Incident incident, @Nullable CauseKind knownCause, @Nullable String knownCauseService) {
        Set<String> told = Set.copyOf(jdbc.sql("select dedupe from timeline where incident = :number")
                .param("number", number)
                .query(String.class)
                .list());
        for (TimelineEntry line : IncidentStory.tell(number, incident, knownCause, knownCauseService)) {
            if (line.dedupe().equals(IncidentStory.ONSET)) {
                timeline.put(line);
            } else if (!told.contains(line.dedupe())) {
                timeline.append(line);
            }
        }
        timeline.announce("incident", number, "facts");
    }

    private void tellReturn(long resolved, long number) {
        Instant now = jdbc.sql("select clock_timestamp()")
                .query((row, n) -> Times.read(row, "clock_timestamp"))
                .single();
        timeline.append(new TimelineEntry(
                resolved,
                now,
                "state",
                "It came back as INC-" + number + ".",
                TimelineEntry.EVENKEEL,
                null,
                null,
                null,
                "returned:" + number));
    }
}
