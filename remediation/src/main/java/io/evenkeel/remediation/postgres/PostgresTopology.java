package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcOperations;

/** Who calls whom, as last seen, and every change once. */
public final class PostgresTopology {
    private final JdbcOperations jdbc;

    public PostgresTopology(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @throws io.evenkeel.remediation.incident.UnstorableException when the database refuses one of them
     */
    public void storeEdges(List<CallEdge> edges) {
        Map<String, CallEdge> latest = new HashMap<>();
        for (CallEdge edge : edges) {
            latest.merge(edge.id(), edge, (a, b) -> b.lastSeen().isBefore(a.lastSeen()) ? a : b);
        }
        List<CallEdge> ordered = latest.values().stream()
                .sorted(Comparator.comparing(CallEdge::id))
                .toList();
        Refusals.translating(
                "call edges",
                () -> jdbc.batchUpdate("""
                insert into call_edge as e (id, environment, caller, callee, protocol, calls_per_second, last_seen)
                values (?, ?, ?, ?, ?, ?, ?)
                on conflict (id) do update
                   set protocol = excluded.protocol, calls_per_second = excluded.calls_per_second,
                       last_seen = excluded.last_seen
                 where excluded.last_seen >= e.last_seen""", ordered, 500, (statement, edge) -> {
                    statement.setString(1, edge.id());
                    statement.setString(2, edge.caller().environment());
                    statement.setString(3, edge.caller().id());
                    statement.setString(4, edge.callee().id());
                    statement.setString(5, edge.protocol());
                    statement.setDouble(6, edge.callsPerSecond());
                    statement.setObject(7, Times.of(edge.lastSeen()));
                }));
    }

    /**
     * @throws io.evenkeel.remediation.incident.UnstorableException when the database refuses one of them
     */
    public void storeChanges(List<Change> changes) {
        Refusals.translating(
                "changes",
                () -> jdbc.batchUpdate("""
                insert into change_event (id, environment, service, kind, from_version, to_version, at, source, text)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (id) do nothing""", changes, 500, (statement, change) -> {
                    statement.setString(1, change.id());
                    statement.setString(2, change.service().environment());
                    statement.setString(3, change.service().id());
                    statement.setString(4, change.kind().name());
                    statement.setString(5, change.fromVersion());
                    statement.setString(6, change.toVersion());
                    statement.setObject(7, Times.of(change.at()));
                    statement.setString(8, change.source());
                    statement.setString(9, change.text());
                }));
    }
}
