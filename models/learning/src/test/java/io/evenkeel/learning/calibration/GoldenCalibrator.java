package io.evenkeel.learning.calibration;

import io.evenkeel.domain.incident.CauseKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the golden model of the current version: run once per format version, then never again for it. */
final class GoldenCalibrator {
    private GoldenCalibrator() {}

    public static void main(String[] args) throws IOException {
        Calibrator fitted = Calibrator.fit(CalibratorTest.outcomes(CauseKind.BAD_DEPLOY, 100, 11, raw -> 0.6 * raw));
        Files.write(Path.of(args[0]), fitted.toBytes());
    }
}
