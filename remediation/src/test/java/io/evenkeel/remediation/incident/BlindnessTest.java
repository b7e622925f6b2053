package io.evenkeel.remediation.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.Blindness.Step;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BlindnessTest {
    private static final Instant STARTED = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant NOW = STARTED.plusSeconds(3600);
    private static final Duration RESOLVE_AFTER = Duration.ofMinutes(5);

    private final Blindness blindness = new Blindness(Duration.ofSeconds(60), Duration.ofMinutes(3));

    @Test
    void silenceForAMinuteIsAnIncident() {
        assertThat(judge(NOW.minusSeconds(61), NOW, null, null)).isEqualTo(Step.OPEN);
        assertThat(judge(NOW.minusSeconds(59), NOW, null, null)).isEqualTo(Step.NOTHING);
    }

    /** After a restart the jobs and the services start too; our own absence is not theirs. */
    @Test
    void ourOwnStartExplainsASilence() {
        Instant soon = STARTED.plusSeconds(120);

        assertThat(judge(STARTED.minusSeconds(600), soon, null, null)).isEqualTo(Step.NOTHING);
        assertThat(judge(STARTED.minusSeconds(600), STARTED.plusSeconds(181), null, null))
                .isEqualTo(Step.OPEN);
    }

    @Test
    void anEnvironmentThatWasGoneForADayIsNotMissed() {
        assertThat(judge(STARTED.minus(Duration.ofHours(25)), NOW, null, null)).isEqualTo(Step.NOTHING);
    }

    @Test
    void endsWhenDataStaysBack() {
        Instant back = NOW.minusSeconds(10);

        assertThat(judge(NOW, NOW, IncidentState.OPEN, back)).isEqualTo(Step.MITIGATE);
        assertThat(judge(NOW, NOW, IncidentState.MITIGATED, back)).isEqualTo(Step.NOTHING);
        assertThat(judge(NOW, NOW, IncidentState.MITIGATED, NOW.minus(RESOLVE_AFTER)))
                .isEqualTo(Step.RESOLVE);
        assertThat(judge(NOW.minusSeconds(61), NOW, IncidentState.MITIGATED, back))
                .isEqualTo(Step.OPEN_AGAIN);
    }

    /** A person who said "I know" is not asked again about the same silence. */
    @Test
    void aResolvedSilenceStaysResolved() {
        assertThat(judge(NOW.minusSeconds(600), NOW, IncidentState.RESOLVED, null))
                .isEqualTo(Step.NOTHING);
    }

    private Step judge(Instant arrivedAt, Instant now, IncidentState state, Instant backAt) {
        return blindness.judge(arrivedAt, STARTED, now, state, backAt, RESOLVE_AFTER);
    }
}
