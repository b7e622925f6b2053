package io.evenkeel.benchmarks.series;

import static io.evenkeel.benchmarks.series.NabScorer.Profile.LOW_FALSE_NEGATIVES;
import static io.evenkeel.benchmarks.series.NabScorer.Profile.LOW_FALSE_POSITIVES;
import static io.evenkeel.benchmarks.series.NabScorer.Profile.STANDARD;
import static io.evenkeel.benchmarks.series.TestSeries.HOUR;
import static io.evenkeel.benchmarks.series.TestSeries.alarmsAt;
import static io.evenkeel.benchmarks.series.TestSeries.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Twenty points, three of them probation, one window from point 10 to 14. */
class NabScorerTest {
    private static final int POINTS = 20;
    private static final LabelledSeries SERIES = TestSeries.of("nab__realTweets__x", HOUR, POINTS, run(10, 14));
    private static final NabScorer SCORER = new NabScorer(List.of(SERIES));

    private static double score(NabScorer.Profile profile, int... alarms) {
        return SCORER.at(1, List.of(alarmsAt(POINTS, alarms)), profile);
    }

    @Test
    void probationIsFifteenPercentAndAtMost750() {
        assertThat(NabScorer.probation(20)).isEqualTo(3);
        assertThat(NabScorer.probation(4999)).isEqualTo(749);
        assertThat(NabScorer.probation(20_000)).isEqualTo(750);
    }

    @Test
    void perfectionIs100AndSilence0() {
        for (NabScorer.Profile profile : NabScorer.Profile.values()) {
            assertThat(score(profile, 10)).isCloseTo(100, within(1e-9));
            assertThat(score(profile)).isZero();
        }
    }

    /**
     * The last point of five lies at -1/5: (2 / (1 + e^-1) - 1) / (2 / (1 + e^-5) - 1) = .462117 / .986614 = .468387;
     * (1 + .468387) / 2 of the way from silence to perfection.
     */
    @Test
    void aLateAlarmIsWorthLess() {
        assertThat(score(STANDARD, 14)).isCloseTo(73.419, within(0.001));
    }

    @Test
    void aWindowPaysForItsBestAlarmOnly() {
        assertThat(score(STANDARD, 12, 13, 14)).isEqualTo(score(STANDARD, 12));
    }

    /** .11 of two points' worth, found or missed; .22 in the profile that minds; .11 of three where a miss is two. */
    @Test
    void aFalseAlarmBeforeAnyWindowCostsItsFullWeight() {
        assertThat(score(STANDARD, 5, 10)).isCloseTo(100 - 11.0 / 2, within(1e-9));
        assertThat(score(LOW_FALSE_POSITIVES, 5, 10)).isCloseTo(100 - 22.0 / 2, within(1e-9));
        assertThat(score(LOW_FALSE_NEGATIVES, 5, 10)).isCloseTo(100 - 11.0 / 3, within(1e-9));
        assertThat(score(STANDARD, 5)).isCloseTo(-11.0 / 2, within(1e-9));
    }

    /** Two points after a window of five: position 2/4, 2 / (1 + e^2.5) - 1 = -.848284; times .11, over 2. */
    @Test
    void aFalseAlarmShortlyAfterAWindowCostsLess() {
        assertThat(score(STANDARD, 10, 16)).isCloseTo(100 - 4.66556, within(0.0001));
    }

    @Test
    void farAfterAWindowAFalseAlarmCostsItsFullWeight() {
        LabelledSeries series = TestSeries.of("nab__realTweets__x", HOUR, 100, run(40, 44));
        NabScorer scorer = new NabScorer(List.of(series));

        assertThat(scorer.at(1, List.of(alarmsAt(100, 40, 57)), STANDARD)).isCloseTo(94.5, within(1e-9));
    }

    @Test
    void alarmsInProbationCostNothing() {
        assertThat(score(STANDARD, 0, 1, 2, 10)).isCloseTo(100, within(1e-9));
    }

    /** Score 3 is a false alarm, 2 finds the window, 1 is false twice: the best threshold takes one false alarm. */
    @Test
    void findsTheBestThreshold() {
        double[] scores = new double[POINTS];
        scores[5] = 3;
        scores[10] = 2;
        scores[6] = 1;
        scores[7] = 1;

        NabScorer.Best best = SCORER.best(List.of(scores), STANDARD);

        assertThat(best.theta()).isEqualTo(2);
        assertThat(best.score()).isCloseTo(94.5, within(1e-9));
        assertThat(SCORER.at(2, List.of(scores), STANDARD)).isCloseTo(94.5, within(1e-9));
    }

    @Test
    void silenceIsBestWhereEveryAlarmIsFalse() {
        LabelledSeries series = TestSeries.of("nab__artificialNoAnomaly__x", HOUR, POINTS);
        NabScorer scorer = new NabScorer(List.of(SERIES, series));

        NabScorer.Best best = scorer.best(List.of(new double[POINTS], alarmsAt(POINTS, 10)), STANDARD);

        assertThat(best.theta()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(best.score()).isZero();
    }
}
