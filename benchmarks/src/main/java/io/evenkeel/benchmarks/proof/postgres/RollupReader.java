package io.evenkeel.benchmarks.proof.postgres;

import io.evenkeel.domain.telemetry.SignalKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the one-minute rollups of a metric family as PostgreSQL holds them: the table keeps one row per (signal, start,
 * width), that of the highest revision.
 *
 * @param url JDBC URL
 * @param user database user
 * @param password its password
 */
public record RollupReader(String url, String user, String password) {

    /**
     * One row.
     *
     * @param count accepted points of the window
     * @param value mean, or rate per second, as the signal's kind says
     */
    public record Row(SignalKey signal, Instant start, long count, double value) {}

    /** All one-minute rows of metrics whose name begins so, from any time. */
    public List<Row> minutesOf(String metricPrefix) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement query = connection.prepareStatement("""
                    select signal, start, count, value from rollup
                     where width = 60 and split_part(signal, '|', 6) like ?\
                    """)) {
            query.setString(1, metricPrefix + "%");
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            SignalKey.parse(row.getString(1)),
                            row.getObject(2, OffsetDateTime.class).toInstant(),
                            row.getLong(3),
                            row.getDouble(4)));
                }
            }
            return rows;
        }
    }
}
