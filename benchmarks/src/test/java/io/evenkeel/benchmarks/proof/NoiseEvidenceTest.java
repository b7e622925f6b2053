package io.evenkeel.benchmarks.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.benchmarks.proof.Movement.Window;
import io.evenkeel.benchmarks.proof.QuietSchedule.Kind;
import io.evenkeel.benchmarks.proof.QuietSchedule.Step;
import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of noise that moves nothing must be named. */
class NoiseEvidenceTest {
    private static final Instant BEGAN = Instant.parse("2026-11-21T12:00:00Z");
    private static final Window CALM = new Window(BEGAN.minusSeconds(180), BEGAN);
    private static final QuietSchedule SCHEDULE = new QuietSchedule(List.of(
            step(1, Kind.BATCH, "catalog", 120),
            step(4, Kind.CALL, "", 45),
            step(6, Kind.WARNINGS, "payment", 30),
            step(8, Kind.WARNINGS, "payment", 30),
            step(10, Kind.WARNINGS, "payment", 30)));

    @Test
    void allMoved() {
        NoiseEvidence evidence = evidence(0.05, 27, 1, 1, 0.1);

        assertThat(evidence.unmoved()).isEmpty();
        assertThat(evidence.movements()).hasSize(6);
    }

    @Test
    void aBatchWithoutGarbageIsNamed() {
        assertThat(evidence(0.002, 27, 1, 1, 1).unmoved())
                .singleElement()
                .satisfies(words -> assertThat(words).contains("gc share of catalog"));
    }

    @Test
    void aCallThatNobodyHeardIsNamed() {
        assertThat(evidence(0.05, 20.5, 1, 1, 1).unmoved())
                .singleElement()
                .satisfies(words -> assertThat(words).contains("requests/s of front"));
    }

    @Test
    void warningsThatDidNotShowMostOfTheTimeAreNamed() {
        assertThat(evidence(0.05, 27, 1, 0.1, 0).unmoved()).containsExactly("of 3 bursts of warnings 1 show");
    }

    private static NoiseEvidence evidence(double collecting, double requests, double... warnings) {
        List<RollupReader.Row> collections = List.of(
                row("catalog", "jvm.gc.duration", SignalKind.COUNTER_RATE, -2, 0.001),
                row("catalog", "jvm.gc.duration", SignalKind.COUNTER_RATE, 2, collecting));
        List<RollupReader.Row> calls = List.of(
                row("front", SignalKey.REQUESTS, SignalKind.REQUEST_RATE, -2, 20),
                row("front", SignalKey.REQUESTS, SignalKind.REQUEST_RATE, 4, requests),
                row("front", SignalKey.REQUESTS, SignalKind.DURATION_P95, 4, 90));
        List<RollupReader.Row> logs = List.of(
                row("payment", "log.records", SignalKind.COUNTER_RATE, 6, warnings[0]),
                row("payment", "log.records", SignalKind.COUNTER_RATE, 8, warnings[1]),
                row("payment", "log.records", SignalKind.COUNTER_RATE, 10, warnings[2]));
        return NoiseEvidence.of(SCHEDULE, BEGAN, CALM, new NoiseEvidence.Rows(collections, List.of(), calls, logs));
    }

    private static Step step(int minute, Kind kind, String service, int seconds) {
        return new Step(Duration.ofMinutes(minute), kind, service, Duration.ofSeconds(seconds));
    }

    private static RollupReader.Row row(String service, String metric, SignalKind kind, int minute, double value) {
        String attributes = metric.equals("log.records") ? "severity=warn" : "";
        SignalKey signal =
                new SignalKey(new ServiceKey("demo", "shop", service), kind, null, "", "", metric, attributes);
        return new RollupReader.Row(signal, BEGAN.plusSeconds(60L * minute), 6, value);
    }
}
