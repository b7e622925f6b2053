package io.evenkeel.console.postgres;

import io.evenkeel.console.remedy.DecisionView;
import io.evenkeel.console.remedy.ExecutionRow;
import io.evenkeel.console.remedy.GateView;
import io.evenkeel.console.remedy.PlanView;
import io.evenkeel.console.remedy.RunbookRow;
import io.evenkeel.console.remedy.StepView;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Repairs and the runbooks behind them. */
public final class PostgresExecutions {
    private final JdbcClient jdbc;

    public PostgresExecutions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All repairs of the incident, the newest first. */
    public List<ExecutionRow> ofIncident(long number) {
        return jdbc.sql("select * from console_execution where incident = :number order by requested_at desc limit 50")
                .param("number", number)
                .query(PostgresExecutions::execution)
                .list();
    }

    /** The newest repair of each open incident and of those lately resolved, for the list. */
    public List<ExecutionRow> newestOf(List<Long> numbers) {
        if (numbers.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                select distinct on (incident) * from console_execution where incident in (:numbers)
                order by incident, (ended_at is null) desc, requested_at desc""")
                .param("numbers", numbers)
                .query(PostgresExecutions::execution)
                .list();
    }

    /** Runbooks by name, with the record of all their runs. */
    public List<RunbookRow> runbooks() {
        return jdbc.sql("""
                select r.name, r.hash, r.source, r.loaded_at,
                       count(e.id) filter (where e.verdict is not null) as judged,
                       count(e.id) filter (where e.verdict = 'RECOVERED') as recovered,
                       count(e.id) filter (where e.verdict = 'WORSENED') as worsened,
                       max(e.started_at) as last_run,
                       percentile_cont(0.5) within group (order by extract(epoch from e.verified_at - e.started_at))
                         filter (where e.verdict = 'RECOVERED') as typical
                from console_runbook r left join console_execution e on e.runbook = r.name
                group by r.name, r.hash, r.source, r.loaded_at order by r.name""")
                .query((row, index) -> new RunbookRow(
                        row.getString("name"),
                        row.getString("hash"),
                        row.getString("source"),
                        Rows.instant(row, "loaded_at"),
                        row.getInt("judged"),
                        row.getInt("recovered"),
                        row.getInt("worsened"),
                        Rows.instantOrNull(row, "last_run"),
                        Rows.doubleOrNaN(row, "typical")))
                .list();
    }

    /** Median time from first effect to verified recovery of a runbook in an environment, s; NaN when it has none. */
    public double typicalSeconds(String runbook, String environment) {
        return jdbc.sql("""
                select percentile_cont(0.5) within group (order by extract(epoch from verified_at - started_at)) as typical
                from console_execution
                where runbook = :runbook and environment = :environment and verdict = 'RECOVERED'
                  and verified_at is not null and started_at is not null""")
                .param("runbook", runbook)
                .param("environment", environment)
                .query((row, index) -> Rows.doubleOrNaN(row, "typical"))
                .single();
    }

    private static ExecutionRow execution(ResultSet row, int index) throws SQLException {
        String verdict = row.getString("verdict");
        return new ExecutionRow(
                row.getString("id"),
                row.getLong("incident"),
                row.getString("environment"),
                row.getString("runbook"),
                CauseKind.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
                ExecutionState.valueOf(row.getString("state")),
                Risk.valueOf(row.getString("risk").toUpperCase(Locale.ROOT)),
                Rows.json(row, "gate", GateView.class),
                Rows.json(row, "plan", PlanView.class),
                row.getString("digest"),
                row.getString("requested_by"),
                Rows.instant(row, "requested_at"),
                Rows.instantOrNull(row, "expires_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                verdict == null ? null : Verdict.valueOf(verdict),
                row.getString("verdict_text"),
                Rows.instantOrNull(row, "verified_at"),
                row.getString("state_text"),
                List.of(Rows.json(row, "steps", StepView[].class)),
                List.of(Rows.json(row, "decisions", DecisionView[].class)),
                row.getInt("earlier_runs"),
                row.getInt("earlier_recovered"));
    }
}
