package io.evenkeel.console.postgres;

import io.evenkeel.console.incident.SignalRow;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Signals and their history. */
public final class PostgresSignals {
    /** Rows of history read at once: 7 services x 3 signals x 30 min fit several times over. */
    private static final int MOST_ROLLUPS = 60_000;

    private final JdbcClient jdbc;

    public PostgresSignals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Rate, errors and duration of whole services, by service. */
    public List<SignalRow> golden() {
        return jdbc.sql("""
                select * from console_signal
                where metric = 'requests' and callee = '' and operation = '' and slot = ''
                  and last_seen > clock_timestamp() - interval '1 hour'
                order by service, kind limit 300""").query(PostgresSignals::signal).list();
    }

    /**
     * Signals whose id holds the text: those outside their band first, then rate, errors and duration of whole services.
     *
     * <p>PostgreSQL takes NaN for greater than any number, so a signal without a band is asked for it by name.
     *
     * @param text part of an id, in any case; empty for all
     * @param offset how many to leave out
     */
    public List<SignalRow> search(String text, int offset, int limit) {
        return jdbc.sql("""
                select * from console_signal
                where position(lower(:text) in lower(id)) > 0
                order by (coalesce(value <> 'NaN' and (value > upper or lower <> 'NaN' and value < lower), false)
                          and last_seen > clock_timestamp() - interval '5 minutes') desc,
                         (metric = 'requests' and callee = '' and operation = '' and slot = '') desc,
                         service, callee, operation, kind, metric, slot, attributes
                offset :offset limit :limit""")
                .param("text", text)
                .param("offset", offset)
                .param("limit", limit)
                .query(PostgresSignals::signal)
                .list();
    }

    public Optional<SignalRow> byId(String id) {
        return jdbc.sql("select * from console_signal where id = :id")
                .param("id", id)
                .query(PostgresSignals::signal)
                .optional();
    }

    /**
     * History of the signals, per signal id in order of time. Where a minute has 10 s windows, its 1 min window is left
     * out.
     */
    public Map<String, List<Rollup>> history(List<String> signals, Instant from, Instant to) {
        Map<String, List<Rollup>> history = new HashMap<>();
        if (signals.isEmpty()) {
            return history;
        }
        jdbc.sql("""
                select * from console_rollup r
                where signal in (:signals) and start >= :from and start <= :to
                  and (width = 10 or not exists (
                       select 1 from console_rollup t where t.signal = r.signal and t.width = 10
                          and t.start >= r.start and t.start < r.start + interval '1 minute'))
                order by signal, start limit :limit""")
                .param("signals", signals)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .param("limit", MOST_ROLLUPS)
                .query((row, index) -> new Rollup(
                        SignalKey.parse(row.getString("signal")),
                        Rows.instant(row, "start"),
                        row.getInt("width"),
                        row.getLong("count"),
                        row.getDouble("value"),
                        row.getDouble("expected"),
                        row.getDouble("lower"),
                        row.getDouble("upper"),
                        row.getLong("revision")))
                .list()
                .forEach(rollup -> history.computeIfAbsent(rollup.signal().id(), id -> new ArrayList<>())
                        .add(rollup));
        return history;
    }

    private static SignalRow signal(ResultSet row, int index) throws SQLException {
        return new SignalRow(
                SignalKey.parse(row.getString("id")),
                Rows.instant(row, "first_seen"),
                Rows.instant(row, "last_seen"),
                Rows.instantOrNull(row, "latest_start"),
                Rows.doubleOrNaN(row, "value"),
                Rows.doubleOrNaN(row, "expected"),
                Rows.doubleOrNaN(row, "lower"),
                Rows.doubleOrNaN(row, "upper"));
    }
}
