package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionMachine;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.IllegalMoveException;
import io.evenkeel.remediation.execution.LeaseLostException;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.gate.GateDecision;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.runbook.Runbook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Executions, the only truth about them. A worker claims one under a lease whose epoch rises with each claim; every write
 * names the epoch and the state it was decided on, so a worker that was paused past its lease, or that decided on an old
 * state, is refused. Times are the database's.
 */
public final class PostgresExecutions {
    private static final String COLUMNS = """
            e.id, e.incident, e.environment, e.runbook, e.runbook_hash, e.state, e.risk, e.gate, e.plan, e.digest, e.asks,
            e.requested_by, e.expires_at, e.deadline_at, e.started_at, e.ended_at, e.ended_by, e.verdict, e.state_text,
            e.lease_epoch, clock_timestamp() as now""";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresTimeline timeline;
    private final PostgresAuditLog audit;

    public PostgresExecutions(
            JdbcClient jdbc, TransactionTemplate transactions, PostgresTimeline timeline, PostgresAuditLog audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.timeline = timeline;
        this.audit = audit;
    }

    /**
     * A repair that is about to be proposed.
     *
     * @param id its id
     * @param dedupe the same proposal made twice has the same key and stays one
     */
    public record Proposal(
            UUID id,
            long incident,
            String environment,
            Runbook runbook,
            String cause,
            Plan plan,
            GateDecision gate,
            String digest,
            String dedupe,
            String requestedBy,
            List<UUID> tokens,
            List<UUID> undoTokens) {}

