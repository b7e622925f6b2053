package io.evenkeel.console.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.console.plot.PlotPoint;
import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvidenceSeriesTest {
    private static final Instant ONSET = Instant.parse("2026-11-21T14:02:00Z");
    private static final SignalKey SIGNAL =
            SignalKey.ofService(new ServiceKey("demo", "shop", "payment"), SignalKind.ERROR_RATIO);

    /** The job may have learned the fault since: the picture keeps the band of before. */
    @Test
    void fromTheOnsetOnTheBandIsTheFrozenOne() {
        List<PlotPoint> points = EvidenceSeries.of(
                finding(null), List.of(rollup(-10, 0.001, 0.004), rollup(0, 0.5, 0.9), rollup(10, 0.5, 0.95)));
        assertThat(points.get(0).upper()).isEqualTo(0.004);
        assertThat(points.get(1).upper()).isEqualTo(0.01);
        assertThat(points.get(2).upper()).isEqualTo(0.01);
        assertThat(points.get(2).isOutside()).isTrue();
    }

    @Test
    void theFindingsOwnWindowFillsWhatRollupsDoNotReach() {
        EvidenceWindow window = new EvidenceWindow(
                ONSET.minusSeconds(30),
                10,
                List.of(1.0, 2.0, 3.0, 4.0),
                List.of(0.0, 0.0, 0.0, 0.0),
                List.of(0.0, 0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0, 1.0));
        List<PlotPoint> points = EvidenceSeries.of(finding(window), List.of(rollup(-10, 9, 10), rollup(0, 9, 10)));
        assertThat(points.stream().map(PlotPoint::seen)).containsExactly(1.0, 2.0, 9.0, 9.0);
    }

    /** What rollups lack in their midst was not seen; the window must not paper over it. */
    @Test
    void aHoleBetweenRollupsStaysAHole() {
        EvidenceWindow window = new EvidenceWindow(
                ONSET.minusSeconds(30),
                10,
                List.of(1.0, 2.0, 3.0, 4.0),
                List.of(0.0, 0.0, 0.0, 0.0),
                List.of(0.0, 0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0, 1.0));
        List<PlotPoint> points = EvidenceSeries.of(finding(window), List.of(rollup(-30, 9, 10), rollup(0, 9, 10)));
        assertThat(points).hasSize(2);
    }

    @Test
    void aWindowWithoutPointsIsAGap() {
        Rollup empty = new Rollup(SIGNAL, ONSET, 10, 0, 0.7, 0, 0, 1, 1);
        assertThat(EvidenceSeries.of(List.of(empty)).get(0).hasValue()).isFalse();
    }

    private static Rollup rollup(int second, double value, double upper) {
        return new Rollup(SIGNAL, ONSET.plusSeconds(second), 10, 5, value, 0.001, 0, upper, 1);
    }

    private static Finding finding(EvidenceWindow window) {
        return new Finding(
                "f",
                FindingKind.ANOMALY,
                SIGNAL,
                Direction.UP,
                ONSET,
                ONSET,
                ONSET,
                ONSET,
                ONSET,
                null,
                null,
                8,
                0.5,
                0.001,
                0,
                0.01,
                1,
                "{request}/s",
                FrozenBand.constant(ONSET, 0, 0.001, 0.01),
                window,
                List.of(),
                Map.of(),
                false,
                1,
                1);
    }
}
