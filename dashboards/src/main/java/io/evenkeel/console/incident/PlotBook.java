package io.evenkeel.console.incident;

import io.evenkeel.console.plot.Plot;
import io.evenkeel.console.plot.PlotMark;
import io.evenkeel.console.plot.PlotPoint;
import io.evenkeel.console.plot.PlotSvg;
import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SignalText;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes all plots of one page over the same stretch of time, with the same marks, so that they can be compared. */
public final class PlotBook {
    private final Words words;
    private final Times times;
    private final SignalText signals;
    private final Instant from;
    private final Instant to;
    private final List<PlotMark> actions;

    /**
     * @param from left end of every plot
     * @param to right end, after {@code from}
     * @param actions repairs, drawn in every plot
     */
    public PlotBook(Words words, Times times, Instant from, Instant to, List<PlotMark> actions) {
        this.words = words;
        this.times = times;
        this.signals = new SignalText(words);
        this.from = from;
        this.to = to;
        this.actions = List.copyOf(actions);
    }

    public PlotView plot(
            SignalKey signal, @Nullable Finding finding, List<Rollup> history, int width, int height, int rows) {
        List<PlotPoint> points = EvidenceSeries.of(finding, history).stream()
                .filter(point -> !point.at().isBefore(from) && !point.at().isAfter(to))
                .toList();
        String heading = signals.name(signal);
        String findingId = finding == null ? null : finding.id();
        if (points.stream().noneMatch(point -> point.hasValue() || point.hasBand())) {
            return new PlotView(heading, "", List.of(), 0, findingId, signal.id());
        }
        List<PlotMark> marks = new ArrayList<>();
        if (finding != null) {
            marks.add(new PlotMark(
                    finding.onset(), words.say("plot.onset", times.clock(finding.onset())), PlotMark.Kind.ONSET));
        }
        marks.addAll(actions);
        Unit unit = Unit.of(signal);
        String svg = PlotSvg.draw(new Plot(
                from, to, times.zone(), unit, points, marks, label(heading, unit, points, finding), width, height));
        return new PlotView(
                heading, svg, table(points, unit, rows), Math.max(0, points.size() - rows), findingId, signal.id());
    }

    /** The plot in one sentence: what, the newest value, its band, and since when it is outside. */
    private String label(String heading, Unit unit, List<PlotPoint> points, @Nullable Finding finding) {
        PlotPoint newest = null;
        for (PlotPoint point : points) {
            newest = point.hasValue() ? point : newest;
        }
        if (newest == null) {
            return words.say("plot.label.nothing", heading);
        }
        String band = newest.hasBand()
                ? words.say("usual.between", Figures.value(newest.lower(), unit), Figures.value(newest.upper(), unit))
                : words.say("usual.unknown");
        String said =
                words.say("plot.label", heading, Figures.value(newest.seen(), unit), times.clock(newest.at()), band);
        return finding == null ? said : said + ' ' + words.say("plot.label.onset", times.clock(finding.onset()));
    }

    private List<PlotView.Row> table(List<PlotPoint> points, Unit unit, int most) {
        List<PlotView.Row> rows = new ArrayList<>();
        for (int i = points.size() - 1; i >= 0 && rows.size() < most; i--) {
            PlotPoint point = points.get(i);
            rows.add(new PlotView.Row(
                    times.iso(point.at()),
                    times.clock(point.at()),
                    Figures.value(point.seen(), unit),
                    Figures.value(point.expected(), unit),
                    point.hasBand()
                            ? Figures.value(point.lower(), unit) + " – " + Figures.value(point.upper(), unit)
                            : "–",
                    point.isOutside()));
        }
        return rows;
    }
}