    /** Proposes; false when the same proposal is already there. */
    public boolean propose(Proposal proposal, Notes notes) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            Runbook runbook = proposal.runbook();
            jdbc.sql("""
                    insert into runbook_version (hash, name, source) values (:hash, :name, :source)
                    on conflict (hash) do nothing""")
                    .param("hash", runbook.hash())
                    .param("name", runbook.name())
                    .param("source", runbook.source())
                    .update();
            Plan plan = proposal.plan();
            int added = jdbc.sql("""
                    insert into execution (id, incident, environment, runbook, runbook_hash, cause, state, risk, trust, gate, plan,
                                           digest, dedupe, requested_by, lock_key)
                    values (:id, :incident, :environment, :runbook, :hash, :cause, 'PROPOSED', :risk, :trust, :gate::jsonb,
                            :plan::jsonb, :digest, :dedupe, :by, :lock)
                    on conflict (dedupe) do nothing""")
                    .param("id", proposal.id())
                    .param("incident", proposal.incident())
                    .param("environment", proposal.environment())
                    .param("runbook", runbook.name())
                    .param("hash", runbook.hash())
                    .param("cause", proposal.cause())
                    .param("risk", runbook.risk().name())
                    .param("trust", proposal.gate().trust().name())
                    .param("gate", Json.of(proposal.gate()))
                    .param("plan", Json.of(plan))
                    .param("digest", proposal.digest())
                    .param("dedupe", proposal.dedupe())
                    .param("by", proposal.requestedBy())
                    .param("lock", plan.lockKey())
                    .update();
            if (added == 0) {
                return false;
            }
            for (Plan.PlannedStep step : plan.steps()) {
                jdbc.sql("""
                        insert into execution_step (execution, ordinal, name, executor, token, undo_token, state, target, parameters)
                        values (:id, :ordinal, :name, :use, :token, :undo, 'READY', :target::jsonb, :with::jsonb)""")
                        .param("id", proposal.id())
                        .param("ordinal", step.ordinal())
                        .param("name", step.name())
                        .param("use", step.use())
                        .param("token", proposal.tokens().get(step.ordinal() - 1))
                        .param("undo", proposal.undoTokens().get(step.ordinal() - 1))
                        .param("target", Json.of(plan.targets().get(0)))
                        .param("with", Json.of(step.with()))
                        .update();
            }
            tell(proposal.id(), proposal.incident(), notes);
            return true;
        }));
    }

    public Optional<ExecutionRow> find(UUID id) {
        return jdbc.sql("select " + COLUMNS + " from execution e where e.id = :id")
                .param("id", id)
                .query((row, n) -> read(row))
                .optional();
    }

    /** Executions of an incident, oldest first. */
    public List<ExecutionRow> of(long incident) {
        return jdbc.sql("select " + COLUMNS + " from execution e where e.incident = :incident order by e.requested_at")
                .param("incident", incident)
                .query((row, n) -> read(row))
                .list();
    }

    /** Takes one that is due and free, the most overdue first. */
    public Optional<ExecutionRow> claimDue(String owner, Duration lease) {
        return claim("""
                select id from execution
                 where ended_at is null and next_check_at <= clock_timestamp()
                   and (lease_until is null or lease_until <= clock_timestamp())
                 order by next_check_at for update skip locked limit 1""", null, owner, lease);
    }

    /** Takes this one if it is free and has not ended. */
    public Optional<ExecutionRow> claim(UUID id, String owner, Duration lease) {
        return claim("""
                select id from execution
                 where id = :wanted and ended_at is null and (lease_until is null or lease_until <= clock_timestamp())
                 for update skip locked""", id, owner, lease);
    }

    private Optional<ExecutionRow> claim(String which, @Nullable UUID wanted, String owner, Duration lease) {
        JdbcClient.StatementSpec statement = jdbc.sql("""
                update execution e set lease_owner = :owner, lease_epoch = e.lease_epoch + 1,
                       lease_until = clock_timestamp() + make_interval(secs => :seconds)
                  from (%s) due where e.id = due.id
                returning %s""".formatted(which, COLUMNS))
                .param("owner", owner)
                .param("seconds", lease.toMillis() / 1000.0);
        if (wanted != null) {
            statement = statement.param("wanted", wanted);
        }
        return statement.query((row, n) -> read(row)).optional();
    }

    /** Keeps the lease before something that takes time. */
    public void renew(ExecutionRow row, Duration lease) {
        int kept = jdbc.sql("""
                update execution set lease_until = clock_timestamp() + make_interval(secs => :seconds)
                 where id = :id and lease_epoch = :epoch""")
                .param("seconds", lease.toMillis() / 1000.0)
                .param("id", row.id())
                .param("epoch", row.leaseEpoch())
                .update();
        if (kept == 0) {
            throw lost(row);
        }
    }

    /**
     * Gives it back; a worker looks again after the pause, null: only when somebody asks. If a person moved it meanwhile,
     * their word on when to look stands.
     */
    public void release(ExecutionRow row, @Nullable Duration lookAgain) {
        jdbc.sql("""
                update execution set lease_until = null,
                       next_check_at = case when state = :state
                                            then clock_timestamp() + make_interval(secs => :seconds::float8)
                                            else next_check_at end
                 where id = :id and lease_epoch = :epoch""")
                .param("state", row.state().name())
                .param("seconds", lookAgain == null ? null : lookAgain.toMillis() / 1000.0, java.sql.Types.DOUBLE)
                .param("id", row.id())
                .param("epoch", row.leaseEpoch())
                .update();
    }

    /** Gives the lease back and leaves everything else as it is. */
    public void free(ExecutionRow row) {
        jdbc.sql("update execution set lease_until = null where id = :id and lease_epoch = :epoch")
                .param("id", row.id())
                .param("epoch", row.leaseEpoch())
                .update();
    }

    /**
     * Remembers whether the suspected cause was right, for the calibration of confidences; the first word stands. Only a
     * judged effect says something about the cause: a step that failed does not.
     */
    private void outcome(ExecutionRow row, ExecutionEvent event) {
        boolean wasRight = event == ExecutionEvent.JUDGED_RECOVERED;
        if (!wasRight && event != ExecutionEvent.JUDGED_NOT_RECOVERED && event != ExecutionEvent.JUDGED_WORSENED) {
            return;
        }
        jdbc.sql("""
                insert into outcome (incident, cause, raw, was_right, source)
                select number, cause, confidence, :right, 'verification' from incident
                 where number = :number and confidence is not null and cause <> 'UNKNOWN'
                on conflict do nothing""").param("right", wasRight).param("number", row.incident()).update();
    }

    /** Only the sentence of the state changes, for example the progress of a verification. */
    public void say(ExecutionRow row, String text) {
        int changed = jdbc.sql("""
                update execution set state_text = :text, updated_at = clock_timestamp()
                 where id = :id and lease_epoch = :epoch and state = :state and ended_at is null and state_text <> :text""")
                .param("text", text)
                .param("id", row.id())
                .param("epoch", row.leaseEpoch())
                .param("state", row.state().name())
                .update();
        if (changed > 0) {
            timeline.announce("execution", row.incident(), row.id().toString());
        }
    }

    /** Moves; the row as it is afterwards. */
    public ExecutionRow move(ExecutionRow row, Move move) {
        return inTransaction(() -> moveHere(row, move));
    }

    /** Moves twice in one transaction, for example to a verdict and on to its undo. */
    public ExecutionRow move(ExecutionRow row, Move first, Move second) {
        return inTransaction(() -> moveHere(moveHere(row, first), second));
    }

    /** A new look of the gate: moves, and replaces what would be done and what people approve. */
    public ExecutionRow review(
            ExecutionRow row, Move move, Runbook runbook, Plan plan, GateDecision gate, String digest) {
        return inTransaction(() -> {
            replace(row, runbook, plan, gate, digest, row.asks());
            return moveHere(row, move);
        });
    }

    /** As {@link #review}, but people (or the veto window) begin anew: a fresh digest with its own expiry. */
    public ExecutionRow ask(
            ExecutionRow row, Move move, Runbook runbook, Plan plan, GateDecision gate, String digest, Duration open) {
        return inTransaction(() -> {
            replace(row, runbook, plan, gate, digest, row.asks() + 1);
            moveHere(row, move);
            jdbc.sql("""
                    update execution set expires_at = clock_timestamp() + make_interval(secs => :open),
                           next_check_at = clock_timestamp() + make_interval(secs => :open) where id = :id""")
                    .param("open", open.toMillis() / 1000.0)
                    .param("id", row.id())
                    .update();
            return reread(row.id());
        });
    }

    private void replace(ExecutionRow row, Runbook runbook, Plan plan, GateDecision gate, String digest, int asks) {
        jdbc.sql("""
                insert into runbook_version (hash, name, source) values (:hash, :name, :source)
                on conflict (hash) do nothing""")
                .param("hash", runbook.hash())
                .param("name", runbook.name())
                .param("source", runbook.source())
                .update();
        int changed = jdbc.sql("""
                update execution set plan = :plan::jsonb, gate = :gate::jsonb, digest = :digest, asks = :asks, risk = :risk,
                       trust = :trust, lock_key = :lock, runbook_hash = :hash, updated_at = clock_timestamp()
                 where id = :id and lease_epoch = :epoch""")
                .param("plan", Json.of(plan))
                .param("gate", Json.of(gate))
                .param("digest", digest)
                .param("asks", asks)
                .param("risk", gate.risk().name())
                .param("trust", gate.trust().name())
                .param("lock", plan.lockKey())
                .param("hash", runbook.hash())
                .param("id", row.id())
                .param("epoch", row.leaseEpoch())
                .update();
        if (changed == 0) {
            throw lost(row);
        }
    }

    /** The gate said something else without a move: only its words change. */
    public void note(ExecutionRow row, GateDecision gate, Plan plan, String text) {
        int changed = jdbc.sql("""
                update execution set gate = :gate::jsonb, plan = :plan::jsonb, trust = :trust, state_text = :text,
                       updated_at = clock_timestamp()
                 where id = :id and lease_epoch = :epoch and state = :state and ended_at is null""")
                .param("gate", Json.of(gate))
                .param("plan", Json.of(plan))
                .param("trust", gate.trust().name())
                .param("text", text)
                .param("id", row.id())
                .param("state", row.state().name())
                .param("epoch", row.leaseEpoch())
                .update();
        if (changed == 0) {
            throw lost(row);
        }
        timeline.announce("execution", row.incident(), row.id().toString());
    }

    /** Moves inside a transaction that is already open. */
    ExecutionRow moveHere(ExecutionRow row, Move move) {
        ExecutionState next = ExecutionMachine.next(row.state(), move.event())
                .orElseThrow(() -> new IllegalMoveException(row.state(), move.event()));
        boolean ends = move.ends() || ExecutionMachine.isEnd(next);
        Duration lookAgain = move.lookAgain();
        Verdict verdict = move.verdict();
        int changed = jdbc.sql("""
                update execution set state = :to, state_text = :text, updated_at = clock_timestamp(),
                       next_check_at = clock_timestamp() + make_interval(secs => :seconds::float8),
                       verdict = coalesce(:verdict, verdict),
                       verdict_text = case when :verdict::text is null then verdict_text else :text end,
                       verified_at = case when :verdict::text is null then verified_at else clock_timestamp() end,
                       expires_at = case when :to in ('AWAITING_APPROVAL', 'AWAITING_VETO') then expires_at end,
                       deadline_at = case when :to = 'COMPENSATING' then clock_timestamp() + interval '10 minutes'
                                          else deadline_at end,
                       ended_at = case when :ends then clock_timestamp() end,
                       ended_by = case when :ends then :actor end,
                       lease_until = case when :ends then null else lease_until end
                 where id = :id and lease_epoch = :epoch and state = :from and ended_at is null""")
                .param("to", next.name())
                .param("text", move.text())
                .param(
                        "seconds",
                        ends || lookAgain == null ? null : lookAgain.toMillis() / 1000.0,
                        java.sql.Types.DOUBLE)
                .param("verdict", verdict == null ? null : verdict.name(), java.sql.Types.VARCHAR)
                .param("ends", ends)
                .param(
                        "actor",
                        move.event() == ExecutionEvent.STOPPED
                                ? "stop"
                                : move.notes().actor())
                .param("id", row.id())
                .param("epoch", row.leaseEpoch())
                .param("from", row.state().name())
                .update();
        if (changed == 0) {
            throw lost(row);
        }
        if (ends) {
            jdbc.sql("delete from target_lock where execution = :id")
                    .param("id", row.id())
                    .update();
        }
        outcome(row, move.event());
        tell(row.id(), row.incident(), move.notes());
        return reread(row.id());
    }

    /** Timeline, live readers, the person, and last the audit, which is locked from then to the commit. */
    void tell(UUID id, long incident, Notes notes) {
        Instant now = jdbc.sql("select clock_timestamp()")
                .query((row, n) ->
                        row.getObject(1, java.time.OffsetDateTime.class).toInstant())
                .single();
        for (Notes.Line line : notes.lines()) {
            timeline.append(new TimelineEntry(
                    incident, now, line.kind(), line.text(), notes.actor(), null, null, id, id + ":" + line.dedupe()));
        }
        if (notes.needsPerson() != null) {
            jdbc.sql("update incident set needs_person = :why, updated_at = clock_timestamp() where number = :number")
                    .param("why", notes.needsPerson())
                    .param("number", incident)
                    .update();
        }
        timeline.announce("execution", incident, id.toString());
        audit.append(notes.actor(), notes.action(), "execution:" + id, notes.detail());
    }

    ExecutionRow inTransaction(java.util.function.Supplier<ExecutionRow> work) {
        ExecutionRow row = transactions.execute(status -> work.get());
        if (row == null) {
            throw new IllegalStateException("a transaction without an answer");
        }
        return row;
    }

    private ExecutionRow reread(UUID id) {
        return find(id).orElseThrow(() -> new IllegalStateException("execution " + id + " is gone"));
    }

    private static LeaseLostException lost(ExecutionRow row) {
        return new LeaseLostException("execution " + row.id() + " was " + row.state() + " under epoch "
                + row.leaseEpoch() + "; it no longer is");
    }

    private static ExecutionRow read(ResultSet row) throws SQLException {
        String verdict = row.getString("verdict");
        return new ExecutionRow(
                row.getObject("id", UUID.class),
                row.getLong("incident"),
                row.getString("environment"),
                row.getString("runbook"),
                row.getString("runbook_hash"),
                ExecutionState.valueOf(row.getString("state")),
                Risk.valueOf(row.getString("risk")),
                Json.read(row.getString("gate"), GateDecision.class),
                Json.read(row.getString("plan"), Plan.class),
                row.getString("digest"),
                row.getInt("asks"),
                row.getString("requested_by"),
                Times.readOrNull(row, "expires_at"),
                Times.readOrNull(row, "deadline_at"),
                Times.readOrNull(row, "started_at"),
                Times.readOrNull(row, "ended_at"),
                row.getString("ended_by"),
                verdict == null ? null : Verdict.valueOf(verdict),
                row.getString("state_text"),
                row.getLong("lease_epoch"),
                Times.read(row, "now"));
    }
}
