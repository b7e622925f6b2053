package io.evenkeel.console.plot;

import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.Xml;
import java.time.Instant;
import java.util.List;

/** A word-sized plot for lists: band and line, no axes; the figure stands beside it. */
public final class Sparkline {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 28;

    private Sparkline() {}

    public static String draw(List<PlotPoint> points, Instant from, Instant to, Unit unit, String label) {
        ValueAxis axis = ValueAxis.of(points, unit);
        Frame frame = new Frame(from, to, axis.low(), axis.high(), 1, WIDTH - 1, 2, HEIGHT - 2);
        StringBuilder svg = new StringBuilder(1024);
        svg.append(
                        "<svg class=\"spark\" viewBox=\"0 0 120 28\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"")
                .append(Xml.escape(label))
                .append("\">");
        PlotSvg.path(svg, "band", frame.band(points));
        PlotSvg.path(svg, "seen", frame.line(points, PlotPoint::seen));
        return svg.append("</svg>").toString();
    }
}
