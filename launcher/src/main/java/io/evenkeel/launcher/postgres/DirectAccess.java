package io.evenkeel.launcher.postgres;

import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A data source for one-off commands, without a pool. */
public final class DirectAccess {
    private DirectAccess() {}

    public static DataSource to(PostgresServer server) {
        return new DriverManagerDataSource(server.jdbcUrl(), server.user(), server.password());
    }
}
