package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Telemetry that a Collector drops never reaches us: its own counters are all that tells. */
class TelemetryLossTest {
    private static final long START = 1_800_000_000_000L;
    private static final String FAILED = "otelcol_exporter_enqueue_failed_metric_points";
    private static final String SENT = "otelcol_exporter_sent_metric_points";

    private final House house = new House(START);
    private double sent;
    private double failed;

    /** @param failing points a second that are dropped; negative = the counter is not exported at all */
    private void run(int seconds, double failing) {
        for (int i = 0; i < seconds; i++) {
            house.second();
            if ((house.now - START) / 1000 % 10 == 3) {
                RowsBuilder rows = new RowsBuilder("prod/infra/otelcol", "node-1", "otelcol-1", "1", START, house.now);
                sent += 5_000;
                rows.counter(SENT, "exporter=kafka", sent);
                if (failing >= 0) {
                    failed += 10 * failing;
                    rows.counter(FAILED, "exporter=kafka", failed);
                }
                house.metrics(rows.rows());
            }
        }
    }

    /** A Collector has no such counter before its first failure, so nothing could be learned of it. */
    @Test
    void isAFindingWithinTwoExports_alsoWhereTheCounterIsNew() {
        run(120, -1);
        run(40, 0.5);

        List<Finding> open = house.open();
        assertThat(open).singleElement().satisfies(finding -> {
            assertThat(finding.signal().metric()).isEqualTo(FAILED);
            assertThat(finding.expected()).isZero();
        });
    }

    @Test
    void endsWhenNothingIsLostAnyMore() {
        run(60, 0);
        assertThat(house.findings).isEmpty();
        run(60, 200);
        assertThat(house.open()).hasSize(1);
        run(60, 0);

        assertThat(house.findings.values())
                .singleElement()
                .extracting(Finding::ending)
                .isEqualTo(FindingEnding.RETURNED);
    }

    /** A leak that was always there is no level to get used to. */
    @Test
    void isNotedHoweverLongItHasBeenSo() {
        run(1_200, 3);

        assertThat(house.open()).hasSize(1);
    }
}
