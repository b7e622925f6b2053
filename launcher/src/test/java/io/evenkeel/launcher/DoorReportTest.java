package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.ingest.DoorCounters;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.wire.otlp.ItemFault;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoorReportTest {
    private static final Instant SINCE = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void theDoorsLawsHoldInWhatItTells() {
        DoorCounters counters = new DoorCounters();
        for (int i = 0; i < 5; i++) {
            counters.requestReceived();
        }
        counters.requestAccepted(OtlpSignal.METRICS, 40, Map.of(ItemFault.NO_TIME, 2L));
        counters.requestAccepted(OtlpSignal.SPANS, 7, Map.of());
        counters.requestRefused(Refusal.LOG_UNAVAILABLE);
        counters.requestRefused(Refusal.MALFORMED);

        PipelineReport report = DoorReport.of(counters.snapshot(), SINCE, SINCE.plusSeconds(5));

        assertThat(report.unaccounted("", "requests")).as("in flight").isEqualTo(1);
        assertThat(report.count("", "requests", "refused")).isEqualTo(2);
        assertThat(report.count("metrics", "items", PipelineReport.READ)).isEqualTo(42);
        assertThat(report.unaccounted("metrics", "items")).isZero();
        assertThat(report.unaccounted("spans", "items")).isZero();
        assertThat(report.counts())
                .contains(
                        new PipelineReport.Count("metrics", "items", "refused", "no_time", 2),
                        new PipelineReport.Count("", "requests", "refused", "log_unavailable", 1));
    }
}
