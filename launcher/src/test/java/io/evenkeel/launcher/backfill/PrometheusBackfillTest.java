package io.evenkeel.launcher.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusBackfillTest {
    /** A metric that begins in the middle of the range comes with all its series at once. */
    @Test
    void theStretchAfterAnEmptyOneFitsIntoMemoryHoweverManySeriesCome() {
        assertThat(50_000L * PrometheusBackfill.points(0, 50_000)).isBetween(400_000L, 4_000_000L);
        assertThat(50_000L * PrometheusBackfill.points(1, 50_000)).isBetween(400_000L, 4_000_000L);
    }

    @Test
    void fewSeriesAreReadInWideStretches_manyInNarrowOnes() {
        assertThat(PrometheusBackfill.points(3, 2_000)).isEqualTo(2_000);
        assertThat(PrometheusBackfill.points(1_000, 2_000)).isEqualTo(400);
        assertThat(PrometheusBackfill.points(50_000, 50_000)).isEqualTo(10);
    }
}
