package io.evenkeel.testbed.shop.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stock in inventory's own PostgreSQL, behind a pool of five connections. */
public final class PostgresStock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresStock.class);

    private static final int POOL_SIZE = 5;
    /** A connection not to be had in this time fails the request; below the callers' 1.8 s. */
    private static final Duration CONNECTION_TIMEOUT = Duration.ofMillis(1500);
    /** Promises lapse after this time and their pieces go back on the shelf. */
    private static final Duration PROMISE = Duration.ofSeconds(60);

    private static final String SCHEMA = """
            CREATE TABLE IF NOT EXISTS stock (product int PRIMARY KEY, pieces int NOT NULL CHECK (pieces >= 0));
            CREATE TABLE IF NOT EXISTS promise (
              order_id text PRIMARY KEY, product int NOT NULL, quantity int NOT NULL, at timestamptz NOT NULL DEFAULT now());
            CREATE INDEX IF NOT EXISTS promise_at ON promise (at);
            """;

    private final HikariDataSource pool;
    private final ScheduledExecutorService lapse = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "lapse");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Connects and makes the tables where they are missing.
     *
     * @param products number of products, each filled up to 10 000 pieces once
     * @throws IOException if the database cannot be reached or refuses the password
     */
    public PostgresStock(String url, String user, String password, int products) throws IOException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(POOL_SIZE);
        config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        config.setInitializationFailTimeout(10_000);
        config.setPoolName("inventory");
        this.pool = new HikariDataSource(config);
        try {
            fill(products);
        } catch (SQLException e) {
            throw new IOException("inventory's database: " + e.getMessage(), e);
        }
        lapse.scheduleWithFixedDelay(this::lapse, 30, 30, TimeUnit.SECONDS);
    }

    private void fill(int products) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            // Two replicas may start at once; the lock makes the second wait for the first.
            statement.execute("BEGIN; SELECT pg_advisory_xact_lock(4711);" + SCHEMA + "COMMIT;");
            statement.execute("INSERT INTO stock SELECT n, 10000 FROM generate_series(1, " + products
                    + ") n ON CONFLICT DO NOTHING");
        }
    }

    /**
     * Promises pieces to an order for a while. A promise that is not used lapses by itself, so a failed payment needs no
     * call back.
     *
     * @return pieces left after it, -1 when there were too few
     */
    public int reserve(int product, int quantity, String order) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            int left = take(connection, product, quantity);
            if (left >= 0) {
                promise(connection, product, quantity, order);
            }
            connection.commit();
            return left;
        } catch (SQLException e) {
            throw new IllegalStateException("stock is not available: " + e.getMessage(), e);
        }
    }

    private static int take(Connection connection, int product, int quantity) throws SQLException {
        try (PreparedStatement take = connection.prepareStatement(
                "UPDATE stock SET pieces = pieces - ? WHERE product = ? AND pieces >= ? RETURNING pieces")) {
            take.setInt(1, quantity);
            take.setInt(2, product);
            take.setInt(3, quantity);
            try (ResultSet left = take.executeQuery()) {
                return left.next() ? left.getInt(1) : -1;
            }
        }
    }

    private static void promise(Connection connection, int product, int quantity, String order) throws SQLException {
        try (PreparedStatement promise = connection.prepareStatement(
                "INSERT INTO promise (order_id, product, quantity) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")) {
            promise.setString(1, order);
            promise.setInt(2, product);
            promise.setInt(3, quantity);
            promise.executeUpdate();
        }
    }

    private void lapse() {
        try (Connection connection = pool.getConnection();
                PreparedStatement lapsed = connection.prepareStatement(
                        "WITH gone AS (DELETE FROM promise WHERE at < now() - make_interval(secs => ?) RETURNING *),"
                                + " back AS (SELECT product, sum(quantity) AS quantity FROM gone GROUP BY product)"
                                + " UPDATE stock SET pieces = pieces + back.quantity FROM back"
                                + " WHERE stock.product = back.product")) {
            lapsed.setDouble(1, PROMISE.toSeconds());
            lapsed.executeUpdate();
        } catch (SQLException e) {
            LOG.warn("lapsed promises stay for now reason={}", e.getMessage());
        }
    }

    @Override
    public void close() {
        lapse.shutdownNow();
        pool.close();
    }
}
