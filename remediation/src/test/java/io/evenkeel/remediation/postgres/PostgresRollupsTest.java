package io.evenkeel.remediation.postgres;

import static io.evenkeel.remediation.TestObjects.FRONT;
import static io.evenkeel.remediation.TestObjects.ONSET;
import static io.evenkeel.remediation.TestObjects.rollup;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresRollupsTest {
    private static final SignalKey SIGNAL = SignalKey.ofService(FRONT, SignalKind.ERROR_RATIO);
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private TestPostgres.Database database;
    private PostgresRollups rollups;
    private RollupPartitions partitions;

    @BeforeEach
    void open() {
        database = TestPostgres.shared().createDatabase();
        rollups = new PostgresRollups(
                new JdbcTemplate(database.dataSource()), database.transactions(), () -> NOON.plusSeconds(3));
        partitions = new RollupPartitions(
                database.jdbc(), database.transactions(), Duration.ofHours(48), Duration.ofDays(30));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keepsTheHighestRevisionInWhateverOrderTheyCome() {
        rollups.store(
                List.of(rollup(SIGNAL, ONSET, 0.1, 1), rollup(SIGNAL, ONSET, 0.3, 3), rollup(SIGNAL, ONSET, 0.2, 2)));
        rollups.store(List.of(rollup(SIGNAL, ONSET, 0.2, 2)));
        assertThat(values()).containsExactly(0.3);

        rollups.store(List.of(rollup(SIGNAL, ONSET, 0.4, 4)));
        assertThat(values()).containsExactly(0.4);
    }

    @Test
    void aWindowWithoutDataIsAGapAndNotZero() {
        rollups.store(List.of(new Rollup(SIGNAL, ONSET, 10, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1)));

        assertThat(values()).containsExactly(Double.NaN);
        assertThat(count("select count(*) from data_arrival"))
                .as("and no sign of life")
                .isZero();
    }

    @Test
    void registersSignalsAndWhenDataCame() {
        rollups.store(List.of(rollup(SIGNAL, NOON, 0.1, 1), rollup(SIGNAL, NOON.plusSeconds(10), 0.1, 1)));

        assertThat(count("select count(*) from signal where kind = 'ERROR_RATIO' and service = 'demo/shop/front'"
                        + " and last_seen = timestamptz '2026-11-21 12:00:20+00'"))
                .isEqualTo(1);
        assertThat(count("select count(*) from data_arrival where environment = 'demo'"
                        + " and arrived_at = timestamptz '2026-11-21 12:00:03+00'"
                        + " and newest = timestamptz '2026-11-21 12:00:20+00'"))
                .isEqualTo(1);
    }

    @Test
    void movesRowsThatCameBeforeTheirPartition() {
        rollups.store(List.of(rollup(SIGNAL, NOON, 0.1, 1)));
        assertThat(count("select count(*) from only rollup_default")).isEqualTo(1);

        partitions.maintain(NOON);
        partitions.maintain(NOON);

        assertThat(count("select count(*) from only rollup_default")).isZero();
        assertThat(count("select count(*) from rollup_20261121_w10")).isEqualTo(1);
        rollups.store(List.of(rollup(SIGNAL, NOON, 0.2, 2)));
        assertThat(values()).containsExactly(0.2);
    }

    @Test
    void dropsNarrowRowsAfterTwoDaysAndTheOthersAfterThirty() {
        partitions.maintain(NOON);
        rollups.store(List.of(rollup(SIGNAL, NOON, 0.1, 1), new Rollup(SIGNAL, NOON, 60, 9, 0.1, 0, 0, 1, 1)));

        partitions.maintain(NOON.plus(Duration.ofDays(2)));
        assertThat(count("select count(*) from rollup")).isEqualTo(2);
        partitions.maintain(NOON.plus(Duration.ofDays(3)));
        assertThat(count("select count(*) from rollup where width = 10")).isZero();
        assertThat(count("select count(*) from rollup where width = 60")).isEqualTo(1);
        partitions.maintain(NOON.plus(Duration.ofDays(31)));
        assertThat(count("select count(*) from rollup")).isZero();
    }

    /** The demand is thousands a second: row by row each would have a command of its own ({@code cmin}). */
    @Test
    void writesALargeBatchInOneStatement() {
        partitions.maintain(NOON);
        List<Rollup> batch = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            SignalKey signal = SignalKey.ofOperation(FRONT, "GET /" + i % 400, SignalKind.ERROR_RATIO);
            batch.add(rollup(signal, NOON.plusSeconds(10L * (i / 400)), 0.1, 1));
        }
        rollups.store(batch);

        assertThat(count("select count(*) from rollup")).isEqualTo(4000);
        assertThat(count("select count(distinct xmin::text || '/' || cmin::text) from rollup"))
                .isEqualTo(1);
    }

    private List<Double> values() {
        return database.jdbc()
                .sql("select value from rollup order by start")
                .query(Double.class)
                .list();
    }

    private long count(String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }
}
