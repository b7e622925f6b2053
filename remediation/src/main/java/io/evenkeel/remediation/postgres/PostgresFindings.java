package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.finding.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Findings as the detection job last wrote them: the highest (epoch, sequence) of each id. */
public final class PostgresFindings {
    private final JdbcClient jdbc;
    private final JdbcOperations batches;
    private final TransactionOperations transactions;

    public PostgresFindings(JdbcClient jdbc, JdbcOperations batches, TransactionOperations transactions) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.transactions = transactions;
    }

    /**
     * Stores a batch in one transaction, stale versions left out.
     *
     * @throws io.evenkeel.remediation.incident.UnstorableException when the database refuses one of them
     */
    public void store(List<Finding> findings) {
        List<Finding> latest = latest(findings);
        if (latest.isEmpty()) {
            return;
        }
        Refusals.translating(
                "findings",
                () -> transactions.executeWithoutResult(status -> {
                    write(latest);
                    announce(latest);
                }));
    }

    private static List<Finding> latest(List<Finding> findings) {
        Map<String, Finding> byId = new HashMap<>();
        for (Finding finding : findings) {
            byId.merge(finding.id(), finding, (known, next) -> next.supersedes(known) ? next : known);
        }
        List<Finding> latest = new ArrayList<>(byId.values());
        // One order for all writers, so that two batches cannot lock each other's rows crosswise.
        latest.sort(java.util.Comparator.comparing(Finding::id));
        return latest;
    }

    private void write(List<Finding> findings) {
        batches.batchUpdate("""
                insert into finding as f (id, kind, signal, service, environment, direction, onset, onset_from, onset_to,
                    opened_at, updated_at, closed_at, ending, score, value, expected, lower, upper, impact, impact_unit,
                    band, evidence, exemplars, attributes, young_baseline, epoch, sequence)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?)
                on conflict (id) do update
                   set kind = excluded.kind, signal = excluded.signal, service = excluded.service,
                       environment = excluded.environment, direction = excluded.direction, onset = excluded.onset,
                       onset_from = excluded.onset_from, onset_to = excluded.onset_to, opened_at = excluded.opened_at,
                       updated_at = excluded.updated_at, closed_at = excluded.closed_at, ending = excluded.ending,
                       score = excluded.score, value = excluded.value, expected = excluded.expected,
                       lower = excluded.lower, upper = excluded.upper, impact = excluded.impact,
                       impact_unit = excluded.impact_unit, band = excluded.band, evidence = excluded.evidence,
                       exemplars = excluded.exemplars, attributes = excluded.attributes,
                       young_baseline = excluded.young_baseline, epoch = excluded.epoch, sequence = excluded.sequence
                 where (excluded.epoch, excluded.sequence) > (f.epoch, f.sequence)""", findings, 200, (statement, f) -> {
            int i = 0;
            statement.setString(++i, f.id());
            statement.setString(++i, f.kind().name());
            statement.setString(++i, f.signal().id());
            statement.setString(++i, f.signal().service().id());
            statement.setString(++i, f.signal().service().environment());
            statement.setString(++i, f.direction().name());
            statement.setObject(++i, Times.of(f.onset()));
            statement.setObject(++i, Times.of(f.onsetFrom()));
            statement.setObject(++i, Times.of(f.onsetTo()));
            statement.setObject(++i, Times.of(f.openedAt()));
            statement.setObject(++i, Times.of(f.updatedAt()));
            statement.setObject(++i, Times.orNull(f.closedAt()));
            statement.setString(++i, f.ending() == null ? null : f.ending().name());
            statement.setDouble(++i, f.score());
            statement.setDouble(++i, f.value());
            statement.setDouble(++i, f.expected());
            statement.setDouble(++i, f.lower());
            statement.setDouble(++i, f.upper());
            statement.setDouble(++i, f.impact());
            statement.setString(++i, f.impactUnit());
            statement.setString(++i, Json.orNull(f.band()));
            statement.setString(++i, Json.orNull(f.evidence()));
            statement.setString(++i, Json.of(f.exemplars()));
            statement.setString(++i, Json.of(f.attributes()));
            statement.setBoolean(++i, f.youngBaseline());
            statement.setLong(++i, f.epoch());
            statement.setLong(++i, f.sequence());
        });
    }

    /** Live readers hear of findings of incidents only; the others are seen on the next page view. */
    private void announce(List<Finding> findings) {
        jdbc.sql("""
                insert into live_event (kind, incident, ref)
                select distinct 'finding', m.incident, m.finding from incident_member m where m.finding = any(:ids)""")
                .param("ids", findings.stream().map(Finding::id).toArray(String[]::new))
                .update();
    }
}
