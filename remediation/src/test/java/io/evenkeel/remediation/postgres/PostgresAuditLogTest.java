package io.evenkeel.remediation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chain on a real PostgreSQL. */
class PostgresAuditLogTest {
    private TestPostgres.Database database;
    private PostgresAuditLog audit;

    @BeforeEach
    void openDatabase() {
        database = TestPostgres.shared().createDatabase();
        audit = new PostgresAuditLog(database.jdbc(), database.transactions());
    }

    @AfterEach
    void closeDatabase() {
        database.close();
    }

    @Test
    void holdsAfterManyWritersAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> writers = IntStream.range(0, 80)
                    .<Callable<Void>>mapToObj(i -> () -> {
                        audit.append("writer-" + i, "test.write", "row:" + i, Map.of("i", i));
                        return null;
                    })
                    .toList();
            for (var write : threads.invokeAll(writers)) {
                write.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(audit.verify().rows()).isEqualTo(80);
        assertThat(audit.verify().text()).startsWith("The audit chain holds: 80 rows");
    }

    @Test
    void leavesNoGapWhenATransactionRollsBack() {
        audit.append("a", "one", "x", Map.of());
        database.transactions().executeWithoutResult(status -> {
            audit.append("a", "two", "x", Map.of());
            status.setRollbackOnly();
        });
        audit.append("a", "three", "x", Map.of());

        assertThat(audit.verify().holds()).isTrue();
        assertThat(audit.verify().rows()).isEqualTo(2);
    }

    @Test
    void findsWhatSomebodyWithTheDatabaseDid() {
        for (int i = 0; i < 5; i++) {
            audit.append("a", "act", "x:" + i, Map.of("i", i));
        }
        database.jdbc().sql("update audit set actor = 'b' where seq = 3").update();
        assertThat(audit.verify().faults()).extracting(fault -> fault.seq()).containsExactly(3L);

        database.jdbc().sql("update audit set actor = 'a' where seq = 3").update();
        assertThat(audit.verify().holds()).isTrue();

        database.jdbc().sql("delete from audit where seq = 2").update();
        assertThat(audit.verify().text()).contains("rows 2 to 2 are missing");
    }
}
