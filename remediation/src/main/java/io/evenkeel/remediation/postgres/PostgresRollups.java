package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * History of signals. A batch is one multi-row upsert from arrays, whatever its size; a row is replaced only by a
 * higher revision, so that the topic may be read twice. Also keeps the register of signals and, per environment, when
 * data last came in. One writer thread.
 */
public final class PostgresRollups {
    /** How far a signal's {@code last_seen} may lag, so that the register is not rewritten with every window. */
    private static final Duration REGISTER_STEP = Duration.ofSeconds(30);

    /** Bound of the register's memory; past it the register is read as if new, which costs one write per signal. */
    private static final int REGISTER_SIZE = 500_000;

    private final JdbcOperations jdbc;
    private final TransactionOperations transactions;
    private final InstantSource clock;
    private final Map<String, Instant> registered = new HashMap<>();

    public PostgresRollups(JdbcOperations jdbc, TransactionOperations transactions, InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Stores a batch in one transaction.
     *
     * @throws io.evenkeel.remediation.incident.UnstorableException when the database refuses one of them
     */
    public void store(List<Rollup> rollups) {
        if (rollups.isEmpty()) {
            return;
        }
        List<Row> rows = latest(rollups);
        Collection<Seen> seen = newlySeen(rows);
        Collection<Arrival> arrivals = arrivals(rows);
        Refusals.translating(
                "rollups",
                () -> transactions.executeWithoutResult(status -> jdbc.execute(
                        (ConnectionCallback<Integer>) connection -> write(connection, rows, seen, arrivals))));
        if (registered.size() > REGISTER_SIZE) {
            registered.clear();
        }
        seen.forEach(signal -> registered.put(signal.id, signal.last));
    }

    private record Row(String signal, SignalKey key, Rollup rollup) {
        Instant end() {
            return rollup.start().plusSeconds(rollup.widthSeconds());
        }
    }

    private record Key(String signal, Instant start, int width) {}

    private record Seen(String id, SignalKey key, Instant first, Instant last) {
        Seen and(Seen other) {
            return new Seen(
                    id,
                    key,
                    first.isBefore(other.first) ? first : other.first,
                    last.isAfter(other.last) ? last : other.last);
        }
    }

    private record Arrival(String environment, Instant newest) {
        Arrival and(Arrival other) {
            return newest.isAfter(other.newest) ? this : other;
        }
    }

    /** One row per key, in one order for all writers; an upsert may not touch a row twice. */
    private static List<Row> latest(List<Rollup> rollups) {
        Map<Key, Row> byKey = new HashMap<>(rollups.size() * 2);
        for (Rollup rollup : rollups) {
            String signal = rollup.signal().id();
            byKey.merge(
                    new Key(signal, rollup.start(), rollup.widthSeconds()),
                    new Row(signal, rollup.signal(), rollup),
                    (known, next) -> next.rollup.revision() >= known.rollup.revision() ? next : known);
        }
        List<Row> rows = new ArrayList<>(byKey.values());
        rows.sort(Comparator.comparing(Row::signal)
                .thenComparing(row -> row.rollup.start())
                .thenComparing(row -> row.rollup.widthSeconds()));
        return rows;
    }

    private Collection<Seen> newlySeen(List<Row> rows) {
        Map<String, Seen> seen = new HashMap<>();
        for (Row row : rows) {
            Instant known = registered.get(row.signal);
            if (known == null || row.end().isAfter(known.plus(REGISTER_STEP))) {
                seen.merge(row.signal, new Seen(row.signal, row.key, row.rollup.start(), row.end()), Seen::and);
            }
        }
        List<Seen> ordered = new ArrayList<>(seen.values());
        ordered.sort(Comparator.comparing(Seen::id));
        return ordered;
    }

    private static Collection<Arrival> arrivals(List<Row> rows) {
        Map<String, Arrival> byEnvironment = new HashMap<>();
        for (Row row : rows) {
            boolean hasData = row.rollup.count() > 0;
            if (hasData && row.key.isGolden() && row.key.kind() != SignalKind.PRESENCE) {
                String environment = row.key.service().environment();
                byEnvironment.merge(environment, new Arrival(environment, row.end()), Arrival::and);
            }
        }
        List<Arrival> ordered = new ArrayList<>(byEnvironment.values());
        ordered.sort(Comparator.comparing(Arrival::environment));
        return ordered;
    }

    private int write(Connection connection, List<Row> rows, Collection<Seen> seen, Collection<Arrival> arrivals)
            throws SQLException {
        int written;
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into rollup as r (signal, start, width, count, value, expected, lower, upper, revision)
                select * from unnest(?::text[], ?::timestamptz[], ?::smallint[], ?::bigint[], ?::float8[], ?::float8[],
                                     ?::float8[], ?::float8[], ?::bigint[])
                on conflict (signal, start, width) do update
                   set count = excluded.count, value = excluded.value, expected = excluded.expected,
                       lower = excluded.lower, upper = excluded.upper, revision = excluded.revision
                 where excluded.revision > r.revision""")) {
            statement.setArray(1, array(connection, "text", rows, Row::signal));
            statement.setArray(
                    2,
                    array(
                            connection,
                            "timestamptz",
                            rows,
                            row -> row.rollup.start().toString()));
            statement.setArray(3, array(connection, "smallint", rows, row -> (short) row.rollup.widthSeconds()));
            statement.setArray(4, array(connection, "bigint", rows, row -> row.rollup.count()));
            statement.setArray(5, array(connection, "float8", rows, row -> row.rollup.value()));
            statement.setArray(6, array(connection, "float8", rows, row -> row.rollup.expected()));
            statement.setArray(7, array(connection, "float8", rows, row -> row.rollup.lower()));
            statement.setArray(8, array(connection, "float8", rows, row -> row.rollup.upper()));
            statement.setArray(9, array(connection, "bigint", rows, row -> row.rollup.revision()));
            written = statement.executeUpdate();
        }
        register(connection, seen);
        arrive(connection, arrivals);
        return written;
    }

    private static void register(Connection connection, Collection<Seen> seen) throws SQLException {
        if (seen.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into signal as s (id, environment, service, kind, callee, operation, slot, metric, attributes,
                                         first_seen, last_seen)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                                     ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[])
                on conflict (id) do update
                   set first_seen = least(s.first_seen, excluded.first_seen),
                       last_seen = greatest(s.last_seen, excluded.last_seen)""")) {
            int i = 0;
            statement.setArray(++i, array(connection, "text", seen, Seen::id));
            statement.setArray(
                    ++i, array(connection, "text", seen, s -> s.key.service().environment()));
            statement.setArray(
                    ++i, array(connection, "text", seen, s -> s.key.service().id()));
            statement.setArray(
                    ++i, array(connection, "text", seen, s -> s.key.kind().name()));
            statement.setArray(
                    ++i,
                    array(
                            connection,
                            "text",
                            seen,
                            s -> s.key.callee() == null ? "" : s.key.callee().id()));
            statement.setArray(++i, array(connection, "text", seen, s -> s.key.operation()));
            statement.setArray(++i, array(connection, "text", seen, s -> s.key.slot()));
            statement.setArray(++i, array(connection, "text", seen, s -> s.key.metric()));
            statement.setArray(++i, array(connection, "text", seen, s -> s.key.attributes()));
            statement.setArray(++i, array(connection, "timestamptz", seen, s -> s.first.toString()));
            statement.setArray(++i, array(connection, "timestamptz", seen, s -> s.last.toString()));
            statement.executeUpdate();
        }
    }

    private void arrive(Connection connection, Collection<Arrival> arrivals) throws SQLException {
        if (arrivals.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into data_arrival as d (environment, arrived_at, newest)
                select e, ?, n from unnest(?::text[], ?::timestamptz[]) as a(e, n)
                on conflict (environment) do update
                   set arrived_at = greatest(d.arrived_at, excluded.arrived_at),
                       newest = greatest(d.newest, excluded.newest)""")) {
            statement.setObject(1, Times.of(clock.instant()));
            statement.setArray(2, array(connection, "text", arrivals, Arrival::environment));
            statement.setArray(3, array(connection, "timestamptz", arrivals, arrival -> arrival.newest.toString()));
            statement.executeUpdate();
        }
    }

    private static <T> Array array(Connection connection, String type, Collection<T> rows, Function<T, Object> value)
            throws SQLException {
        return connection.createArrayOf(type, rows.stream().map(value).toArray());
    }
}
