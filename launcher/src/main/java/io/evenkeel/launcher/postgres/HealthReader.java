package io.evenkeel.launcher.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads how the house is doing, for its own metrics; a connection per reading, a few times a minute. */
public final class HealthReader {
    private static final Logger LOG = LoggerFactory.getLogger(HealthReader.class);

    private final PostgresServer server;

    /**
     * @param dataAgeSeconds seconds since the end of the newest rollup; NaN when there has been none for a day
     * @param openIncidents open or mitigated incidents
     * @param waitingApprovals executions that wait for a person
     */
    public record Health(double dataAgeSeconds, long openIncidents, long waitingApprovals) {}

    public HealthReader(PostgresServer server) {
        this.server = server;
    }

    /** Empty while the database does not answer. */
    public Optional<Health> read() {
        String query =
                "select coalesce(extract(epoch from now - newest_data), 'NaN'), open_incidents, waiting_approvals"
                        + " from console_health";
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return Optional.of(new Health(row.getDouble(1), row.getLong(2), row.getLong(3)));
        } catch (SQLException e) {
            LOG.warn("own metrics: the database does not answer", e);
            return Optional.empty();
        }
    }
}
