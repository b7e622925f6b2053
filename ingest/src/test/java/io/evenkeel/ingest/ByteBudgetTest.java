package io.evenkeel.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    @Test
    void claimsGrowUntilTheBudgetIsTaken() {
        ByteBudget budget = new ByteBudget(10_000);
        ByteBudget.Claim first = budget.claim();
        ByteBudget.Claim second = budget.claim();

        assertThat(first.grow(4_000)).isTrue();
        assertThat(second.grow(4_000))
                .as("with its base charge it does not fit")
                .isFalse();
        assertThat(second.grow(1_000)).isTrue();
        assertThat(budget.taken()).isEqualTo(5_000 + 2L * ByteBudget.BASE_BYTES);

        first.release();
        first.release();
        assertThat(budget.taken()).isEqualTo(1_000 + ByteBudget.BASE_BYTES);
        assertThat(second.grow(4_000)).isTrue();
    }

    /** The law: never above the budget, and nothing left when all are released. */
    @Test
    void holdsItsLawForManyThreads() throws Exception {
        ByteBudget budget = new ByteBudget(50_000);
        List<Callable<Long>> requests = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            int size = 1 + i % 9_000;
            requests.add(() -> {
                ByteBudget.Claim claim = budget.claim();
                boolean more = claim.grow(0);
                for (int grown = 0; more && grown < size; grown += 1_000) {
                    more = claim.grow(1_000);
                }
                long seen = budget.taken();
                claim.release();
                return seen;
            });
        }
        var threads = Executors.newFixedThreadPool(8);
        List<Future<Long>> seen = threads.invokeAll(requests);
        threads.shutdown();

        assertThat(seen).extracting(Future::get).allMatch(taken -> (long) taken <= 50_000);
        assertThat(budget.taken()).isZero();
    }
}
