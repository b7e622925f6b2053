package io.evenkeel.launcher.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Reads what happened, for the terminal; the same views as the console. Used by one thread. */
public final class TimelineReader implements AutoCloseable {
    private final Connection connection;

    /**
     * One line of an incident's story.
     *
     * @param id rises with each line
     * @param incident incident number
     * @param at when it happened
     * @param text one sentence
     */
    public record Line(long id, long incident, Instant at, String text) {}

    public TimelineReader(PostgresServer server) throws SQLException {
        this.connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        connection.setReadOnly(true);
        connection.setAutoCommit(true);
    }

    /** Id of the newest line, 0 when there is none. */
    public long newest() throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("select coalesce(max(id), 0) from console_timeline");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    public List<Line> after(long id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select id, incident, at, text from console_timeline where id > ? order by id limit 200")) {
            query.setLong(1, id);
            List<Line> lines = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(new Line(
                            row.getLong(1),
                            row.getLong(2),
                            row.getObject(3, OffsetDateTime.class).toInstant(),
                            row.getString(4)));
                }
            }
            return lines;
        }
    }

    /** Number of incidents that are open or mitigated. */
    public int openIncidents() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select open_incidents from console_health");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
