package io.evenkeel.benchmarks.series;

import static io.evenkeel.benchmarks.series.TestSeries.HOUR;
import static io.evenkeel.benchmarks.series.TestSeries.MINUTE;
import static io.evenkeel.benchmarks.series.TestSeries.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.benchmarks.series.SeriesTruth.Event;
import org.junit.jupiter.api.Test;

class SeriesTruthTest {
    @Test
    void gapIsAnHourOrThreeStepsWhicheverIsLonger() {
        assertThat(new SeriesTruth(TestSeries.of("a", MINUTE, 100)).gapSeconds())
                .isEqualTo(3600);
        assertThat(new SeriesTruth(TestSeries.of("a", HOUR, 100)).gapSeconds()).isEqualTo(10_800);
    }

    @Test
    void joinsLabelledRunsWhoseEndsAreAGapApartButNoMore() {
        SeriesTruth joined = new SeriesTruth(TestSeries.of("a", HOUR, 100, run(50, 51), run(54, 54)));
        SeriesTruth apart = new SeriesTruth(TestSeries.of("a", HOUR, 100, run(50, 51), run(55, 55)));

        assertThat(joined.events()).containsExactly(new Event(50, 54, 57));
        assertThat(apart.events()).containsExactly(new Event(50, 51, 54), new Event(55, 55, 58));
    }

    @Test
    void windowsOfNabStayAsTheyAreAndEndWhereTheyEnd() {
        SeriesTruth truth = new SeriesTruth(TestSeries.of("nab__realTweets__x", HOUR, 100, run(50, 51), run(54, 54)));

        assertThat(truth.events()).containsExactly(new Event(50, 51, 51), new Event(54, 54, 54));
    }

    /** Hourly: seven steps. Each minute: half an hour, as seven minutes are less. */
    @Test
    void aLongEventIsFoundOnlyEarly() {
        assertThat(new SeriesTruth(TestSeries.of("a", HOUR, 100, run(50, 90))).events())
                .containsExactly(new Event(50, 90, 57));
        assertThat(new SeriesTruth(TestSeries.of("a", MINUTE, 1000, run(500, 700))).events())
                .containsExactly(new Event(500, 700, 530));
    }

    @Test
    void anEventOfTheWarmUpIsNoEventAndAlarmsInItAreNotLookedAt() {
        SeriesTruth truth = new SeriesTruth(TestSeries.of("a", HOUR, 100, run(14, 20), run(40, 40)));

        assertThat(truth.first()).isEqualTo(15);
        assertThat(truth.events()).extracting(Event::from).containsExactly(40);
        assertThat(truth.counts(14)).isFalse();
        assertThat(truth.counts(23)).isFalse();
        assertThat(truth.counts(24)).isTrue();
    }

    @Test
    void warmUpOfNabEndsAt750Points() {
        assertThat(new SeriesTruth(TestSeries.of("nab__realTweets__x", MINUTE, 10_000)).first())
                .isEqualTo(750);
        assertThat(new SeriesTruth(TestSeries.of("a", MINUTE, 10_000)).first()).isEqualTo(1500);
    }

    /** Point 15 to point 99 are 84 h, of which the event takes 2 h. */
    @Test
    void daysAreThoseAfterWarmUpInNoEvent() {
        SeriesTruth truth = new SeriesTruth(TestSeries.of("a", HOUR, 100, run(14, 20), run(40, 42)));

        assertThat(truth.days()).isCloseTo(82.0 / 24, within(1e-12));
    }
}
