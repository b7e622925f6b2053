package io.evenkeel.remediation.postgres;

import io.evenkeel.wire.event.Feedback;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What people decided, on its way to the jobs: written with the decision, sent after its commit in the order of writing,
 * until the brokers have it. A crash between their answer and our note of it sends one twice, which the jobs count once.
 */
public final class PostgresFeedbackOutbox {
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    public PostgresFeedbackOutbox(JdbcClient jdbc, TransactionOperations transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Writes inside the caller's transaction. */
    void add(Feedback feedback) {
        jdbc.sql("insert into feedback_outbox (payload) values (:payload::jsonb)")
                .param("payload", Json.of(feedback))
                .update();
    }

    /**
     * Sends what waits, oldest first.
     *
     * @param jobs returns when the brokers have it and throws when they do not; then it waits for the next call
     */
    public void send(Consumer<Feedback> jobs) {
        boolean sent = true;
        while (sent) {
            sent = Boolean.TRUE.equals(transactions.execute(status -> sendOldest(jobs)));
        }
    }

    private record Waiting(long seq, Feedback feedback) {}

    /** The row stays locked while it is sent, so that two control planes neither send it at once nor out of order. */
    private boolean sendOldest(Consumer<Feedback> jobs) {
        Optional<Waiting> oldest = jdbc.sql("select seq, payload from feedback_outbox order by seq limit 1 for update")
                .query((row, n) -> new Waiting(row.getLong("seq"), Json.read(row.getString("payload"), Feedback.class)))
                .optional();
        oldest.ifPresent(waiting -> {
            jobs.accept(waiting.feedback);
            jdbc.sql("delete from feedback_outbox where seq = :seq")
                    .param("seq", waiting.seq)
                    .update();
        });
        return oldest.isPresent();
    }
}
