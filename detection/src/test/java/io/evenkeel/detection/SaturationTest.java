package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When what is used is too close to what bounds it, and when it may rise as it likes. */
class SaturationTest {
    private static final long T = 1_800_000_000_000L;
    private static final int BIN = 10_000;
    private static final double LIMIT = 1_000;
    private static final JudgeRule UP = JudgeRule.known(true, false, 0.5, 5);
    private static final JudgeRule DOWN = JudgeRule.known(false, true, 0.1, 1);

    private final JudgedSignals judged = new JudgedSignals(32, false);
    private final int row = judged.add(BaselineKind.LEVEL, false);
    private final Random random = new Random(7);
    private final List<String> notes = new ArrayList<>();
    private long bin = T;

    private void step(JudgeRule rule, double value, double limit) {
        judged.step(row, bin, BIN, value, 1, rule, limit, true, bin, (signal, tracker) -> {
            if (tracker.sequence == 1) {
                notes.add("open");
            }
            if (tracker.ending != null) {
                notes.add(tracker.ending.name());
            }
        });
        bin += BIN;
    }

    /** @param values share of the limit by step */
    private void run(int steps, IntToDoubleFunction values) {
        for (int i = 0; i < steps; i++) {
            step(UP, LIMIT * values.applyAsDouble(i), LIMIT);
        }
    }

    private double noise(double share) {
        return share * random.nextGaussian();
    }

    /** Share of the limit at which a note came, NaN when none did. */
    private double shareAtFirstNote(int steps, IntToDoubleFunction values) {
        for (int i = 0; i < steps; i++) {
            step(UP, LIMIT * values.applyAsDouble(i), LIMIT);
            if (!notes.isEmpty()) {
                return values.applyAsDouble(i);
            }
        }
        return Double.NaN;
    }

    @Test
    void aRiseThatLeavesHalfOfTheLimitFreeIsNoFinding() {
        run(100, i -> 0.05 + noise(0.002));
        run(60, i -> 0.48 + noise(0.002));

        assertThat(notes).isEmpty();
    }

    @Test
    void theSameRiseIsAFindingWhereNoLimitIsKnown() {
        for (int i = 0; i < 160; i++) {
            step(UP, (i < 100 ? 50 : 480) + noise(2), Double.NaN);
        }

        assertThat(notes).startsWith("open");
    }

    @Test
    void aRisePastHalfOfTheLimitIsAFindingAsEver() {
        run(100, i -> 0.05 + noise(0.002));
        run(6, i -> 0.8 + noise(0.002));

        assertThat(notes).containsExactly("open");
    }

    /** The smaller the room that is left, the less a rise may be to matter: 5 % more of the limit at 80 %, 50 % at 10 %. */
    @Test
    void aRiseTooSmallForItsOwnBandIsAFindingCloseToTheLimit() {
        run(300, i -> 0.8 + noise(0.005));
        run(18, i -> 0.95 + noise(0.005));

        assertThat(notes).containsExactly("open");
        assertThat(judged.tracker(row).band.upper())
                .hasSize(1)
                .allSatisfy(edge -> assertThat(edge).isCloseTo(0.9 * LIMIT, within(20.0)));
    }

    /** A heap pool after a collection, a full cache: where it lives is no trouble, however near the limit is. */
    @ParameterizedTest(name = "at {0} of its limit, by {1}")
    @CsvSource({"0.95, 0.005", "0.95, 0.02", "0.9, 0.02", "0.9, 0.05", "0.97, 0.01", "1, 0"})
    void whatAlwaysSitsAtItsLimitIsNoFindingForAWeek(double share, double scatter) {
        run(60_480, i -> Math.min(1, share + noise(scatter)));

        assertThat(notes).isEmpty();
    }

    /**
     * The baseline grows along with a leak; it is told all the same, and in time: at nine tenths, or when 2,000 steps of its
     * pace are left. What fills up within 20 min is told within a minute after: a rule needs 3 min to be sure.
     */
    @ParameterizedTest(name = "a limit reached in {0} steps is told at {1}")
    @CsvSource({
        "120, 0.99",
        "400, 0.93",
        "2000, 0.91",
        "8640, 0.91",
        "20000, 0.91",
        "40000, 0.95",
        "120000, 0.985",
    })
    void tellsALeakInTime(int steps, double share) {
        run(200, i -> 0.1 + noise(0.0002));
        double told = shareAtFirstNote(steps + 6, i -> Math.min(1, 0.1 + 0.9 * i / steps + noise(0.0002)));

        assertThat(told).isLessThanOrEqualTo(share + 0.01);
        // A leak that is fast against its band is told once it is past half of the limit.
        assertThat(told).isGreaterThan(0.5);
    }

    @Test
    void whatHasMovedToItsLimitIsToldOnceAndThenAccepted() {
        run(300, i -> 0.6 + noise(0.01));
        run(8_640, i -> 0.95 + noise(0.002));

        assertThat(notes).containsExactly("open", FindingEnding.ACCEPTED_AS_NEW_LEVEL.name());
    }

