package io.evenkeel.learning.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.incident.CauseKind;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
    private static final Instant WHEN = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void givesTheRawConfidenceBackUntilThirtyOutcomesOfTheKindAreKnown() {
        Calibrator few = Calibrator.fit(outcomes(CauseKind.CPU, 29, 1, raw -> raw));
        assertThat(few.calibrate(0.7, CauseKind.CPU)).isEqualTo(new Calibrator.Confidence(0.7, false));

        Calibrator enough = Calibrator.fit(outcomes(CauseKind.CPU, 30, 1, raw -> raw));
        assertThat(enough.calibrate(0.7, CauseKind.CPU).calibrated()).isTrue();
        assertThat(enough.calibrate(0.7, CauseKind.HANG)).isEqualTo(new Calibrator.Confidence(0.7, false));
    }

    @Test
    void correctsAnOverconfidentRanker() {
        Calibrator fitted = Calibrator.fit(outcomes(CauseKind.BAD_DEPLOY, 400, 2, raw -> 0.6 * raw));
        assertThat(fitted.calibrate(0.9, CauseKind.BAD_DEPLOY).probability()).isCloseTo(0.54, within(0.1));
        assertThat(fitted.calibrate(0.5, CauseKind.BAD_DEPLOY).probability()).isCloseTo(0.30, within(0.1));
    }

    /** kubernaut#206 had the direction inverted. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aHigherRawConfidenceIsNeverCalibratedLower(long seed) {
        List<DoubleUnaryOperator> truths = List.of(raw -> raw, raw -> 1 - raw, raw -> 0.5, raw -> 1, raw -> 0);
        for (DoubleUnaryOperator truth : truths) {
            Calibrator fitted = Calibrator.fit(outcomes(CauseKind.HANG, 60, seed, truth));
            double before = 0;
            for (double raw = 0; raw <= 1; raw += 0.01) {
                double now = fitted.calibrate(raw, CauseKind.HANG).probability();
                assertThat(now).isBetween(before - 1e-12, 1.0);
                before = now;
            }
        }
    }

    @Test
    void theOrderOfOutcomesAndTheirRepetitionMakeNoDifference() {
        List<LabelledOutcome> outcomes = outcomes(CauseKind.CRASH, 50, 7, raw -> raw);
        List<LabelledOutcome> shuffled = new ArrayList<>(outcomes);
        shuffled.addAll(outcomes.subList(0, 20));
        Collections.shuffle(shuffled, new Random(1));
        assertThat(Calibrator.fit(shuffled).calibrate(0.8, CauseKind.CRASH))
                .isEqualTo(Calibrator.fit(outcomes).calibrate(0.8, CauseKind.CRASH));
    }

    @Test
    void survivesItsBytes() {
        Calibrator fitted = Calibrator.fit(outcomes(CauseKind.CRASH, 50, 7, raw -> raw));
        Calibrator read = Calibrator.fromBytes(fitted.toBytes());
        assertThat(read.calibrate(0.8, CauseKind.CRASH)).isEqualTo(fitted.calibrate(0.8, CauseKind.CRASH));
        assertThat(read.provenance()).contains("50 labelled outcomes").contains("seed");
        assertThat(Calibrator.fromBytes(Calibrator.none().toBytes()).calibrate(0.3, CauseKind.CPU))
                .isEqualTo(new Calibrator.Confidence(0.3, false));
        assertThatThrownBy(() -> Calibrator.fromBytes("not a model".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A model written by v0.1.0 must be read by every later version and say the same. */
    @Test
    void readsTheGoldenModel() throws Exception {
        try (InputStream golden = CalibratorTest.class.getResourceAsStream("/golden/calibrator-v1.pb")) {
            Calibrator read = Calibrator.fromBytes(golden.readAllBytes());
            assertThat(read.calibrate(0.9, CauseKind.BAD_DEPLOY).calibrated()).isTrue();
            assertThat(read.calibrate(0.9, CauseKind.BAD_DEPLOY).probability()).isCloseTo(GOLDEN_AT_09, within(1e-6));
            assertThat(read.calibrate(0.9, CauseKind.CPU).calibrated()).isFalse();
        }
    }

    private static final double GOLDEN_AT_09 = 0.640646833;

    static List<LabelledOutcome> outcomes(CauseKind kind, int count, long seed, DoubleUnaryOperator truth) {
        Random random = new Random(seed);
        List<LabelledOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double raw = random.nextDouble();
            boolean right = random.nextDouble() < truth.applyAsDouble(raw);
            outcomes.add(new LabelledOutcome("o" + i, raw, kind, right, WHEN.plusSeconds(i)));
        }
        return outcomes;
    }
}
