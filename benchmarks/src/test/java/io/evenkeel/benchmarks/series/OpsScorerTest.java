package io.evenkeel.benchmarks.series;

import static io.evenkeel.benchmarks.series.TestSeries.HOUR;
import static io.evenkeel.benchmarks.series.TestSeries.MINUTE;
import static io.evenkeel.benchmarks.series.TestSeries.alarmsAt;
import static io.evenkeel.benchmarks.series.TestSeries.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.benchmarks.series.OpsOutcome.OfDomain;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpsScorerTest {
    private static OpsOutcome outcome(LabelledSeries series, int... alarms) {
        return new OpsScorer(List.of(series))
                .curve(List.of(alarmsAt(series.length(), alarms)))
                .at(1);
    }

    @Test
    void findsAnEventByOneAlarmAndTellsItsDelayInSteps() {
        OpsOutcome outcome = outcome(TestSeries.of("a", HOUR, 100, run(50, 60)), 53, 54);

        assertThat(outcome.found()).isEqualTo(1);
        assertThat(outcome.medianDelaySteps()).isEqualTo(3);
        assertThat(outcome.falsePages()).isZero();
    }

    /** Point 58 is past the seven steps: too late to help, but no false page. */
    @Test
    void anAlarmTooLateFindsNothingAndIsNoFalsePage() {
        OpsOutcome outcome = outcome(TestSeries.of("a", HOUR, 100, run(50, 60)), 58);

        assertThat(outcome.found()).isZero();
        assertThat(outcome.falsePages()).isZero();
    }

    @Test
    void aPageIsExcusedByAnyOfItsAlarmsUpToAGapAfterAnEvent() {
        LabelledSeries series = TestSeries.of("a", HOUR, 100, run(50, 52));

        assertThat(outcome(series, 55).falsePages()).isZero();
        assertThat(outcome(series, 56).falsePages()).isEqualTo(1);
        assertThat(outcome(series, 48, 50).falsePages()).isZero();
        assertThat(outcome(series, 47).falsePages()).isEqualTo(1);
    }

    @Test
    void alarmsLessThanAGapApartAreOnePage() {
        LabelledSeries series = TestSeries.of("a", MINUTE, 1000);

        assertThat(outcome(series, 300, 359).falsePages()).isEqualTo(1);
        assertThat(outcome(series, 300, 360).falsePages()).isEqualTo(2);
    }

    /** Alarms each half hour for 13 h: pages begin at 0, 6 and 12 h. */
    @Test
    void aPageEndsSixHoursAfterItsFirstAlarm() {
        int[] alarms = new int[27];
        Arrays.setAll(alarms, i -> 1000 + 30 * i);

        assertThat(outcome(TestSeries.of("a", MINUTE, 3000), alarms).falsePages())
                .isEqualTo(3);
    }

    @Test
    void anAlarmThatNeverEndsCostsFourPagesADay() {
        LabelledSeries series = TestSeries.of("a", MINUTE, 20_000);
        int[] alarms = new int[20_000];
        Arrays.setAll(alarms, i -> i);

        OpsOutcome outcome = outcome(series, alarms);

        assertThat(outcome.falsePagesPerDay()).isCloseTo(4, within(0.1));
    }

    @Test
    void alarmsOfTheWarmUpAreNotLookedAt() {
        OpsOutcome outcome = outcome(TestSeries.of("a", HOUR, 100, run(10, 18)), 3, 14, 16, 21);

        assertThat(outcome.events()).isZero();
        assertThat(outcome.falsePages()).isZero();
    }

    /**
     * Hourly, 1,000 points: 850 count, 35.4 days. Scores 5 (false), 4 (found), 3 (false), 2 (found), 1 (false three
     * times): a budget of 1 page, .03 a day, ends above 3, of 2 pages at 2; below 2 there are 5.
     */
    @Test
    void takesTheLowestThresholdWithinABudget() {
        LabelledSeries series = TestSeries.of("a", HOUR, 1000, run(300, 301), run(400, 401));
        double[] scores = new double[1000];
        scores[200] = 5;
        scores[300] = 4;
        scores[500] = 3;
        scores[401] = 2;
        scores[600] = 1;
        scores[700] = 1;
        scores[800] = 1;
        OpsCurve curve = new OpsScorer(List.of(series)).curve(List.of(scores));

        assertThat(curve.theta(0.02)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(curve.within(0.02).recall()).isZero();
        assertThat(curve.theta(0.03)).isEqualTo(4);
        assertThat(curve.within(0.03).recall()).isEqualTo(0.5);
        assertThat(curve.theta(0.06)).isEqualTo(2);
        assertThat(curve.within(0.06).recall()).isEqualTo(1);
        assertThat(curve.at(1).falsePages()).isEqualTo(5);
        assertThat(curve.recall(0.03, new int[] {1})).isEqualTo(0.5);
    }

    @Test
    void fixesAThresholdOnSomeSeriesAndAppliesItToOthers() {
        LabelledSeries noisy = TestSeries.of("mscmd__noisy__1", HOUR, 1000, run(300, 301));
        LabelledSeries calm = TestSeries.of("mscmd__calm__1", HOUR, 1000, run(300, 301));
        double[] loud = new double[1000];
        loud[300] = 8;
        for (int i = 400; i < 900; i += 20) {
            loud[i] = 6;
        }
        double[] soft = new double[1000];
        soft[300] = 2;
        OpsCurve curve = new OpsScorer(List.of(noisy, calm)).curve(List.of(loud, soft));

        assertThat(curve.theta(0.1, series -> series.domain().equals("calm"))).isEqualTo(2);
        assertThat(curve.theta(0.1, series -> series.domain().equals("noisy"))).isEqualTo(8);
        Map<String, OpsOutcome> left = curve.leaveOneDomainOut(0.1);
        assertThat(left.get("calm").found()).isZero();
        assertThat(left.get("noisy").found()).isEqualTo(1);
        assertThat(left.get("noisy").falsePages()).isEqualTo(25);
        assertThat(curve.elsewhere(0.1).recall()).isEqualTo(0.5);
    }

    @Test
    void tellsDomainsApart() {
        LabelledSeries a = TestSeries.of("mscmd__a__1", HOUR, 1000, run(300, 301), run(400, 401));
        LabelledSeries b = TestSeries.of("mscmd__b__1", HOUR, 1000, run(300, 301));
        LabelledSeries quiet = TestSeries.of("mscmd__quiet__1", HOUR, 1000);
        OpsOutcome outcome = new OpsScorer(List.of(a, b, quiet))
                .curve(List.of(alarmsAt(1000, 301), alarmsAt(1000, 300, 500), alarmsAt(1000, 500, 600, 700)))
                .at(1);

        assertThat(outcome.domains())
                .extracting(OfDomain::domain, OfDomain::found, OfDomain::falsePages)
                .containsExactly(tuple("a", 1, 0), tuple("b", 1, 1), tuple("quiet", 0, 3));
        assertThat(outcome.recall()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(outcome.macroRecall()).isEqualTo(0.75);
        assertThat(outcome.weakestRecall()).isEqualTo(0.5);
        assertThat(outcome.worstFalsePagesPerDay()).isCloseTo(1 / ((849 - 1) / 24.0), within(1e-12));
        assertThat(outcome.worstFalsePagesPerDayOfAll()).isCloseTo(3 / (849 / 24.0), within(1e-12));
        assertThat(outcome.medianDelaySteps()).isEqualTo(0.5);
    }

    @Test
    void topFiveShareIsThatOfTheFiveNoisiestSeries() {
        List<LabelledSeries> series = IntStream.range(0, 7)
                .mapToObj(i -> TestSeries.of("s" + i, HOUR, 1000))
                .toList();
        List<double[]> scores = List.of(
                alarmsAt(1000, 200, 300, 400, 500),
                alarmsAt(1000, 200),
                alarmsAt(1000, 200),
                alarmsAt(1000, 200),
                alarmsAt(1000, 200),
                alarmsAt(1000, 200),
                alarmsAt(1000, 200));

        assertThat(new OpsScorer(series).curve(scores).at(1).topFiveShare()).isEqualTo(0.8);
    }

    @Test
    void judgesADetectorsOwnAlarmsAsTheyAre() {
        LabelledSeries series = TestSeries.of("a", HOUR, 100, run(50, 51));
        boolean[] alarms = new boolean[100];
        alarms[51] = true;
        alarms[80] = true;

        OpsOutcome outcome = new OpsScorer(List.of(series)).alarms(List.of(alarms));

        assertThat(outcome.found()).isEqualTo(1);
        assertThat(outcome.falsePages()).isEqualTo(1);
    }

    @Test
    void theBootstrapIsTheSameForASeedAndKnowsNoDifferenceOfADetectorFromItself() {
        LabelledSeries a = TestSeries.of("a", HOUR, 1000, run(300, 301));
        LabelledSeries b = TestSeries.of("b", HOUR, 1000, run(300, 301));
        OpsCurve curve = new OpsScorer(List.of(a, b)).curve(List.of(alarmsAt(1000, 300), alarmsAt(1000)));

        assertThat(PairedBootstrap.recall(curve, 0.1, 7)).isEqualTo(new PairedBootstrap.Interval(0, 1));
        assertThat(PairedBootstrap.difference(curve, curve, 0.1, 7)).isEqualTo(new PairedBootstrap.Interval(0, 0));
    }

    @Test
    void refusesScoresThatAreNoNumbersOrTooFew() {
        OpsScorer scorer = new OpsScorer(List.of(TestSeries.of("a", HOUR, 100)));
        double[] broken = new double[100];
        broken[7] = Double.NaN;

        assertThatThrownBy(() -> scorer.curve(List.of(broken))).hasMessageContaining("a is no number");
        assertThatThrownBy(() -> scorer.curve(List.of(new double[99]))).hasMessageContaining("99 scores");
        assertThatThrownBy(() -> scorer.curve(List.of())).hasMessageContaining("0 arrays");
    }
}
