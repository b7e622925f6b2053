package io.evenkeel.console.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.console.text.Unit;
import java.io.StringReader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PlotSvgTest {
    private static final Instant START = Instant.parse("2026-11-21T14:00:00Z");
    private static final double NONE = Double.NaN;

    @Test
    void drawsBandExpectationAndWhatWasSeen() {
        String svg = draw(Unit.RATIO, values(0.01, 0.02, 0.5, 0.48));
        assertThat(count(svg, "class=\"band\"")).isEqualTo(1);
        assertThat(count(svg, "class=\"expected\"")).isEqualTo(1);
        assertThat(path(svg, "seen")).startsWith("M").doesNotContain("NaN");
        assertThat(svg).contains("60 %", "20 %", "0 %");
    }

    /** A gap that is bridged by a line would claim that something was seen. */
    @Test
    void leavesGapsOpen() {
        assertThat(pieces(draw(Unit.NUMBER, values(1, 2, 3, 4)), "seen")).isEqualTo(1);
        List<PlotPoint> holed = new ArrayList<>(values(1, 2, 3, 4, 5, 6));
        holed.remove(3);
        String svg = draw(Unit.NUMBER, holed);
        assertThat(pieces(svg, "seen")).isEqualTo(2);
        assertThat(count(path(svg, "band"), "Z")).isEqualTo(2);
    }

    @Test
    void aNanIsAGapToo() {
        List<PlotPoint> points = new ArrayList<>(values(1, 2, 3, 4, 5, 6));
        points.set(2, point(2, NONE));
        points.set(3, point(3, NONE));
        assertThat(pieces(draw(Unit.NUMBER, points), "seen")).isEqualTo(2);
    }

    /** A lone point between two gaps has no length: it must still be visible. */
    @Test
    void drawsALonePointAsADot() {
        assertThat(path(draw(Unit.NUMBER, List.of(point(3, 5))), "seen")).endsWith("h.01");
    }

    @Test
    void drawsAConstantSeriesInsideTheFrame() {
        for (double level : new double[] {0, 1, -7, 1e-12, 1e12}) {
            String svg = draw(Unit.NUMBER, values(level, level, level));
            assertInside(svg);
            assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
        }
    }

    @Test
    void drawsHugeValuesInsideTheFrame() {
        String svg = draw(Unit.NUMBER, values(1, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE));
        assertInside(svg);
    }

    @Test
    void drawsAnEmptySeriesAsAnEmptyFrame() {
        String svg = draw(Unit.SECONDS, List.of());
        assertThat(svg).doesNotContain("class=\"seen\"");
        assertWellFormed(svg);
    }

    @Test
    void withoutABandThereIsNoArea() {
        List<PlotPoint> points = List.of(
                new PlotPoint(START, 10, 1, NONE, NONE, NONE),
                new PlotPoint(START.plusSeconds(10), 10, 2, NONE, NONE, NONE));
        assertThat(draw(Unit.NUMBER, points)).doesNotContain("class=\"band\"").doesNotContain("class=\"expected\"");
    }

    @Test
    void marksTheOnsetAndKeepsItsTextInside() {
        for (int second : new int[] {0, 30, 60}) {
            Plot plot = plot(
                    Unit.NUMBER,
                    values(1, 2, 3, 4, 5, 6, 7),
                    List.of(new PlotMark(START.plusSeconds(second), "onset 14:00:30", PlotMark.Kind.ONSET)),
                    "label");
            String svg = PlotSvg.draw(plot);
            assertThat(svg).contains("class=\"mark onset\"", "onset 14:00:30");
            assertInside(svg);
        }
        Plot outside = plot(
                Unit.NUMBER,
                values(1, 2),
                List.of(new PlotMark(START.minusSeconds(60), "before", PlotMark.Kind.ONSET)),
                "label");
        assertThat(PlotSvg.draw(outside)).doesNotContain("before");
    }

    @Test
    void allTextIsEscaped() {
        String hostile = "<script>alert('x')</script> \" & \u0007";
        String svg = PlotSvg.draw(plot(
                Unit.NUMBER,
                values(1, 2),
                List.of(new PlotMark(START.plusSeconds(5), hostile, PlotMark.Kind.ACTION)),
                hostile));
        assertThat(svg).doesNotContain("<script").contains("&lt;script&gt;");
        assertWellFormed(svg);
        assertWellFormed(Sparkline.draw(values(1, 2), START, START.plusSeconds(60), Unit.NUMBER, hostile));
    }

    @Test
    void aShareNeverReachesAboveAll() {
        assertThat(draw(Unit.RATIO, values(0.2, 0.99, 1)))
                .contains("100 %")
                .doesNotContain("125 %")
                .doesNotContain("120 %");
    }

    @Test
    void aSmallWobbleFarFromZeroIsNotAFall() {
        ValueAxis near = ValueAxis.of(bare(100, 101, 99), Unit.NUMBER);
        assertThat(near.low()).isGreaterThan(90);
        ValueAxis wide = ValueAxis.of(bare(100, 20), Unit.NUMBER);
        assertThat(wide.low()).isZero();
    }

    @Property(tries = 400, shrinking = net.jqwik.api.ShrinkingMode.OFF)
    void anySeriesGivesADrawingInsideItsFrame(@ForAll @Size(max = 40) List<Double> seen, @ForAll Unit unit) {
        List<PlotPoint> points = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            points.add(new PlotPoint(START.plusSeconds(10L * i), 10, seen.get(i), NONE, NONE, NONE));
        }
        String svg = draw(unit, points);
        assertThat(svg).doesNotContain("NaN").doesNotContain("\"Infinity");
        assertInside(svg);
        assertWellFormed(svg);
    }

    private static List<PlotPoint> values(double... seen) {
        List<PlotPoint> points = new ArrayList<>();
        for (int i = 0; i < seen.length; i++) {
            points.add(point(i, seen[i]));
        }
        return points;
    }

    private static List<PlotPoint> bare(double... seen) {
        List<PlotPoint> points = new ArrayList<>();
        for (int i = 0; i < seen.length; i++) {
            points.add(new PlotPoint(START.plusSeconds(10L * i), 10, seen[i], NONE, NONE, NONE));
        }
        return points;
    }

    private static PlotPoint point(int step, double seen) {
        return new PlotPoint(START.plusSeconds(10L * step), 10, seen, 0.01, 0, 0.02);
    }

    private static String draw(Unit unit, List<PlotPoint> points) {
        return PlotSvg.draw(plot(unit, points, List.of(), "label"));
    }

    private static Plot plot(Unit unit, List<PlotPoint> points, List<PlotMark> marks, String label) {
        return new Plot(START, START.plusSeconds(60), ZoneOffset.UTC, unit, points, marks, label, 360, 130);
    }

    private static String path(String svg, String name) {
        Matcher path =
                Pattern.compile("<path class=\"" + name + "\" d=\"([^\"]*)\"").matcher(svg);
        assertThat(path.find()).as(name + " in " + svg).isTrue();
        return path.group(1);
    }

    private static int pieces(String svg, String name) {
        return count(path(svg, name), "M");
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static void assertInside(String svg) {
        Matcher at = Pattern.compile("[ML](-?[0-9.]+) (-?[0-9.]+)").matcher(svg);
        while (at.find()) {
            assertThat(Double.parseDouble(at.group(1))).isBetween(0.0, 360.0);
            assertThat(Double.parseDouble(at.group(2))).isBetween(0.0, 130.0);
        }
    }

    private static void assertWellFormed(String svg) {
        try {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        } catch (Exception e) {
            throw new AssertionError("not well formed: " + svg, e);
        }
    }
}
