package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.SignalKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The traces that metrics name reach the findings about them: at three in the morning that is where one looks first. */
class MetricExemplarsTest {
    private static final long T = 1_800_000_000_000L;
    private static final double[] BOUNDS = {0.05, 0.5, 5};

    private final House house = new House(T);
    private long calls;
    private double seconds;
    private final long[] buckets = new long[4];
    /** 1 where series of one export each come before what is exported. */
    private int passing;

    /** One export: a hundred calls that took so long each. */
    private void export(int step, String metric, String attributes, double took) {
        calls += 100;
        seconds += 100 * took;
        buckets[took < 0.05 ? 0 : took < 0.5 ? 1 : 2] += 100;
        long at = T + step * 10_000L;
        house.now = at;
        RowsBuilder rows = new RowsBuilder("demo/shop/orders", "node-1", "orders-1", "1", T - 600_000, at);
        // Each time one more, so that what is exported moves.
        for (int i = 0; i < passing * (80 + step); i++) {
            rows.gauge("load.jobs", "job=" + step + '.' + i, i);
        }
        rows.histogram(metric, attributes, calls, seconds, BOUNDS, buckets.clone())
                .exemplar(took, 1_000 + step)
                .exemplar(took * 1.5, 2_000 + step);
        house.metrics(rows.rows());
        for (int second = 0; second < 9; second++) {
            house.second();
        }
    }

    /** Some ten milliseconds, and from the fiftieth export on something else. */
    private static double usual(int step, double then) {
        return step < 50 ? 0.010 + step % 5 * 0.001 : then;
    }

    private Finding last(SignalKind kind) {
        return house.versions.stream()
                .filter(finding -> finding.signal().kind() == kind)
                .reduce((one, later) -> later)
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aReplicasFindingShowsTheSlowestCallsSinceItsOnset(int series) {
        passing = series;
        for (int step = 0; step < 60; step++) {
            export(step, "db.client.operation.duration", "db.operation.name=SELECT", usual(step, 1.2));
        }

        Finding finding = last(SignalKind.HISTOGRAM_MEAN);
        assertThat(finding.exemplars()).hasSize(MetricExemplars.SHOWN);
        assertThat(finding.exemplars()).allSatisfy(exemplar -> {
            assertThat(exemplar.traceId()).matches("00000000000000ab0000000000000[78][0-9a-f]{2}");
            assertThat(exemplar.operation()).isEqualTo("db.client.operation.duration");
            assertThat(exemplar.durationSeconds()).isCloseTo(1.8, within(1e-9));
            assertThat(exemplar.status()).isEqualTo("ok");
            assertThat(exemplar.time()).isAfter(finding.onset().minusSeconds(12));
        });
    }

    /** Where no spans come, the metrics' own examples are all there is. */
    @Test
    void aServicesFindingShowsThemWhereThereAreNoSpans() {
        for (int step = 0; step < 60; step++) {
            export(
                    step,
                    "http.server.request.duration",
                    "http.request.method=GET,http.response.status_code=200,http.route=/orders",
                    usual(step, 1.2));
        }

        List<Exemplar> shown = last(SignalKind.DURATION_P95).exemplars();
        assertThat(shown).hasSizeBetween(1, MetricExemplars.SHOWN);
        assertThat(shown.get(0).operation()).isEqualTo("GET /orders");
        assertThat(shown.get(0).durationSeconds()).isCloseTo(1.8, within(1e-9));
    }

    @Test
    void showsFailedOnesWithWhatWentWrong() {
        for (int step = 0; step < 60; step++) {
            boolean failing = step >= 50;
            export(
                    step,
                    "http.server.request.duration",
                    failing ? "error.type=500,http.response.status_code=500" : "http.response.status_code=200",
                    0.01);
        }

        List<Exemplar> shown = last(SignalKind.ERROR_RATIO).exemplars();
        assertThat(shown).isNotEmpty().allMatch(exemplar -> exemplar.status().equals("500"));
    }

    @Test
    void keepsTheLatestOfMany() {
        StreamLedger ledger = new StreamLedger();
        SignalTable table = new SignalTable();
        MetricExemplars exemplars = new MetricExemplars();
        for (int i = 0; i < 3 * MetricExemplars.MOST; i++) {
            RowsBuilder rows = new RowsBuilder("demo/shop/a", "h", "i", "1", T, T + i);
            rows.histogram("db.client.operation.duration", "", 1, 1, BOUNDS, new long[4])
                    .exemplar(1, i);
            if (i == 0) {
                rows.rows().definitions.forEach(table::define);
                ledger.add(rows.rows().stream[0], table.add(0, rows.rows().series[0]));
            }
            exemplars.take(rows.rows(), ledger);
        }
        MetricExemplars copy = exemplars.copy();
        exemplars.clear();

        assertThat(exemplars.of(0, T, table)).isEmpty();
        assertThat(copy.of(0, T + 2 * MetricExemplars.MOST, table)).hasSize(MetricExemplars.SHOWN);
        assertThat(copy.of(0, T + 3 * MetricExemplars.MOST, table)).isEmpty();
        long all = 3L * MetricExemplars.MOST - 1;
        assertThat(copy.of(0, T + all, table))
                .singleElement()
                .extracting(Exemplar::traceId)
                .asString()
                .endsWith(Long.toHexString(all));
    }
}
