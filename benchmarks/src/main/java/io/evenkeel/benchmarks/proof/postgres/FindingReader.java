package io.evenkeel.benchmarks.proof.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the product noticed, whether or not it told anybody.
 *
 * @param url JDBC URL
 * @param user database user
 * @param password its password
 */
public record FindingReader(String url, String user, String password) {

    /**
     * One finding with its figures; see the domain's Finding for their units.
     *
     * @param closedAt null while it is open
     * @param incidents numbers of the incidents it is a member of, joined by blanks
     */
    public record Finding(
            String kind,
            String signal,
            String direction,
            Instant onset,
            Instant openedAt,
            @Nullable Instant closedAt,
            double score,
            double value,
            double expected,
            double lower,
            double upper,
            double impact,
            String impactUnit,
            boolean youngBaseline,
            String incidents) {}

    /** All findings, oldest first. */
    public List<Finding> all() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement query = connection.prepareStatement("""
                    select kind, signal, direction, onset, opened_at, closed_at, score, value, expected, lower, upper,
                           impact, impact_unit, young_baseline,
                           (select coalesce(string_agg(m.incident::text, ' ' order by m.incident), '')
                              from incident_member m where m.finding = f.id)
                      from finding f order by opened_at, id\
                    """)) {
            List<Finding> findings = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime closed = row.getObject(6, OffsetDateTime.class);
                    findings.add(new Finding(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            instant(row, 4),
                            instant(row, 5),
                            closed == null ? null : closed.toInstant(),
                            row.getDouble(7),
                            row.getDouble(8),
                            row.getDouble(9),
                            row.getDouble(10),
                            row.getDouble(11),
                            row.getDouble(12),
                            row.getString(13),
                            row.getBoolean(14),
                            row.getString(15)));
                }
            }
            return findings;
        }
    }

    /** Changes the product saw in the telemetry or was told since then. */
    public long changesSince(Instant from) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement query =
                        connection.prepareStatement("select count(*) from change_event where at >= ?")) {
            query.setObject(1, from.atOffset(java.time.ZoneOffset.UTC));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
