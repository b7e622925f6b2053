package io.evenkeel.remediation.postgres;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Daily partitions of the rollups, each split by width, so that old history is dropped as whole tables instead of row
 * by row. Rows of a day that has no partition yet wait in the default partition and are moved when it is made.
 */
public final class RollupPartitions {
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final int DAYS_AHEAD = 2;
    private static final int DAYS_BACK = 1;

    /** Two control planes must not make the same partition at once: the letters "roll". */
    private static final long LOCK = 0x726f6c6cL;

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final Duration narrowKept;
    private final Duration wideKept;

    /**
     * @param narrowKept how long 10 s rows are kept, at least; default 48 h
     * @param wideKept how long all other rows are kept, at least; default 30 d. Rows go by whole days.
     */
    public RollupPartitions(
            JdbcClient jdbc, TransactionOperations transactions, Duration narrowKept, Duration wideKept) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.narrowKept = narrowKept;
        this.wideKept = wideKept;
    }

    /** Makes what is missing around now and drops what is too old. Safe to call at any time, by many processes. */
    public void maintain(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        TreeSet<LocalDate> wanted = new TreeSet<>();
        for (int day = -DAYS_BACK; day <= DAYS_AHEAD; day++) {
            wanted.add(today.plusDays(day));
        }
        transactions.executeWithoutResult(status -> {
            jdbc.sql("select pg_advisory_xact_lock(:lock)")
                    .param("lock", LOCK)
                    .query((row, n) -> n)
                    .single();
            List<String> existing = tables();
            wanted.stream().filter(day -> !existing.contains(name(day))).forEach(this::create);
            drop(existing, name(LocalDate.ofInstant(now.minus(wideKept), ZoneOffset.UTC)), "");
            drop(existing, name(LocalDate.ofInstant(now.minus(narrowKept), ZoneOffset.UTC)), "_w10");
            jdbc.sql("delete from rollup_default where start < :limit")
                    .param("limit", Times.of(now.minus(wideKept)))
                    .update();
        });
    }

    private static String name(LocalDate day) {
        return "rollup_" + DAY.format(day);
    }

    private List<String> tables() {
        return jdbc.sql("""
                select c.relname from pg_class c join pg_namespace s on s.oid = c.relnamespace
                 where s.nspname = current_schema() and c.relkind in ('r', 'p')
                   and c.relname ~ '^rollup_[0-9]{8}(_w10)?$'""").query(String.class).list();
    }

    private void create(LocalDate day) {
        String table = name(day);
        String from = "timestamptz '" + day + " 00:00:00+00'";
        String to = "timestamptz '" + day.plusDays(1) + " 00:00:00+00'";
        execute("create table " + table + " (like rollup including defaults) partition by list (width)");
        execute("create table " + table + "_w10 partition of " + table + " for values in (10)");
        execute("create table " + table + "_w60 partition of " + table + " for values in (60)");
        execute("create table " + table + "_wx partition of " + table + " default");
        execute("lock table rollup_default in access exclusive mode");
        execute("insert into " + table + " select * from rollup_default where start >= " + from + " and start < " + to);
        execute("delete from rollup_default where start >= " + from + " and start < " + to);
        execute("alter table rollup attach partition " + table + " for values from (" + from + ") to (" + to + ")");
    }

    private void drop(List<String> existing, String firstKept, String suffix) {
        String limit = firstKept + suffix;
        existing.stream()
                .filter(table -> table.length() == limit.length() && table.compareTo(limit) < 0)
                .forEach(table -> execute("drop table if exists " + table));
    }

    private void execute(String sql) {
        jdbc.sql(sql).update();
    }
}
