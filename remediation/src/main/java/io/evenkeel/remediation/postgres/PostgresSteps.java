package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.remedy.StepState;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.LeaseLostException;
import io.evenkeel.remediation.execution.StepRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Steps of executions. Every write is fenced by lease epoch and state of the execution, under a lock on its row. */
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
     * Commits the intent: from here on the effect may have happened. Refused while a stop covers it or when the incident is
     * no longer open: both are read in the same transaction.
     *
     * @return why it was refused and nothing was written; empty when it was written
     */
    public Optional<String> intend(
            ExecutionRow row, StepRow step, String use, String executor, Map<String, @Nullable Object> before) {
        return unlessRefused(row, executor, () -> {
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
        });
    }

    /**
     * The effect is about to be sent, for the first time or once more. Refused as the intent is: between the two, or between
     * two tries, a process may have been down for long.
     *
     * @return why it was refused and nothing was written; empty when it was written
     */
    public Optional<String> attempt(ExecutionRow row, StepRow step, String executor) {
        return unlessRefused(row, executor, () -> {
            write(
                    row,
                    step.ordinal(),
                    List.of(StepState.INTENT),
                    "attempts = attempts + 1, lease_epoch = :epoch",
                    null,
                    null);
            audit.append(
                    "evenkeel",
                    "step.attempt",
                    "execution:" + row.id(),
                    Map.of("step", step.ordinal(), "token", step.token(), "attempt", step.attempts() + 1));
        });
    }

    private Optional<String> unlessRefused(ExecutionRow row, String executor, Runnable write) {
        Optional<String> refused = transactions.execute(status -> {
            fence(row);
            Optional<String> why = refusal(row, executor);
            if (why.isEmpty()) {
                write.run();
            }
            return why;
        });
        return Objects.requireNonNull(refused, "a transaction without an answer");
    }

    private Optional<String> refusal(ExecutionRow row, String executor) {
        int stops = jdbc.sql("select count(*) from stop_flag where scope in ('global', :env, :executor, :runbook)")
                .param("env", "env:" + row.environment())
                .param("executor", "executor:" + executor)
                .param("runbook", "runbook:" + row.runbook())
                .query(Integer.class)
                .single();
        if (stops > 0) {
            return Optional.of("Stop is engaged");
        }
        String state = jdbc.sql("select state from incident where number = :number")
                .param("number", row.incident())
                .query(String.class)
                .single();
        return state.equals("OPEN")
                ? Optional.empty()
                : Optional.of("INC-" + row.incident() + " is " + state.toLowerCase(Locale.ROOT) + " by now");
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
        fenced(row, () -> {
            write(row, step.ordinal(), List.of(), "state = 'UNDONE', undone_at = clock_timestamp()", null, null);
            audit.append("evenkeel", "step.undone", "execution:" + row.id(), Map.of("step", step.ordinal()));
        });
    }

    private void fenced(ExecutionRow row, Runnable write) {
        transactions.executeWithoutResult(status -> {
            fence(row);
            write.run();
        });
    }

    /**
     * Locks the execution's row and refuses a worker whose lease has passed on, or whose run somebody ended meanwhile: a
     * person cancels without the lease, so that the epoch alone would let an effect follow the end.
     */
    private void fence(ExecutionRow row) {
        String found = jdbc.sql("""
                select lease_epoch || ' ' || state || case when ended_at is null then '' else ' ended' end
                  from execution where id = :id for update""").param("id", row.id()).query(String.class).single();
        String expected = row.leaseEpoch() + " " + row.state();
        if (!found.equals(expected)) {
            throw new LeaseLostException(
                    "execution " + row.id() + " passed on: it is '" + found + "' instead of '" + expected + "'");
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
