package io.evenkeel.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimesTest {
    private static final Instant NOW = Instant.parse("2026-07-03T22:30:00Z");

    @Test
    void saysTheDayOnlyWhenItIsAnother_andTheYearToo() {
        Times times = new Times(ZoneOffset.UTC, NOW);
        assertThat(times.clock(Instant.parse("2026-07-03T00:00:00Z"))).isEqualTo("00:00:00");
        assertThat(times.clock(Instant.parse("2026-07-02T23:59:59Z"))).isEqualTo("2 Jul 23:59:59");
        assertThat(times.clock(Instant.parse("2025-07-03T22:30:00Z"))).isEqualTo("3 Jul 2025 22:30:00");
        assertThat(times.clock(null)).isEqualTo("–");
    }

    /** Half past midnight in Berlin is still yesterday in UTC. */
    @Test
    void theDayIsTheZones() {
        Times berlin = new Times(ZoneId.of("Europe/Berlin"), NOW);
        assertThat(berlin.clock(Instant.parse("2026-07-03T22:10:00Z"))).isEqualTo("00:10:00");
        assertThat(berlin.clock(Instant.parse("2026-07-03T21:59:00Z"))).isEqualTo("3 Jul 23:59:00");
    }

    @Test
    void namesTheZoneAsItIsNow() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(new Times(berlin, NOW).zoneName()).isEqualTo("CEST");
        assertThat(new Times(berlin, Instant.parse("2026-01-03T12:00:00Z")).zoneName())
                .isEqualTo("CET");
        assertThat(new Times(ZoneOffset.UTC, NOW).zoneName()).isEqualTo("UTC");
        assertThat(new Times(ZoneId.of("UTC"), NOW).zoneName()).isEqualTo("UTC");
    }
}
