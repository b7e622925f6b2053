package io.evenkeel.remediation.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.wire.event.Feedback;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people decided reaches the jobs after its commit, in order, and however often the brokers are away. */
class PostgresFeedbackOutboxTest {
    private TestPostgres.Database database;
    private PostgresFeedbackOutbox outbox;

    @BeforeEach
    void open() {
        database = TestPostgres.shared().createDatabase();
        outbox = new PostgresFeedbackOutbox(database.jdbc(), database.transactions());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void isSentInTheOrderOfTheDecisionsAndThenGone() {
        List<Feedback> heard = new ArrayList<>();
        decide("one");
        decide("two");
        outbox.send(heard::add);
        outbox.send(heard::add);

        assertThat(heard).extracting(Feedback::id).containsExactly("one", "two");
    }

    @Test
    void waitsWhileTheBrokersAreAway() {
        decide("one");
        assertThatThrownBy(() -> outbox.send(feedback -> {
                    throw new IllegalStateException("brokers away");
                }))
                .hasMessage("brokers away");
        List<Feedback> heard = new ArrayList<>();
        outbox.send(heard::add);

        assertThat(heard)
                .containsExactly(new Feedback(
                        "one",
                        "inc-1",
                        Feedback.Verdict.FALSE_ALARM,
                        "",
                        "ada",
                        Instant.parse("2026-11-21T14:00:00Z")));
    }

    @Test
    void aDecisionThatIsNotCommittedIsNeverHeard() {
        database.transactions().executeWithoutResult(status -> {
            decide("taken back");
            status.setRollbackOnly();
        });
        List<Feedback> heard = new ArrayList<>();
        outbox.send(heard::add);

        assertThat(heard).isEmpty();
    }

    private void decide(String id) {
        outbox.add(new Feedback(
                id, "inc-1", Feedback.Verdict.FALSE_ALARM, "", "ada", Instant.parse("2026-11-21T14:00:00Z")));
    }
}
