package io.evenkeel.benchmarks.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.benchmarks.proof.QuietSchedule.Kind;
import io.evenkeel.benchmarks.proof.QuietSchedule.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuietScheduleTest {
    private static final List<String> SERVICES = List.of("front", "catalog", "checkout", "payment", "inventory");
    private static final Duration HOUR = Duration.ofHours(1);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @Test
    void aSeedIsOneSchedule() {
        assertThat(QuietSchedule.draw(7, SERVICES, HOUR)).isEqualTo(QuietSchedule.draw(7, SERVICES, HOUR));
        assertThat(QuietSchedule.draw(7, SERVICES, HOUR)).isNotEqualTo(QuietSchedule.draw(8, SERVICES, HOUR));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anHourHasEachKindOfNoise(long seed) {
        QuietSchedule hour = QuietSchedule.draw(seed, SERVICES, HOUR);

        assertThat(hour.of(Kind.DEPLOY)).hasSizeGreaterThanOrEqualTo(6);
        assertThat(services(hour, Kind.DEPLOY)).containsExactlyInAnyOrderElementsOf(SERVICES);
        assertThat(hour.of(Kind.BATCH)).hasSizeGreaterThanOrEqualTo(3);
        assertThat(services(hour, Kind.BATCH)).hasSizeGreaterThanOrEqualTo(3);
        assertThat(hour.of(Kind.CALL)).hasSize(6);
        assertThat(hour.of(Kind.WARNINGS)).hasSizeGreaterThan(30);
        assertThat(services(hour, Kind.WARNINGS)).hasSize(1);
        assertThat(hour.steps()).isSortedAccordingTo(java.util.Comparator.comparing(Step::at));
        assertThat(hour.steps()).allSatisfy(step -> assertThat(step.end()).isLessThanOrEqualTo(HOUR));
    }

    /** A deploy would end the batch with its process, and the batch would prove little. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noBatchRunsWhereSomethingIsBeingDeployed(long seed) {
        QuietSchedule hour = QuietSchedule.draw(seed, SERVICES, HOUR);

        for (Step batch : hour.of(Kind.BATCH)) {
            assertThat(hour.of(Kind.DEPLOY))
                    .filteredOn(deploy -> deploy.service().equals(batch.service()))
                    .noneSatisfy(deploy -> assertThat(deploy.at()).isBetween(batch.at(), batch.end()));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void fiveMinutesHaveEachKindToo(long seed) {
        QuietSchedule brief = QuietSchedule.draw(seed, SERVICES, Duration.ofMinutes(5));

        for (Kind kind : Kind.values()) {
            assertThat(brief.of(kind)).as(kind.name()).isNotEmpty();
        }
    }

    @Test
    void lessThanFiveMinutesIsRefused() {
        assertThatThrownBy(() -> QuietSchedule.draw(1, SERVICES, Duration.ofMinutes(4)))
                .hasMessageContaining("five minutes");
    }

    private static List<String> services(QuietSchedule schedule, Kind kind) {
        return schedule.of(kind).stream().map(Step::service).distinct().toList();
    }
}
