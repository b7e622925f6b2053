package io.evenkeel.learning.cause;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordingTest {
    @Test
    void anExhaustedResourceSaysOfHowMuch() {
        assertThat(sentence(Map.of(Finding.SATURATION, "412 of 512 connections (80 %)")))
                .isEqualTo("db.client.connection.count is 412 of 512 connections (80 %), usually under 75.");
    }

    @Test
    void withoutALimitItSaysHowMuch() {
        assertThat(sentence(Map.of())).isEqualTo("db.client.connection.count is 412, usually under 75.");
    }

    private static String sentence(Map<String, String> attributes) {
        Instant at = Instant.EPOCH;
        SignalKey signal = new SignalKey(
                new ServiceKey("demo", "shop", "catalog"),
                SignalKind.GAUGE,
                null,
                "",
                "node#1",
                "db.client.connection.count",
                "");
        Finding finding = new Finding(
                "f-1",
                FindingKind.ANOMALY,
                signal,
                Direction.UP,
                at,
                at,
                at,
                at,
                at,
                null,
                null,
                9,
                412,
                60,
                45,
                75,
                0,
                "",
                null,
                null,
                List.of(),
                attributes,
                false,
                1,
                1);
        return new Wording(at)
                .resource(new ResourceSigns.Sign(CauseKind.DB_POOL, 0.8, finding))
                .text();
    }
}
