package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.remedy.StepState;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.LeaseLostException;
import io.evenkeel.remediation.execution.StepRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Steps of executions. Every write is fenced by the lease epoch of the execution, under a lock on its row. */
public final class PostgresSteps {
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresAuditLog audit;

    public PostgresSteps(JdbcClient jdbc, TransactionTemplate transactions, PostgresAuditLog audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    public List<StepRow> of(UUID execution) {
        return jdbc.sql("""
                select ordinal, token, undo_token, state, before, attempts, undo_attempts, intent_at, ended_at
                  from execution_step where execution = :id order by ordinal""").param("id", execution).query((row, n) -> read(row)).list();
    }

    /**
     * Commits the intent: from here on the effect may have happened. Refused while a stop covers it: the flag is read in
     * the same transaction.
     *
     * @return false when a stop is engaged, and nothing was written
     */
    public boolean intend(
            ExecutionRow row, StepRow step, String use, String executor, Map<String, @Nullable Object> before) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            fence(row);
            int stops = jdbc.sql("select count(*) from stop_flag where scope in ('global', :env, :executor, :runbook)")
                    .param("env", "env:" + row.environment())
                    .param("executor", "executor:" + executor)
                    .param("runbook", "runbook:" + row.runbook())
                    .query(Integer.class)
                    .single();
            if (stops > 0) {
                return false;
            }
            write(row, step.ordinal(), List.of(StepState.READY), """
                    state = 'INTENT', before = :json::jsonb, intent_at = clock_timestamp(), lease_epoch = :epoch, error = null""", before, null);
            jdbc.sql("update incident set acted_on = true where number = :number")
                    .param("number", row.incident())
                    .update();
            audit.append(
                    "evenkeel",
                    "step.intent",
                    "execution:" + row.id(),
                    Map.of(
                            "step",
                            step.ordinal(),
                            "use",
                            use,
                            "token",
                            step.token(),
                            "epoch",
                            row.leaseEpoch(),
                            "before",
                            before));
            return true;
        }));
    }

    /** The effect is about to be sent, once more. */
    public void attempt(ExecutionRow row, StepRow step) {
        fenced(
                row,
                () -> write(
                        row,
                        step.ordinal(),
                        List.of(StepState.INTENT, StepState.UNKNOWN),
                        "attempts = attempts + 1, lease_epoch = :epoch",
                        null,
                        null));
    }

    /** The target has it. */
    public void dispatched(ExecutionRow row, StepRow step) {
        fenced(
                row,
                () -> write(
                        row,
                        step.ordinal(),
                        List.of(StepState.INTENT, StepState.UNKNOWN, StepState.DISPATCHED),
                        "state = 'DISPATCHED', dispatched_at = coalesce(dispatched_at, clock_timestamp()), error = null",
                        null,
                        null));
    }

    public void applied(ExecutionRow row, StepRow step, Map<String, @Nullable Object> result) {
        fenced(row, () -> {
            write(
                    row,
                    step.ordinal(),
                    List.of(StepState.INTENT, StepState.DISPATCHED, StepState.UNKNOWN),
                    """
                    state = 'APPLIED', result = :json::jsonb, error = null, ended_at = clock_timestamp(),
                    dispatched_at = coalesce(dispatched_at, clock_timestamp())""",
                    result,
                    null);
            audit.append(
                    "evenkeel",
                    "step.applied",
                    "execution:" + row.id(),
                    Map.of("step", step.ordinal(), "token", step.token()));
        });
    }

    public void unknown(ExecutionRow row, StepRow step, String error) {
        fenced(
                row,
                () -> write(
                        row,
                        step.ordinal(),
                        List.of(StepState.INTENT, StepState.DISPATCHED, StepState.UNKNOWN),
                        "state = 'UNKNOWN', error = :error",
                        null,
                        error));
    }

    /** It certainly did not happen and may be tried again: back to the intent. */
    public void notApplied(ExecutionRow row, StepRow step, String error) {
        fenced(
                row,
                () -> write(
                        row,
                        step.ordinal(),
                        List.of(StepState.INTENT, StepState.DISPATCHED, StepState.UNKNOWN),
                        "state = 'INTENT', error = :error",
                        null,
                        error));
    }

    public void failed(ExecutionRow row, StepRow step, String error) {
        fenced(row, () -> {
            write(
                    row,
                    step.ordinal(),
                    List.of(StepState.READY, StepState.INTENT, StepState.DISPATCHED, StepState.UNKNOWN),
                    "state = 'FAILED', error = :error, ended_at = clock_timestamp()",
                    null,
                    error);
            audit.append(
                    "evenkeel",
                    "step.failed",
                    "execution:" + row.id(),
                    Map.of("step", step.ordinal(), "token", step.token(), "error", error));
        });
    }

    public void verified(ExecutionRow row, StepRow step) {
        fenced(row, () -> write(row, step.ordinal(), List.of(StepState.APPLIED), "state = 'VERIFIED'", null, null));
    }

    public void attemptUndo(ExecutionRow row, StepRow step) {
        fenced(row, () -> {
            write(
                    row,
                    step.ordinal(),
                    List.of(),
                    "undo_attempts = undo_attempts + 1, lease_epoch = :epoch",
                    null,
                    null);
            audit.append(
                    "evenkeel",
                    "step.undo",
                    "execution:" + row.id(),
                    Map.of("step", step.ordinal(), "token", step.undoToken()));
        });
    }

    public void undone(ExecutionRow row, StepRow step) {
        fenced(
                row,
                () -> write(
                        row, step.ordinal(), List.of(), "state = 'UNDONE', undone_at = clock_timestamp()", null, null));
    }

    private void fenced(ExecutionRow row, Runnable write) {
        transactions.executeWithoutResult(status -> {
            fence(row);
            write.run();
        });
    }

    /** Locks the execution's row and refuses a worker whose lease has passed on. */
    private void fence(ExecutionRow row) {
        long epoch = jdbc.sql("select lease_epoch from execution where id = :id for update")
                .param("id", row.id())
                .query(Long.class)
                .single();
        if (epoch != row.leaseEpoch()) {
            throw new LeaseLostException(
                    "execution " + row.id() + " passed on: epoch " + epoch + " instead of " + row.leaseEpoch());
        }
    }

    private void write(
            ExecutionRow row,
            int ordinal,
            List<StepState> from,
            String assignments,
            @Nullable Map<String, @Nullable Object> json,
            @Nullable String error) {
        JdbcClient.StatementSpec statement = jdbc.sql("update execution_step set " + assignments
                        + " where execution = :id and ordinal = :ordinal"
                        + (from.isEmpty() ? "" : " and state in (:from)"))
                .param("id", row.id())
                .param("ordinal", ordinal);
        if (!from.isEmpty()) {
            statement = statement.param("from", from.stream().map(Enum::name).toList());
        }
        if (assignments.contains(":epoch")) {
            statement = statement.param("epoch", row.leaseEpoch());
        }
        if (assignments.contains(":json")) {
            statement = statement.param("json", Json.orNull(json));
        }
        if (assignments.contains(":error")) {
            statement = statement.param("error", error);
        }
        if (statement.update() == 0) {
            throw new LeaseLostException(
                    "step " + ordinal + " of execution " + row.id() + " is in no state of " + from);
        }
    }

    private static StepRow read(ResultSet row) throws SQLException {
        Map<String, @Nullable Object> before = new LinkedHashMap<>();
        String json = row.getString("before");
        if (json != null) {
            Json.read(json, Map.class).forEach((key, value) -> before.put(String.valueOf(key), value));
        }
        return new StepRow(
                row.getInt("ordinal"),
                row.getObject("token", UUID.class),
                row.getObject("undo_token", UUID.class),
                StepState.valueOf(row.getString("state")),
                before,
                row.getInt("attempts"),
                row.getInt("undo_attempts"),
                Times.readOrNull(row, "intent_at"),
                Times.readOrNull(row, "ended_at"));
    }
}
