package io.evenkeel.benchmarks.proof.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads what the detection job last told of itself.
 *
 * @param url JDBC URL
 * @param user database user
 * @param password its password
 */
public record PipelineReader(String url, String user, String password) {

    /** Items of a signal by outcome, since the job's run began; reasons are added up. */
    public Map<String, Long> items(String signal) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement query = connection.prepareStatement("""
                    select told->>'outcome', sum((told->>'count')::bigint)
                      from console_pipeline, jsonb_array_elements(counts) told
                     where part = 'detection' and told->>'unit' = 'items' and told->>'signal' = ?
                     group by 1\
                    """)) {
            query.setString(1, signal);
            Map<String, Long> items = new TreeMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    items.put(row.getString(1), row.getLong(2));
                }
            }
            return items;
        }
    }
}
