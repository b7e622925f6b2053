package io.evenkeel.benchmarks;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Properties;

/**
 * Keeps rivals honest: what one costs, in units of XXH3 over 1 MB (which moves with the machine and not with our code), may
 * not have grown by a fifth since it was recorded in {@code baselines.properties}.
 */
final class Calibration {
    private static final double SLACK = 1.2;
    private static final int TURNS = 9;
    private static final int BLOCKS = 400;

    private final double nanosPerByte;

    private Calibration(double nanosPerByte) {
        this.nanosPerByte = nanosPerByte;
    }

    /** Takes about half a second. */
    static Calibration take() {
        byte[] block = new byte[1 << 20];
        double[] turns = new double[TURNS];
        long keep = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < BLOCKS; i++) {
                block[i] = (byte) keep;
                keep ^= Hashing.xxh3_64().hashBytesToLong(block);
            }
            turns[turn] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start)
                    / ((double) BLOCKS * block.length);
        }
        Arrays.sort(turns);
        return new Calibration(turns[0] + (keep == 42 ? 1e-12 : 0));
    }

    double nanosPerByte() {
        return nanosPerByte;
    }

    /**
     * Looks whether a rival is still what it was; when not, the result is wrong.
     *
     * @param rival its name in {@code baselines.properties}
     * @param nanos what one item costs it now
     */
    void check(GoalResult result, String rival, double nanos) throws IOException {
        double now = nanos / nanosPerByte;
        double recorded = recorded(rival);
        result.figure("calibrationNsPerByte", nanosPerByte);
        result.figure(rival + "PerCalibration", now);
        result.figure(rival + "PerCalibrationRecorded", recorded);
        if (now > recorded * SLACK) {
            result.wrong(String.format(
                    "the rival %s has become slower: %.0f calibration units, recorded %.0f", rival, now, recorded));
        }
    }

    private static double recorded(String rival) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Calibration.class.getResourceAsStream("baselines.properties")) {
            properties.load(in);
        }
        String recorded = properties.getProperty(rival);
        if (recorded == null) {
            throw new IOException("baselines.properties does not know the rival " + rival);
        }
        return Double.parseDouble(recorded);
    }
}
