package io.evenkeel.launcher.backfill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a gauge's past teaches, in plain double arithmetic and the order it is described in: the level as a mean that
 * weighs the last hundred steps, the day as one mean a quarter hour that each day moves by three tenths.
 */
final class ReferencePast {
    private final double[] quarters = new double[96];
    private final boolean[] known = new boolean[96];
    private double level;
    private int steps;

    void learn(List<Double> values, Instant start, Duration step) {
        List<Double> quarter = new ArrayList<>();
        long current = -1;
        for (int i = 0; i < values.size(); i++) {
            double value = values.get(i);
            long now = start.plus(step.multipliedBy(i)).getEpochSecond() / 900;
            if (current >= 0 && now != current) {
                fold((int) (current % 96), quarter);
                quarter.clear();
            }
            current = now;
            quarter.add(value);
            double share = Math.max(0.01, 3.0 / (steps + 3));
            level = steps == 0 ? value : level + share * (value - level);
            steps++;
        }
    }

    private void fold(int of, List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        quarters[of] = known[of] ? quarters[of] + 0.3 * (mean - quarters[of]) : mean;
        known[of] = true;
    }

    double level() {
        return level;
    }

    double at(int quarter) {
        return quarters[quarter];
    }
}