    @Test
    void isAcceptedAfterAnHourCloseToTheLimitAndAfterAQuarterElsewhere() {
        assertThat(Saturation.acceptBins(UP, 950, LIMIT)).isEqualTo(360);
        assertThat(Saturation.acceptBins(UP, 700, LIMIT)).isEqualTo(90);
        assertThat(Saturation.acceptBins(UP, 950, Double.NaN)).isEqualTo(90);
    }

    @Test
    void endsWhenThereIsRoomAgain() {
        run(300, i -> 0.8 + noise(0.005));
        run(20, i -> 0.95);
        run(3, i -> 0.85);

        assertThat(notes).containsExactly("open", FindingEnding.RETURNED.name());
    }

    /** Somebody has given the pool, or the disk, more than twice of what it had. */
    @Test
    void endsWhenTheLimitIsRaised() {
        run(300, i -> 0.6 + noise(0.005));
        run(20, i -> 0.97);
        for (int i = 0; i < 3; i++) {
            step(UP, 0.97 * LIMIT, 2.5 * LIMIT);
        }

        assertThat(notes).containsExactly("open", FindingEnding.RETURNED.name());
    }

    @Test
    void aSmallPoolThatIsExhaustedIsAFinding() {
        run(300, i -> (7 + random.nextInt(3)) / 10.0);
        run(18, i -> 1);

        assertThat(notes).containsExactly("open");
    }

    /** Pods available of those desired: what is missing counts, not that somebody scales down. */
    @Test
    void aFallIsAFindingOnlyWhereLessIsThereThanIsWanted() {
        for (int i = 0; i < 60; i++) {
            step(DOWN, 10, 10);
        }
        for (int i = 0; i < 30; i++) {
            step(DOWN, 5, 5);
        }
        assertThat(notes).isEmpty();
        for (int i = 0; i < 30; i++) {
            step(DOWN, 2, 5);
        }
        assertThat(notes).containsExactly("open");
    }

    /** Three replicas are too few for a band of their own: none of three is no further off than noise of one. */
    @Test
    void fewerThanHalfOfFewIsAFinding() {
        for (int i = 0; i < 300; i++) {
            step(DOWN, 2 + random.nextInt(2), 3);
        }
        assertThat(notes).isEmpty();
        for (int i = 0; i < 18; i++) {
            step(DOWN, 0, 3);
        }
        assertThat(notes).containsExactly("open");
    }

    /** What never worked is no news, and a larger wish alone is no fall. */
    @Test
    void aWishThatWasNeverFulfilledIsNoFinding() {
        for (int i = 0; i < 300; i++) {
            step(DOWN, 1, i < 150 ? 2 : 10);
        }
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "NaN", "Infinity", "9.223372036854776E18", "1.7976931348623157E308"})
    void whatSaysNoLimitIsNone(double limit) {
        assertThat(Saturation.isLimit(limit)).isFalse();
        assertThat(Saturation.isAmple(UP, 1, limit)).isFalse();
        assertThat(Saturation.isNear(UP, 1e300, 1e300, limit, 1, band(1, 1))).isFalse();
        assertThat(Saturation.text(1, limit, "By")).isEmpty();
    }

    @Test
    void aSignalThatIsBadOnBothSidesHasNoRoomToJudge() {
        assertThat(Saturation.isAmple(JudgeRule.GAUGE, 1, LIMIT)).isFalse();
        assertThat(Saturation.isNear(JudgeRule.GAUGE, 999, 999, LIMIT, 1, band(1, 1)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "412;        512;        {connection};      412 of 512 connections (80 %)",
                "411.6;      512;        {connection};      412 of 512 connections (80 %)",
                "9.5;        10;         {connection};      9.5 of 10 connections (95 %)",
                "3;          5;          {pod};             3 of 5 pods (60 %)",
                "1900;       2048;       {batch};           1,900 of 2,048 batches (93 %)",
                "1000000;    1048576;    {file_descriptor}; 1,000,000 of 1,048,576 file descriptors (95 %)",
                "510027366;  536870912;  By;                486 of 512 MiB (95 %)",
                "1.02e11;    1.07374e11; By;                94.99 of 100 GiB (95 %)",
                "900;        1000;       By;                900 of 1,000 B (90 %)",
                "858993459;  1073741824; By;                819 of 1,024 MiB (80 %)",
                "3.5;        4;          {cpu};             3.5 of 4 cpus (88 %)",
                "7;          8;          '';                7 of 8 (88 %)",
                "7;          8;          1;                 7 of 8 (88 %)",
                "7;          8;          s;                 7 of 8 s (88 %)",
                "0;          8;          {items};           0 of 8 items (0 %)",
            })
    void saysOfHowMuch(double value, double limit, String unit, String text) {
        assertThat(Saturation.text(value, limit, unit)).isEqualTo(text);
    }

    private static Band band(double expected, double scale) {
        Band band = new Band();
        band.set(BaselineKind.LEVEL, 1, expected, expected - 4 * scale, expected + 4 * scale, scale);
        return band;
    }
}
