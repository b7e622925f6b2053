package io.evenkeel.benchmarks;

import java.util.Locale;

/**
 * One number that a goal asks for.
 *
 * @param name for example {@code metrics}; unique in its goal
 * @param unit for example {@code points/s}; {@code x} is a ratio
 * @param atLeast larger is better; otherwise smaller
 * @param goal the bound that the number must keep
 * @param stretch the bound we would like it to keep; told, not judged
 */
record Measure(String name, String unit, boolean atLeast, double goal, double stretch) {
    static Measure atLeast(String name, String unit, double goal, double stretch) {
        return new Measure(name, unit, true, goal, stretch);
    }

    static Measure atMost(String name, String unit, double goal, double stretch) {
        return new Measure(name, unit, false, goal, stretch);
    }

    boolean isReached(double value) {
        return keeps(value, goal);
    }

    boolean isStretchReached(double value) {
        return keeps(value, stretch);
    }

    String goalText() {
        return bound(goal);
    }

    String stretchText() {
        return bound(stretch);
    }

    /** Four digits that count, for example {@code 1.523M points/s}. */
    String text(double value) {
        return digits(value) + " " + unit;
    }

    private boolean keeps(double value, double bound) {
        // NaN keeps no bound
        return atLeast ? value >= bound : value <= bound;
    }

    private String bound(double bound) {
        return (atLeast ? ">= " : "<= ") + digits(bound);
    }

    private static String digits(double value) {
        if (Math.abs(value) >= 1e6) {
            return String.format(Locale.ROOT, "%.4g", value / 1e6).replaceAll("\\.?0+$", "") + "M";
        }
        if (Math.abs(value) >= 1000) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        String text = String.format(Locale.ROOT, "%.4g", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
