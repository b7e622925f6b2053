package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.gate.History;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts what runbooks did, and lets a run begin: check and act in one transaction under an advisory lock on the target,
 * so that of many at once no more begin than the limit says.
 */
public final class PostgresLimits {
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresExecutions executions;

    public PostgresLimits(JdbcClient jdbc, TransactionTemplate transactions, PostgresExecutions executions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.executions = executions;
    }

    /** What came of the wish to begin. */
    public sealed interface Begin {
        /** It runs. */
        record Begun(ExecutionRow row) implements Begin {}

        /** Another run holds the target; wait. */
        record Locked(UUID by) implements Begin {}

        /** A limit is reached; a new look of the gate tells which. */
        record LimitReached(String text) implements Begin {}
    }

    public History history(String runbook, String environment, String lockKey) {
        return jdbc.sql("""
                select count(*) filter (where started_at > clock_timestamp() - interval '24 hours') as runs,
                       max(ended_at) filter (where lock_key = :lock) as last_end,
                       count(*) filter (where lock_key = :lock and verdict <> 'RECOVERED'
                                          and ended_at > clock_timestamp() - interval '24 hours') as failed
                  from execution where runbook = :runbook and environment = :environment and started_at is not null""")
                .param("lock", lockKey)
                .param("runbook", runbook)
                .param("environment", environment)
                .query((row, n) ->
                        new History(row.getInt("runs"), Times.readOrNull(row, "last_end"), row.getInt("failed")))
                .single();
    }

    /**
     * Lets the run begin unless a limit or another run forbids it.
     *
     * @param maxRun deadline of the whole run
     * @param repeats runs without recovery that block
     * @param move the move to RUNNING
     */
    public Begin begin(ExecutionRow row, Duration maxRun, int repeats, Move move) {
        Begin begin = transactions.execute(status -> {
            String key = row.plan().lockKey();
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
                    .param("key", key)
                    .query((r, n) -> n)
                    .single();
            @Nullable
            UUID holder = jdbc.sql("""
                    select l.execution from target_lock l join execution e on e.id = l.execution
                     where l.target = :key and l.execution <> :id and e.ended_at is null""")
                    .param("key", key)
                    .param("id", row.id())
                    .query(UUID.class)
                    .optional()
                    .orElse(null);
            if (holder != null) {
                return new Begin.Locked(holder);
            }
            // Counted again here, under the lock: what the gate saw a moment ago may have been seen by others too.
            History history = history(row.runbook(), row.environment(), key);
            String reached = reached(row, history, repeats);
            if (reached != null) {
                return new Begin.LimitReached(reached);
            }
            jdbc.sql("""
                    insert into target_lock (target, execution, epoch) values (:key, :id, :epoch)
                    on conflict (target) do update set execution = excluded.execution, epoch = excluded.epoch,
                           taken_at = clock_timestamp()""")
                    .param("key", key)
                    .param("id", row.id())
                    .param("epoch", row.leaseEpoch())
                    .update();
            jdbc.sql("""
                    update execution set started_at = clock_timestamp(),
                           deadline_at = clock_timestamp() + make_interval(secs => :seconds) where id = :id and lease_epoch = :epoch""")
                    .param("seconds", maxRun.toMillis() / 1000.0)
                    .param("id", row.id())
                    .param("epoch", row.leaseEpoch())
                    .update();
            return new Begin.Begun(executions.moveHere(row, move));
        });
        if (begin == null) {
            throw new IllegalStateException("a transaction without an answer");
        }
        return begin;
    }

    private static @Nullable String reached(ExecutionRow row, History history, int repeats) {
        if (row.state() != ExecutionState.PRECHECK) {
            return "it is " + row.state();
        }
        if (history.failedInDay() >= repeats) {
            return "it did not help " + history.failedInDay() + " times here in 24 h";
        }
        if (history.runsInDay() >= row.plan().maxPerDay()) {
            return "it ran " + history.runsInDay() + " times in 24 h";
        }
        Instant end = history.lastEnd();
        if (end != null && end.plusSeconds(row.plan().cooldownSeconds()).isAfter(row.now())) {
            return "it rests after its last run here";
        }
        return null;
    }
}
