package io.evenkeel.console.incident;

import io.evenkeel.console.text.UrlId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plot ready to be put on a page, with its figures for those who cannot see it.
 *
 * @param heading what is drawn
 * @param svg the drawing; escaped by its drawer; empty when there is nothing to draw
 * @param rows figures, the newest first
 * @param moreRows figures that were left out here, ≥ 0
 * @param findingId finding behind it, null for a signal without one
 * @param signalId its signal
 */
public record PlotView(
        String heading,
        String svg,
        List<Row> rows,
        int moreRows,
        @Nullable String findingId,
        String signalId) {
    public PlotView {
        rows = List.copyOf(rows);
    }

    /** Id of the finding as in URLs; empty for a signal without one. */
    public String urlId() {
        return findingId == null ? "" : UrlId.encode(findingId);
    }

    public boolean isEmpty() {
        return svg.isEmpty();
    }

    /**
     * @param iso time in UTC
     * @param clock time on the server's clock
     * @param seen value with unit, a dash for a gap
     * @param expected expectation with unit
     * @param band {@code lower – upper}
     * @param outside true when the value lies outside its band
     */
    public record Row(String iso, String clock, String seen, String expected, String band, boolean outside) {}
}
