package io.evenkeel.benchmarks.series;

import static io.evenkeel.benchmarks.series.TestSeries.HOUR;
import static io.evenkeel.benchmarks.series.TestSeries.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RivalsTest {
    private static final int POINTS = 600;
    private static final long SEED = 7;

    static List<Contender> rivals() {
        return Rivals.all(SEED);
    }

    private static LabelledSeries daily(int points) {
        Random random = new Random(SEED);
        long[] times = new long[points];
        double[] values = new double[points];
        for (int i = 0; i < points; i++) {
            times[i] = 1_400_112_000L + (long) i * HOUR;
            values[i] = 100 + 20 * Math.sin(i * Math.PI / 12) + random.nextGaussian();
        }
        return new LabelledSeries("a", times, values, new boolean[points]);
    }

    /** Nobody looks ahead: what comes later changes nothing, and the same seed gives the same again. */
    @ParameterizedTest
    @MethodSource("rivals")
    void scoresOfABeginningAreTheBeginningOfTheScores(Contender rival) {
        double[] all = rival.scores(daily(POINTS));

        assertThat(rival.scores(daily(POINTS / 2))).containsExactly(Arrays.copyOf(all, POINTS / 2));
    }

    /** 20 points of 10, then 14: mean 10, deviation 10/20 of the first error, which was 10 against nothing. */
    @Test
    void ewmaZIsMeanDeviationsFromTheMean() {
        EwmaZ detector = new EwmaZ();
        for (int i = 0; i < 20; i++) {
            assertThat(detector.score(i, 10)).isZero();
        }

        assertThat(detector.score(20, 14)).isCloseTo(4 / (1.2533 * 0.5 + 1e-9 + 0.01), within(1e-9));
    }

    @Test
    void whatWasSaidIsSaidAgainOnlyAfterSixHoursAndTwelveStepsOrWhenATenthStranger() {
        SaidOnce detector = new SaidOnce((time, value) -> value);

        assertThat(detector.score(0, 10)).isEqualTo(10);
        assertThat(detector.score(HOUR, 11)).isZero();
        assertThat(detector.score(2 * HOUR, 11.1)).isEqualTo(11.1);
        for (int hour = 3; hour < 14; hour++) {
            assertThat(detector.score(hour * (long) HOUR, 11)).isZero();
        }
        assertThat(detector.score(14 * (long) HOUR, 11)).isEqualTo(11);
    }

    /** After 20 silent points: the fourth of four is a record (1 of 5 as rare), twice the last one. */
    @Test
    void calibrationTellsHowRareAScoreIsAndHowFarBeyondTheRecord() {
        TailCalibration detector = new TailCalibration((time, value) -> value);
        for (int i = 0; i < 20; i++) {
            detector.score(i, 99);
        }
        for (double value : new double[] {1, 3, 2, 4}) {
            detector.score(20, value);
        }

        assertThat(detector.score(20, 2.5)).isCloseTo(-Math.log10(3.0 / 5), within(1e-12));
        assertThat(detector.score(20, 8)).isCloseTo(-Math.log10(1.0 / 6) + 0.35, within(1e-12));
    }

    @Test
    void aDetectorWithoutAScoreIsRefused() {
        Contender broken = new Contender("broken", series -> (time, value) -> Double.NaN);

        assertThatThrownBy(() -> broken.scores(daily(10))).hasMessageContaining("broken has no score for point 0");
    }

    /**
     * Series a is high in its event and as high once more: one false page. Series b is low in its event only: free, though
     * a high threshold there would find nothing.
     */
    @Test
    void theOracleTakesTheCheapestThresholdsFirst() {
        LabelledSeries a = withValues("a", 500, 9, 700, 9);
        LabelledSeries b = withValues("b", 500, -9, 700, 9);
        FixedThresholds oracle = new FixedThresholds(List.of(a, b));

        OpsOutcome free = oracle.atMost(0);
        OpsOutcome one = oracle.atMost(1);

        assertThat(free.found()).isEqualTo(1);
        assertThat(free.falsePages()).isZero();
        assertThat(free.series().get(1).found()).isEqualTo(1);
        assertThat(one.found()).isEqualTo(2);
        assertThat(one.falsePages()).isEqualTo(1);
        assertThat(oracle.within(0.02).found()).isEqualTo(2);
    }

    private static LabelledSeries withValues(String name, int at, double value, int later, double laterValue) {
        LabelledSeries shape = TestSeries.of(name, HOUR, 1000, run(at, at));
        long[] times = new long[1000];
        boolean[] labels = new boolean[1000];
        double[] values = new double[1000];
        for (int i = 0; i < 1000; i++) {
            times[i] = shape.epochSecond(i);
            labels[i] = shape.isLabelled(i);
        }
        values[at] = value;
        values[later] = laterValue;
        return new LabelledSeries(name, times, values, labels);
    }
}
