package io.evenkeel.benchmarks.proof.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the product wrote about its repairs.
 *
 * @param url JDBC URL
 * @param user database user
 * @param password its password
 */
public record RepairReader(String url, String user, String password) {

    /**
     * One execution.
     *
     * @param digest of what is approved
     * @param verdict empty until judged
     * @param isVerified whether a verdict was reached by looking at the service
     * @param isEnded whether it will not move again
     */
    public record Repair(
            String id,
            long incident,
            String runbook,
            String state,
            String digest,
            String verdict,
            boolean isVerified,
            boolean isEnded,
            String text) {}

    /** The executions of a runbook, oldest first. */
    public List<Repair> of(String runbook) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement query = connection.prepareStatement("""
                    select id, incident, runbook, state, digest, coalesce(verdict, ''), verified_at is not null,
                           ended_at is not null, coalesce(verdict_text, state_text)
                      from execution where runbook = ? order by requested_at, id\
                    """)) {
            query.setString(1, runbook);
            List<Repair> repairs = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    repairs.add(new Repair(
                            row.getString(1),
                            row.getLong(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getBoolean(7),
                            row.getBoolean(8),
                            row.getString(9)));
                }
            }
            return repairs;
        }
    }

    /** State of an incident, such as {@code RESOLVED}. */
    public Optional<String> stateOf(long incident) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement query = connection.prepareStatement("select state from incident where number = ?")) {
            query.setLong(1, incident);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
