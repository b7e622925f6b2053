package io.evenkeel.console.postgres;

import io.evenkeel.console.incident.IncidentRow;
import io.evenkeel.console.incident.MemberRow;
import io.evenkeel.console.incident.TimelineRow;
import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Incidents, their findings and their story. */
public final class PostgresIncidents {
    private static final String MEMBER = """
            select m.incident, m.role, m.reason, m.id, m.kind, m.signal, m.onset,
                   f.id as finding_id, f.direction, f.onset_from, f.onset_to, f.opened_at, f.updated_at, f.closed_at,
                   f.ending, f.score, f.value, f.expected, f.lower, f.upper, f.impact, f.impact_unit, f.band, f.evidence,
                   f.exemplars, f.attributes, f.young_baseline, f.epoch, f.sequence
            from console_member m left join console_finding f on f.id = m.id
            where m.incident = :number
            """;

    private final JdbcClient jdbc;

    public PostgresIncidents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Open and mitigated ones, the worst first, then the newest; at most 200 of them. */
    public List<IncidentRow> open() {
        return jdbc.sql("""
                select * from console_incident where state in ('OPEN','MITIGATED')
                order by pages desc, severity, (state = 'MITIGATED'), onset desc limit 200""").query(PostgresIncidents::incident).list();
    }

    /** Resolved within that time, the newest first. */
    public List<IncidentRow> resolvedWithin(Duration time, int limit) {
        return jdbc.sql("""
                select * from console_incident
                where state = 'RESOLVED' and resolved_at > clock_timestamp() - make_interval(secs => :seconds)
                order by resolved_at desc limit :limit""")
                .param("seconds", time.toSeconds())
                .param("limit", limit)
                .query(PostgresIncidents::incident)
                .list();
    }

    /** Incidents of any state with a lower number than {@code before}, the newest first. */
    public List<IncidentRow> before(long before, int limit) {
        return jdbc.sql("select * from console_incident where number < :before order by number desc limit :limit")
                .param("before", before)
                .param("limit", limit)
                .query(PostgresIncidents::incident)
                .list();
    }

    public Optional<IncidentRow> byNumber(long number) {
        return jdbc.sql("select * from console_incident where number = :number")
                .param("number", number)
                .query(PostgresIncidents::incident)
                .optional();
    }

    /** The highest number given so far, 0 for none. */
    public long newestNumber() {
        return jdbc.sql("select coalesce(max(number), 0) from console_incident")
                .query(Long.class)
                .single();
    }

    /** Findings of the incident, those that tell most first; at most {@code limit} of them. */
    public List<MemberRow> members(long number, int limit) {
        return jdbc.sql(MEMBER + """
                order by case m.role when 'HARM' then 0 when 'CAUSE' then 1 when 'SYMPTOM' then 2 else 3 end,
                         f.score desc nulls last, m.onset limit :limit""")
                .param("number", number)
                .param("limit", limit)
                .query(PostgresIncidents::member)
                .list();
    }

    /** One finding of the incident. */
    public Optional<MemberRow> member(long number, String findingId) {
        return jdbc.sql(MEMBER + "and m.id = :finding")
                .param("number", number)
                .param("finding", findingId)
                .query(PostgresIncidents::member)
                .optional();
    }

    public int timelineLength(long number) {
        return jdbc.sql("select count(*) from console_timeline where incident = :number")
                .param("number", number)
                .query(Integer.class)
                .single();
    }

    /**
     * A stretch of the incident's story in order of time.
     *
     * @param offset how many of the oldest lines to leave out
     */
    public List<TimelineRow> timeline(long number, int offset, int limit) {
        return jdbc.sql("""
                select id, at, kind, text, actor, finding, execution::text as execution, starred
                from console_timeline where incident = :number order by at, id offset :offset limit :limit""")
                .param("number", number)
                .param("offset", offset)
                .param("limit", limit)
                .query((row, index) -> new TimelineRow(
                        row.getLong("id"),
                        Rows.instant(row, "at"),
                        row.getString("kind"),
                        row.getString("text"),
                        row.getString("actor"),
                        row.getString("finding"),
                        row.getString("execution"),
                        row.getBoolean("starred")))
                .list();
    }

    private static MemberRow member(ResultSet row, int index) throws SQLException {
        return new MemberRow(
                row.getString("id"),
                FindingKind.valueOf(row.getString("kind")),
                SignalKey.parse(row.getString("signal")),
                MemberRole.valueOf(row.getString("role")),
                Rows.instant(row, "onset"),
                row.getString("reason"),
                row.getString("finding_id") == null ? null : finding(row));
    }

    private static IncidentRow incident(ResultSet row, int index) throws SQLException {
        return new IncidentRow(
                row.getLong("number"),
                row.getString("environment"),
                IncidentState.valueOf(row.getString("state")),
                Severity.valueOf(row.getString("severity")),
                row.getBoolean("pages"),
                row.getString("title"),
                Rows.instant(row, "onset"),
                Rows.instant(row, "onset_from"),
                Rows.instant(row, "onset_to"),
                Rows.instant(row, "detected_at"),
                row.getString("acknowledged_by"),
                Rows.instantOrNull(row, "acknowledged_at"),
                Rows.instantOrNull(row, "mitigated_at"),
                Rows.instantOrNull(row, "resolved_at"),
                row.getString("resolved_by"),
                Rows.longOrNull(row, "merged_into"),
                Rows.longOrNull(row, "reopens"),
                CauseKind.valueOf(row.getString("cause")),
                service(row.getString("cause_service")),
                Rows.doubleOrNaN(row, "confidence"),
                row.getBoolean("calibrated"),
                Rows.jsonOrNull(row, "harm", Harm.class),
                List.of(Rows.json(row, "suspects", Suspect[].class)),
                List.of(Rows.json(row, "changes", Change[].class)),
                List.of(Rows.json(row, "edges", CallEdge[].class)),
                row.getString("needs_person"),
                row.getInt("member_count"),
                row.getInt("open_member_count"),
                row.getInt("waiting_approvals"),
                row.getBoolean("has_postmortem"));
    }

    private static @Nullable ServiceKey service(@Nullable String id) {
        return id == null || id.isEmpty() ? null : ServiceKey.parse(id);
    }

    private static Finding finding(ResultSet row) throws SQLException {
        String ending = row.getString("ending");
        return new Finding(
                row.getString("finding_id"),
                FindingKind.valueOf(row.getString("kind")),
                SignalKey.parse(row.getString("signal")),
                Direction.valueOf(row.getString("direction")),
                Rows.instant(row, "onset"),
                Rows.instant(row, "onset_from"),
                Rows.instant(row, "onset_to"),
                Rows.instant(row, "opened_at"),
                Rows.instant(row, "updated_at"),
                Rows.instantOrNull(row, "closed_at"),
                ending == null ? null : FindingEnding.valueOf(ending),
                row.getDouble("score"),
                row.getDouble("value"),
                row.getDouble("expected"),
                row.getDouble("lower"),
                row.getDouble("upper"),
                row.getDouble("impact"),
                row.getString("impact_unit"),
                Rows.jsonOrNull(row, "band", FrozenBand.class),
                Rows.jsonOrNull(row, "evidence", EvidenceWindow.class),
                List.of(Rows.json(row, "exemplars", Exemplar[].class)),
                attributes(row),
                row.getBoolean("young_baseline"),
                row.getLong("epoch"),
                row.getLong("sequence"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> attributes(ResultSet row) throws SQLException {
        return (Map<String, String>) Rows.json(row, "attributes", Map.class);
    }
}
