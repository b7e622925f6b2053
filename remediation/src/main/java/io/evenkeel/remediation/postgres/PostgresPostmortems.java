package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.postmortem.PostmortemFacts;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Decision;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Line;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Noted;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Repair;
import io.evenkeel.remediation.postmortem.PostmortemHtml;
import io.evenkeel.remediation.postmortem.PostmortemWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Keeps one draft per resolved incident, and writes it again when its rows changed. */
public final class PostgresPostmortems {
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final PostgresTimeline timeline;

    public PostgresPostmortems(JdbcClient jdbc, TransactionOperations transactions, PostgresTimeline timeline) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.timeline = timeline;
    }

    /** Resolved incidents whose draft is missing or older than what it stands on. A draft stays open for a week. */
    public List<Long> stale() {
        return jdbc.sql("""
                select i.number from incident i left join postmortem p on p.incident = i.number
                 where i.state = 'RESOLVED' and i.resolved_at > clock_timestamp() - interval '7 days'
                   and (p.incident is null
                        or p.generated_at < (select max(t.recorded_at) from timeline t where t.incident = i.number)
                        or p.generated_at < (select max(e.updated_at) from execution e where e.incident = i.number))
                 order by i.number""").query(Long.class).list();
    }

    /**
     * Writes the draft of an incident; does nothing when there is no such incident. It is dated two seconds back, so that
     * a row which another transaction was still writing makes it stale once more.
     */
    public void draft(long number) {
        transactions.executeWithoutResult(status -> facts(number).ifPresent(facts -> {
            String markdown = PostmortemWriter.write(facts);
            jdbc.sql("""
                    insert into postmortem as p (incident, markdown, html, generated_at)
                    values (:number, :markdown, :html, now() - interval '2 seconds')
                    on conflict (incident) do update
                       set markdown = excluded.markdown, html = excluded.html, generated_at = excluded.generated_at,
                           revision = p.revision + case when p.markdown = excluded.markdown then 0 else 1 end""")
                    .param("number", number)
                    .param("markdown", markdown)
                    .param("html", PostmortemHtml.render(markdown))
                    .update();
            timeline.announce("incident", number, "postmortem");
        }));
    }

    /** All that is stored about an incident, as the writer takes it. */
    public Optional<PostmortemFacts> facts(long number) {
        return jdbc.sql("""
                select i.*, (select min(n.sent_at) from notification n where n.incident = i.number) as first_page
                  from incident i where i.number = :number""")
                .param("number", number)
                .query((row, n) -> readFacts(number, row))
                .optional();
    }

    private PostmortemFacts readFacts(long number, ResultSet row) throws SQLException {
        String harmJson = row.getString("harm");
        Harm harm = harmJson == null ? null : Json.read(harmJson, Harm.class);
        Instant onset = Times.read(row, "onset");
        Instant mitigatedAt = Times.readOrNull(row, "mitigated_at");
        Instant resolvedAt = Times.readOrNull(row, "resolved_at");
        String resolvedBy = row.getString("resolved_by");
        return new PostmortemFacts(
                number,
                row.getString("environment"),
                row.getString("title"),
                row.getString("severity"),
                row.getString("state"),
                onset,
                Times.read(row, "onset_from"),
                Times.read(row, "onset_to"),
                Times.read(row, "detected_at"),
                Times.readOrNull(row, "first_page"),
                Times.readOrNull(row, "acknowledged_at"),
                mitigatedAt,
                resolvedAt,
                resolvedBy != null && !resolvedBy.equals(TimelineEntry.EVENKEEL),
                harm,
                harm == null ? Double.NaN : worst(harm, onset, mitigatedAt != null ? mitigatedAt : resolvedAt),
                Arrays.asList(Json.read(row.getString("suspects"), Suspect[].class)),
                Arrays.asList(Json.read(row.getString("changes"), Change[].class)),
                findings(number),
                lines(number),
                repairs(number),
                row.getObject("reopens", Long.class));
    }

    /** Of the stored minutes and of the finding, which judges shorter windows. */
    private double worst(Harm harm, Instant from, @Nullable Instant to) {
        boolean down = harm.value() < harm.lower();
        double stored = worstStored(harm, down, from, to);
        if (Double.isNaN(stored) || Double.isNaN(harm.value())) {
            return Double.isNaN(stored) ? harm.value() : stored;
        }
        return down ? Math.min(stored, harm.value()) : Math.max(stored, harm.value());
    }

    private double worstStored(Harm harm, boolean down, Instant from, @Nullable Instant to) {
        return jdbc.sql("select " + (down ? "min" : "max") + """
                (value) from rollup
                 where signal = :signal and start >= :from and start < coalesce(:to, clock_timestamp())
                   and count > 0 and value <> 'NaN'""")
                .param("signal", harm.signal().id())
                .param("from", Times.of(from))
                .param("to", Times.orNull(to))
                .query((row, n) -> {
                    double value = row.getDouble(1);
                    return row.wasNull() ? Double.NaN : value;
                })
                .single();
    }

    private List<Noted> findings(long number) {
        return jdbc.sql("""
                select m.finding, m.signal, m.role, m.onset, f.opened_at
                  from incident_member m left join finding f on f.id = m.finding
                 where m.incident = :number order by m.onset, m.finding""")
                .param("number", number)
                .query((row, n) -> new Noted(
                        row.getString("finding"),
                        SignalKey.parse(row.getString("signal")),
                        MemberRole.valueOf(row.getString("role")),
                        Times.read(row, "onset"),
                        Times.readOrNull(row, "opened_at")))
                .list();
    }

    private List<Line> lines(long number) {
        return jdbc.sql("""
                select t.id, t.at, t.kind, t.text, t.actor, t.finding, t.execution::text as execution,
                       coalesce(u.role, case when t.actor = 'evenkeel' then '' else 'responder' end) as role
                  from timeline t left join app_user u on u.name = t.actor
                 where t.incident = :number order by t.at, t.id""")
                .param("number", number)
                .query((row, n) -> new Line(
                        row.getLong("id"),
                        Times.read(row, "at"),
                        row.getString("kind"),
                        row.getString("text"),
                        row.getString("actor"),
                        row.getString("role"),
                        row.getString("finding"),
                        row.getString("execution")))
                .list();
    }

    private List<Repair> repairs(long number) {
        return jdbc.sql("""
                select e.id::text as id, e.runbook, e.state, e.risk, e.requested_at, e.started_at, e.ended_at, e.verdict,
                       coalesce(e.verdict_text, '') as verdict_text,
                       coalesce(e.plan ->> 'title', e.runbook) as title,
                       coalesce(e.gate ->> 'outcome', 'unknown') as gate,
                       case when jsonb_typeof(e.gate -> 'reasons') = 'array'
                            then array(select jsonb_array_elements_text(e.gate -> 'reasons')) else '{}' end as reasons,
                       array(select s.name || ': ' || s.state from execution_step s
                              where s.execution = e.id order by s.ordinal) as steps,
                       (select coalesce(jsonb_agg(jsonb_build_object('decision', a.decision, 'role', a.role,
                                   'reason', a.reason, 'at', to_char(a.at at time zone 'UTC',
                                   'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by a.id), '[]')
                          from approval a where a.execution = e.id)::text as decisions
                  from execution e where e.incident = :number order by e.requested_at, e.id""")
                .param("number", number)
                .query((row, n) -> new Repair(
                        row.getString("id"),
                        row.getString("runbook"),
                        row.getString("title"),
                        row.getString("state"),
                        row.getString("risk"),
                        row.getString("gate"),
                        texts(row, "reasons"),
                        decisions(row.getString("decisions")),
                        Times.read(row, "requested_at"),
                        Times.readOrNull(row, "started_at"),
                        Times.readOrNull(row, "ended_at"),
                        row.getString("verdict"),
                        row.getString("verdict_text"),
                        texts(row, "steps")))
                .list();
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }

    private static List<Decision> decisions(String json) {
        List<Decision> decisions = new ArrayList<>();
        for (Map<?, ?> each : Json.read(json, Map[].class)) {
            decisions.add(new Decision(
                    String.valueOf(each.get("decision")),
                    String.valueOf(each.get("role")),
                    each.get("reason") == null ? "" : String.valueOf(each.get("reason")),
                    Instant.parse(String.valueOf(each.get("at")))));
        }
        return decisions;
    }
}
