package io.evenkeel.console.plot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The drawing area: turns times and values into coordinates and points into path data, with gaps left open. */
record Frame(Instant from, Instant to, double low, double high, double left, double right, double top, double bottom) {
    /** A point further from its neighbour than this many steps is across a gap. */
    private static final double GAP_STEPS = 1.6;

    double x(Instant at) {
        double share = (double) Duration.between(from, at).toMillis()
                / Duration.between(from, to).toMillis();
        return left + Math.max(0, Math.min(1, share)) * (right - left);
    }

    double y(double value) {
        double share = (ValueAxis.clamp(value) - low) / (high - low);
        return bottom - Math.max(0, Math.min(1, share)) * (bottom - top);
    }

    boolean shows(PlotPoint point) {
        return !point.at().isBefore(from) && !point.at().isAfter(to);
    }

    /** Path data of a line through the points that have a value; each gap starts a new piece. */
    String line(List<PlotPoint> points, ToDoubleFunction<PlotPoint> value) {
        StringBuilder path = new StringBuilder();
        PlotPoint before = null;
        boolean single = false;
        for (PlotPoint point : points) {
            double y = value.applyAsDouble(point);
            if (!Double.isFinite(y) || !shows(point)) {
                continue;
            }
            if (before == null || isGap(before, point)) {
                if (single) {
                    path.append("h.01");
                }
                append(path, 'M', x(point.at()), y(y));
                single = true;
            } else {
                append(path, 'L', x(point.at()), y(y));
                single = false;
            }
            before = point;
        }
        if (single) {
            // a lone point is drawn as a dot by the round cap of the line
            path.append("h.01");
        }
        return path.toString();
    }

    /** Path data of the area between the edges of the band; each gap closes the area and starts a new one. */
    String band(List<PlotPoint> points) {
        StringBuilder path = new StringBuilder();
        int start = -1;
        PlotPoint before = null;
        int last = -1;
        for (int i = 0; i < points.size(); i++) {
            PlotPoint point = points.get(i);
            if (!point.hasBand() || !shows(point)) {
                continue;
            }
            if (before != null && isGap(before, point)) {
                area(path, points, start, last);
                start = -1;
            }
            if (start < 0) {
                start = i;
            }
            before = point;
            last = i;
        }
        if (start >= 0) {
            area(path, points, start, last);
        }
        return path.toString();
    }

    private void area(StringBuilder path, List<PlotPoint> points, int start, int end) {
        char command = 'M';
        for (int i = start; i <= end; i++) {
            PlotPoint point = points.get(i);
            if (point.hasBand()) {
                append(path, command, x(point.at()), y(point.upper()));
                command = 'L';
            }
        }
        for (int i = end; i >= start; i--) {
            PlotPoint point = points.get(i);
            if (point.hasBand()) {
                append(path, 'L', x(point.at()), y(point.lower()));
            }
        }
        path.append('Z');
    }

    static boolean isGap(PlotPoint before, PlotPoint after) {
        int step = Math.max(before.stepSeconds(), after.stepSeconds());
        return Duration.between(before.at(), after.at()).toMillis() > step * GAP_STEPS * 1000;
    }

    private static void append(StringBuilder path, char command, double x, double y) {
        path.append(command).append(number(x)).append(' ').append(number(y));
    }

    /** One decimal, which is a tenth of a pixel. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
