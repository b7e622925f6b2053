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

    /** The database does not answer just now; try again. */
    public static final class AwayException extends Exception {
        private static final long serialVersionUID = 1L;

        AwayException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }

    public TimelineReader(PostgresServer server) throws AwayException {
        try {
            this.connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
            connection.setReadOnly(true);
        } catch (SQLException e) {
            throw new AwayException(e);
        }
    }

    /** Id of the newest line, 0 when there is none. */
    public long newest() throws AwayException {
        return number("select coalesce(max(id), 0) from console_timeline");
    }

    /** Number of incidents that are open or mitigated. */
    public long openIncidents() throws AwayException {
        return number("select open_incidents from console_health");
    }

    public List<Line> after(long id) throws AwayException {
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
        } catch (SQLException e) {
            throw new AwayException(e);
        }
    }

    private long number(String sql) throws AwayException {
        try (PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AwayException(e);
        }
    }

    @Override
    public void close() throws AwayException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AwayException(e);
        }
    }
}
