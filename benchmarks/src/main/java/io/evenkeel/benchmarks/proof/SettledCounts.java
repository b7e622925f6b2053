package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** What was counted of the senders' points once nothing more comes. */
final class SettledCounts {
    private static final Duration LOOK = Duration.ofSeconds(2);

    private SettledCounts() {}

    /**
     * Reads until nothing has changed for a while, and everything that must come has come or the time is up.
     *
     * @param place of the installation whose rollups are read
     */
    static CountComparison.Tally of(Installation.Place place, SenderTable table, Duration quiet, Duration limit)
            throws IOException, InterruptedException, SQLException {
        RollupReader reader = new RollupReader(place.jdbcUrl(), "evenkeel", place.databasePassword());
        long began = System.nanoTime();
        long changed = began;
        CountComparison.Tally last = CountComparison.compare(table.minutes(), reader.minutesOf("load."));
        while (true) {
            Thread.sleep(LOOK.toMillis());
            CountComparison.Tally next = CountComparison.compare(table.minutes(), reader.minutesOf("load."));
            long now = System.nanoTime();
            if (!next.equals(last)) {
                changed = now;
                last = next;
            }
            boolean still = now - changed > quiet.toNanos();
            if (still && next.missing() == 0 || now - began > limit.toNanos()) {
                return next;
            }
        }
    }
}
