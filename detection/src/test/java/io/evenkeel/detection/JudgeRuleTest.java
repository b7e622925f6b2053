package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.learning.baseline.BaselineKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What opens a finding, after how many steps, and what does not. */
class JudgeRuleTest {
    private static final long T = 1_800_000_000_000L;
    private static final int BIN = 10_000;

    private final JudgedSignals judged = new JudgedSignals(64, true);
    private final List<String> notes = new ArrayList<>();
    private long bin = T;
    private int opened = -1;

    private int calm(BaselineKind kind, JudgeRule rule, double value, double weight) {
        int row = judged.add(kind, false);
        for (int i = 0; i < 60; i++) {
            step(row, rule, value, weight);
        }
        return row;
    }

    private void step(int row, JudgeRule rule, double value, double weight) {
        judged.step(row, bin, BIN, value, weight, rule, true, bin, (signal, tracker) -> {
            notes.add(tracker.ending == null ? "open" : tracker.ending.name());
        });
        bin += BIN;
    }

    /** Steps of the given values until a finding opens, -1 when none does. */
    private int stepsUntilOpen(int row, JudgeRule rule, double value, double weight, int most) {
        for (int i = 1; i <= most; i++) {
            step(row, rule, value, weight);
            if (judged.tracker(row) != null) {
                return i;
            }
        }
        return opened;
    }

    @ParameterizedTest(name = "{0} of {1} requests fail: {2} steps")
    @CsvSource({
        "0.50, 100, 1",
        "0.12, 100, 1",
        "0.50, 10, 2",
        "0.30, 10, 2",
        "0.05, 200, 2",
        "0.015, 200, -1",
        "0.10, 10, 4",
    })
    void errors(double ratio, double requests, int steps) {
        int row = calm(BaselineKind.RATIO, JudgeRule.ERROR_RATIO, 0, requests);

        assertThat(stepsUntilOpen(row, JudgeRule.ERROR_RATIO, ratio, requests, 12))
                .isEqualTo(steps);
    }

    @ParameterizedTest(name = "p95 of 20 ms becomes {0} s: {1} steps")
    @CsvSource({"2, 3", "0.6, 3", "0.3, 5", "0.13, 5", "0.1, -1", "0.06, -1"})
    void waits(double p95, int steps) {
        int row = calm(BaselineKind.DURATION, JudgeRule.DURATION, 0.02, 100);

        assertThat(stepsUntilOpen(row, JudgeRule.DURATION, p95, 100, 12)).isEqualTo(steps);
    }

    @ParameterizedTest(name = "20/s become {0}/s: {1} steps")
    @CsvSource({"0, 2", "1, 2", "6, 3", "12, -1", "28, -1"})
    void traffic(double rate, int steps) {
        int row = calm(BaselineKind.RATE, JudgeRule.RATE, 20, 10);

        assertThat(stepsUntilOpen(row, JudgeRule.RATE, rate, 10, 12)).isEqualTo(steps);
    }

    @Test
    void aSingleSlowStepOfAColdStartIsNoFinding() {
        int row = calm(BaselineKind.DURATION, JudgeRule.DURATION, 0.02, 100);
        for (double p95 : new double[] {1.5, 0.4, 0.03, 0.02, 1.2, 0.3, 0.02, 0.02}) {
            step(row, JudgeRule.DURATION, p95, 100);
        }

        assertThat(notes).isEmpty();
    }

    @Test
    void judgesTheBandOfBeforeTheFaultAndClosesInsideIt() {
        int row = calm(BaselineKind.RATIO, JudgeRule.ERROR_RATIO, 0, 100);
        for (int i = 0; i < 30; i++) {
            step(row, JudgeRule.ERROR_RATIO, 0.5, 100);
        }
        DeviationTracker tracker = judged.tracker(row);
        assertThat(tracker.direction).isEqualTo(Direction.UP);
        assertThat(tracker.onsetMillis).isEqualTo(T + 60 * BIN);
        assertThat(tracker.band.upper().get(0)).isLessThan(0.05);
        step(row, JudgeRule.ERROR_RATIO, 0, 100);
        step(row, JudgeRule.ERROR_RATIO, 0, 100);
        assertThat(judged.tracker(row)).isNotNull();
        step(row, JudgeRule.ERROR_RATIO, 0, 100);

        assertThat(judged.tracker(row)).isNull();
        assertThat(notes).endsWith(FindingEnding.RETURNED.name());
        assertThat(notes).filteredOn(note -> !note.equals("open")).hasSize(1);
    }

    @Test
    void acceptsALevelThatStaysOnceAndIsThenSilent() {
        int row = calm(BaselineKind.DURATION, JudgeRule.DURATION, 0.02, 100);
        for (int i = 0; i < 400; i++) {
            step(row, JudgeRule.DURATION, 1, 100);
        }

        assertThat(notes).filteredOn(note -> !note.equals("open")).containsExactly("ACCEPTED_AS_NEW_LEVEL");
        assertThat(judged.openFindings()).isZero();
    }

    @Test
    void aLateCorrectionThatUndoesAVerdictPreventsTheFinding() {
        int row = calm(BaselineKind.RATIO, JudgeRule.ERROR_RATIO, 0, 60);
        step(row, JudgeRule.ERROR_RATIO, 0.09, 60);
        judged.amend(row, bin - BIN, BIN, 0.0, 600, JudgeRule.ERROR_RATIO);
        step(row, JudgeRule.ERROR_RATIO, 0.09, 60);

        assertThat(notes).isEmpty();
    }
}
