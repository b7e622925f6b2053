package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionMachine;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.gate.ApprovalJudge;
import io.evenkeel.remediation.gate.Person;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** People's decisions about executions. Read, judged and written under a lock on the execution's row. */
public final class PostgresApprovals {
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresExecutions executions;

    public PostgresApprovals(JdbcClient jdbc, TransactionTemplate transactions, PostgresExecutions executions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.executions = executions;
    }

    /**
     * @param answer what comes of it
     * @param text for the person
     * @param incident number
     */
    public record Outcome(ApprovalJudge.Answer answer, String text, long incident) {}

    /** Empty when there is no such execution. */
    public Optional<Outcome> decide(
            UUID id, Person person, ApprovalJudge.Decision decision, String digest, String reason) {
        Optional<Outcome> outcome = transactions.execute(status -> locked(id).map(row -> {
            ApprovalJudge.Judgement judgement = decide(row, person, decision, digest, reason);
            return new Outcome(judgement.answer(), judgement.text(), row.incident());
        }));
        return outcome == null ? Optional.empty() : outcome;
    }

    /** Ends an execution before or between its effects. Empty when there is no such execution. */
    public Optional<Outcome> cancel(UUID id, Person person, String reason) {
        Optional<Outcome> outcome = transactions.execute(status -> locked(id).map(row -> {
            if (person.isService() || !person.hasAtLeast("responder")) {
                return new Outcome(
                        ApprovalJudge.Answer.FORBIDDEN,
                        "Role " + person.role() + " may not cancel; it takes a person who is responder.",
                        row.incident());
            }
            boolean legal = row.endedAt() == null
                    && ExecutionMachine.next(row.state(), ExecutionEvent.CANCELLED)
                            .isPresent();
            boolean between = row.state() != ExecutionState.RUNNING || noEffectUnderWay(id);
            if (!legal || !between) {
                return new Outcome(
                        ApprovalJudge.Answer.NOT_WAITING,
                        "It is "
                                + row.state()
                                        .name()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', ' ')
                                + "; there is nothing to cancel. The stop button ends what would follow.",
                        row.incident());
            }
            String text = "Cancelled by " + person.name() + because(reason);
            executions.moveHere(
                    row,
                    Move.rest(
                            ExecutionEvent.CANCELLED,
                            text,
                            Notes.of(
                                            person.name(),
                                            "execution.cancel",
                                            Map.of("reason", reason, "digest", row.digest()))
                                    .line("approval", text, "cancelled")));
            return new Outcome(ApprovalJudge.Answer.ENDED, text, row.incident());
        }));
        return outcome == null ? Optional.empty() : outcome;
    }

    private Optional<ExecutionRow> locked(UUID id) {
        boolean there = jdbc.sql("select id from execution where id = :id for update")
                .param("id", id)
                .query(UUID.class)
                .optional()
                .isPresent();
        return there ? executions.find(id) : Optional.empty();
    }

    private boolean noEffectUnderWay(UUID id) {
        return jdbc.sql("""
                select count(*) from execution_step
                 where execution = :id and state in ('INTENT', 'DISPATCHED', 'UNKNOWN')""").param("id", id).query(Integer.class).single() == 0;
    }

    private ApprovalJudge.Judgement decide(
            ExecutionRow row, Person person, ApprovalJudge.Decision decision, String digest, String reason) {
        Set<String> approvedBy = new HashSet<>(
                jdbc.sql("select by from approval where execution = :id and digest = :digest and decision = 'approve'")
                        .param("id", row.id())
                        .param("digest", row.digest())
                        .query(String.class)
                        .list());
        boolean isWaiting = row.endedAt() == null
                && (row.state() == ExecutionState.AWAITING_APPROVAL
                        || (row.state() == ExecutionState.AWAITING_VETO && decision == ApprovalJudge.Decision.DENY));
        ApprovalJudge.Judgement judgement = ApprovalJudge.judge(
                new ApprovalJudge.Question(
                        isWaiting, row.digest(), row.requestedBy(), row.expiresAt(), row.gate(), approvedBy),
                person,
                decision,
                digest,
                row.now());
        switch (judgement.answer()) {
            case ACCEPTED, COUNTED, ENDED -> write(row, person, decision, digest, reason, judgement);
            case STALE, EXPIRED, NOT_WAITING, FORBIDDEN -> {
                // Nothing is written: it changes nothing and proves nothing.
            }
        }
        return judgement;
    }

    private void write(
            ExecutionRow row,
            Person person,
            ApprovalJudge.Decision decision,
            String digest,
            String reason,
            ApprovalJudge.Judgement judgement) {
        jdbc.sql("""
                insert into approval (execution, digest, decision, by, role, reason)
                values (:id, :digest, :decision, :by, :role, :reason)
                on conflict (execution, digest, by) do update
                   set decision = excluded.decision, role = excluded.role, reason = excluded.reason, at = clock_timestamp()""")
                .param("id", row.id())
                .param("digest", digest)
                .param("decision", decision == ApprovalJudge.Decision.APPROVE ? "approve" : "deny")
                .param("by", person.name())
                .param("role", person.role())
                .param("reason", reason)
                .update();
        boolean yes = decision == ApprovalJudge.Decision.APPROVE;
        String text = row.plan().title() + (yes ? ": approved by " : ": denied by ") + person.name() + because(reason);
        Notes notes = Notes.of(
                        person.name(),
                        yes ? "execution.approve" : "execution.deny",
                        Map.of("digest", digest, "reason", reason, "role", person.role(), "answer", judgement.answer()))
                .line("approval", text, (yes ? "approve:" : "deny:") + digest + ':' + person.name());
        if (judgement.answer() == ApprovalJudge.Answer.COUNTED) {
            executions.tell(row.id(), row.incident(), notes);
            return;
        }
        executions.moveHere(
                row,
                yes
                        ? Move.now(ExecutionEvent.APPROVED, "Approved by " + person.name(), notes)
                        : Move.rest(ExecutionEvent.REJECTED, "Denied by " + person.name() + because(reason), notes));
    }

    private static String because(String reason) {
        return reason.isBlank() ? "" : ": " + reason;
    }
}
