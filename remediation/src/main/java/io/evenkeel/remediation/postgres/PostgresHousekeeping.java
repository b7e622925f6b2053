package io.evenkeel.remediation.postgres;

import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Removes what nobody reads any more. Incidents, executions and the audit are kept. */
public final class PostgresHousekeeping {
    /** A live reader that was away for longer loads its page anew anyway. */
    private static final Duration LIVE_EVENTS = Duration.ofHours(24);

    /** A signal that was silent for this long has no rollups any more either. */
    private static final Duration SIGNALS = Duration.ofDays(31);

    private final JdbcClient jdbc;
    private final RollupPartitions partitions;

    public PostgresHousekeeping(JdbcClient jdbc, RollupPartitions partitions) {
        this.jdbc = jdbc;
        this.partitions = partitions;
    }

    public void run(Instant now) {
        partitions.maintain(now);
        jdbc.sql("delete from live_event where at < :limit")
                .param("limit", Times.of(now.minus(LIVE_EVENTS)))
                .update();
        jdbc.sql("delete from signal where last_seen < :limit")
                .param("limit", Times.of(now.minus(SIGNALS)))
                .update();
    }
}
