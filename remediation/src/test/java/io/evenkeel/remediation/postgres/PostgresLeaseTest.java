package io.evenkeel.remediation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.remediation.incident.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Leases against a real PostgreSQL. */
class PostgresLeaseTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static TestPostgres.Database database;
    private static PostgresLease leases;

    @BeforeAll
    static void openDatabase() {
        database = TestPostgres.shared().createDatabase();
        leases = new PostgresLease(database.jdbc());
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @Test
    void isHeldByOneOwnerAtATime() {
        Lease first = leases.acquire("one", "a", LONG).orElseThrow();

        assertThat(leases.acquire("one", "b", LONG)).isEmpty();
        assertThat(leases.holds(first)).isTrue();
    }

    @Test
    void keepsItsEpochWhenRenewed() {
        Lease first = leases.acquire("renewed", "a", LONG).orElseThrow();
        Lease again = leases.acquire("renewed", "a", LONG).orElseThrow();

        assertThat(again.epoch()).isEqualTo(first.epoch());
        assertThat(again.until()).isAfter(first.until());
    }

    /** A holder that was paused past its lease must be able to see that it lost it. */
    @Test
    void raisesTheEpochWhenItPassesOn() {
        Lease first = leases.acquire("passed", "a", LONG).orElseThrow();
        leases.release(first);
        Lease second = leases.acquire("passed", "b", LONG).orElseThrow();

        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(leases.holds(first)).isFalse();
        leases.release(first);
        assertThat(leases.holds(second))
                .as("a former holder cannot give it away")
                .isTrue();
    }

    /** After running out, even the same owner starts a new epoch: it may have been paused while another acted. */
    @Test
    void raisesTheEpochWhenTheSameOwnerReturnsTooLate() {
        Lease first = leases.acquire("late", "a", LONG).orElseThrow();
        leases.release(first);

        assertThat(leases.acquire("late", "a", LONG).orElseThrow().epoch()).isGreaterThan(first.epoch());
    }

    @Test
    void hasOneWinnerAmongManyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Optional<Lease>>> rivals = IntStream.range(0, 40)
                    .<Callable<Optional<Lease>>>mapToObj(i -> () -> leases.acquire("raced", "rival-" + i, LONG))
                    .toList();
            long winners = 0;
            for (Future<Optional<Lease>> rival : threads.invokeAll(rivals)) {
                winners += rival.get().isPresent() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
