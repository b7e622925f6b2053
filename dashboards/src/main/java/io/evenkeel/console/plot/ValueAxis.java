package io.evenkeel.console.plot;

import io.evenkeel.console.text.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * Range and round ticks of the value axis. Starts at zero unless all values lie far above it, so that a small wobble
 * does not look like a fall; a share never reaches above 100 % unless the values do.
 *
 * @param low value at the bottom
 * @param high value at the top, above {@code low}
 * @param ticks values with a line, ascending
 */
record ValueAxis(double low, double high, List<Double> ticks) {
    /** Beyond this a double leaves no room for arithmetic on ranges; nothing measured gets near. */
    private static final double BOUND = 1e150;
    /** Values above this share of the largest leave zero out. */
    private static final double ZOOM_SHARE = 0.7;
    /** Least top of a share's axis: below 1 % noise would fill the picture. */
    private static final double LEAST_SHARE = 0.01;

    private static final int WANTED_STEPS = 3;

    static ValueAxis of(List<PlotPoint> points, Unit unit) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (PlotPoint point : points) {
            for (double value : new double[] {point.seen(), point.lower(), point.upper(), point.expected()}) {
                if (Double.isFinite(value)) {
                    double bounded = clamp(value);
                    min = Math.min(min, bounded);
                    max = Math.max(max, bounded);
                }
            }
        }
        if (min > max) {
            min = 0;
            max = unit == Unit.RATIO ? LEAST_SHARE : 1;
        }
        if (unit == Unit.RATIO && min >= 0) {
            max = Math.max(max, LEAST_SHARE);
        }
        if (min >= 0 && min < ZOOM_SHARE * max || min == 0) {
            min = 0;
        }
        if (max - min < Math.abs(max) * 1e-9 || max == min) {
            double room = max == 0 ? 1 : Math.abs(max) * 0.5;
            max += room;
            min = min == 0 ? 0 : min - room;
        }
        return rounded(min, max, unit);
    }

    static double clamp(double value) {
        return Math.max(-BOUND, Math.min(BOUND, value));
    }

    private static ValueAxis rounded(double min, double max, Unit unit) {
        double scale = unit == Unit.BYTES || unit == Unit.BYTES_PER_SECOND ? binaryScale(max) : 1;
        double step = niceStep((max - min) / WANTED_STEPS / scale) * scale;
        double low = Math.floor(min / step) * step;
        double high = Math.ceil(max / step - 1e-9) * step;
        if (unit == Unit.RATIO && max <= 1 && high > 1) {
            high = 1;
        }
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double tick = low + i * step;
            if (tick > high + step * 1e-6) {
                break;
            }
            ticks.add(Math.abs(tick) < step * 1e-9 ? 0 : tick);
        }
        return new ValueAxis(low, high, List.copyOf(ticks));
    }

    private static double binaryScale(double max) {
        double scale = 1;
        while (max / scale >= 1024 && scale < 1e15) {
            scale *= 1024;
        }
        return scale;
    }

    /** The least of 1, 2, 2.5, 5 × 10ⁿ that is not below the size. */
    private static double niceStep(double size) {
        double power = Math.pow(10, Math.floor(Math.log10(size)));
        double lead = size / power;
        for (double nice : new double[] {1, 2, 2.5, 5}) {
            if (lead <= nice * 1.000_001) {
                return nice * power;
            }
        }
        return 10 * power;
    }
}
