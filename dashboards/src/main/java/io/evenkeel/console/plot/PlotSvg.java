package io.evenkeel.console.plot;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.Xml;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Draws a signal against its band as SVG text: the band as an area, the expectation dashed, what was seen as a line,
 * gaps left open, moments as upright lines. All text is escaped; looks come from the style sheet by class.
 */
public final class PlotSvg {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final double TOP = 16;
    private static final double BOTTOM = 20;
    private static final double RIGHT = 8;
    /** Room for one time label, in drawing units. */
    private static final int TIME_LABEL_WIDTH = 78;
    /** Width of one digit of an axis label at the style sheet's 10.5 units, for example in {@code 213 ms}. */
    private static final double DIGIT_WIDTH = 5.9;
    /** Plots this wide are shrunk on a phone, where the style sheet writes their labels a third larger. */
    private static final int WIDE = 500;

    private static final double WIDE_DIGIT_WIDTH = 8;

    private PlotSvg() {}

    public static String draw(Plot plot) {
        ValueAxis axis = ValueAxis.of(shown(plot), plot.unit());
        double left = 10
                + (plot.width() >= WIDE ? WIDE_DIGIT_WIDTH : DIGIT_WIDTH)
                        * axis.ticks().stream()
                                .mapToInt(
                                        tick -> Figures.value(tick, plot.unit()).length())
                                .max()
                                .orElse(1);
        Frame frame = new Frame(
                plot.from(),
                plot.to(),
                axis.low(),
                axis.high(),
                left,
                plot.width() - RIGHT,
                TOP,
                plot.height() - BOTTOM);
        StringBuilder svg = new StringBuilder(4096);
        open(svg, plot, frame);
        valueGrid(svg, plot, axis, frame);
        timeLabels(svg, plot, frame);
        path(svg, "band", frame.band(plot.points()));
        path(svg, "expected", frame.line(plot.points(), PlotPoint::expected));
        path(svg, "seen", frame.line(plot.points(), PlotPoint::seen));
        for (PlotMark mark : plot.marks()) {
            mark(svg, plot, mark, frame);
        }
        svg.append("<line class=\"cursor\" x1=\"-9\" x2=\"-9\" y1=\"")
                .append(Frame.number(frame.top()))
                .append("\" y2=\"")
                .append(Frame.number(frame.bottom()))
                .append("\"/></svg>");
        return svg.toString();
    }

    private static List<PlotPoint> shown(Plot plot) {
        return plot.points().stream()
                .filter(point ->
                        !point.at().isBefore(plot.from()) && !point.at().isAfter(plot.to()))
                .toList();
    }

    private static void open(StringBuilder svg, Plot plot, Frame frame) {
        svg.append(plot.width() >= WIDE ? "<svg class=\"plot wide\"" : "<svg class=\"plot\"")
                .append(" viewBox=\"0 0 ")
                .append(plot.width())
                .append(' ')
                .append(plot.height())
                .append("\" role=\"img\" aria-label=\"")
                .append(Xml.escape(plot.label()))
                .append("\" data-from=\"")
                .append(plot.from().toEpochMilli())
                .append("\" data-to=\"")
                .append(plot.to().toEpochMilli())
                .append("\" data-left=\"")
                .append(Frame.number(frame.left()))
                .append("\" data-right=\"")
                .append(Frame.number(frame.right()))
                .append("\">");
    }

    private static void valueGrid(StringBuilder svg, Plot plot, ValueAxis axis, Frame frame) {
        for (double tick : axis.ticks()) {
            String y = Frame.number(frame.y(tick));
            svg.append("<line class=\"grid\" x1=\"")
                    .append(Frame.number(frame.left()))
                    .append("\" x2=\"")
                    .append(Frame.number(frame.right()))
                    .append("\" y1=\"")
                    .append(y)
                    .append("\" y2=\"")
                    .append(y)
                    .append("\"/>");
            text(svg, "ax", frame.left() - 6, frame.y(tick) + 4, "end", Figures.value(tick, plot.unit()));
        }
    }

    private static void timeLabels(StringBuilder svg, Plot plot, Frame frame) {
        int most = (int) Math.max(2, (frame.right() - frame.left()) / TIME_LABEL_WIDTH);
        boolean days = Duration.between(plot.from(), plot.to()).toHours() >= 48;
        boolean seconds = Duration.between(plot.from(), plot.to()).toSeconds() < 60L * most;
        DateTimeFormatter format = days ? DAY : seconds ? SECOND : MINUTE;
        for (Instant tick : TimeAxis.ticks(plot.from(), plot.to(), plot.zone(), most)) {
            double x = frame.x(tick);
            text(svg, "ax", x, plot.height() - 5.0, anchor(x, frame), written(tick, plot.zone(), format));
        }
    }

    /** A time label at an end stays inside: on the left it would lie on the lowest value's label. */
    private static String anchor(double x, Frame frame) {
        if (x > frame.right() - 14) {
            return "end";
        }
        return x < frame.left() + 14 ? "start" : "middle";
    }

    private static String written(Instant time, ZoneId zone, DateTimeFormatter format) {
        return format.format(time.atZone(zone));
    }

    static void path(StringBuilder svg, String name, String data) {
        if (!data.isEmpty()) {
            svg.append("<path class=\"")
                    .append(name)
                    .append("\" d=\"")
                    .append(data)
                    .append("\"/>");
        }
    }

    private static void mark(StringBuilder svg, Plot plot, PlotMark mark, Frame frame) {
        if (mark.at().isBefore(plot.from()) || mark.at().isAfter(plot.to())) {
            return;
        }
        String kind = mark.kind().name().toLowerCase(Locale.ROOT);
        double x = frame.x(mark.at());
        svg.append("<line class=\"mark ")
                .append(kind)
                .append("\" x1=\"")
                .append(Frame.number(x))
                .append("\" x2=\"")
                .append(Frame.number(x))
                .append("\" y1=\"")
                .append(Frame.number(frame.top()))
                .append("\" y2=\"")
                .append(Frame.number(frame.bottom()))
                .append("\"/>");
        if (mark.text().isEmpty()) {
            return;
        }
        boolean toTheLeft = x > frame.left() + (frame.right() - frame.left()) * 0.6;
        // actions are written one line lower, so that they do not lie on the onset's text
        double y = frame.top() + (mark.kind() == PlotMark.Kind.ONSET ? -4 : 9);
        text(svg, "ax " + kind, toTheLeft ? x - 5 : x + 5, y, toTheLeft ? "end" : "start", mark.text());
    }

    private static void text(StringBuilder svg, String name, double x, double y, String anchor, String text) {
        svg.append("<text class=\"")
                .append(name)
                .append("\" x=\"")
                .append(Frame.number(x))
                .append("\" y=\"")
                .append(Frame.number(y))
                .append("\" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(Xml.escape(text))
                .append("</text>");
    }
}
