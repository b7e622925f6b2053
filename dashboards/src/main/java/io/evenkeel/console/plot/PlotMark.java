package io.evenkeel.console.plot;

import java.time.Instant;

/**
 * A moment drawn as an upright line through the plot.
 *
 * @param at when
 * @param text written beside it; empty for a line alone
 * @param kind what happened, which gives the line its look
 */
public record PlotMark(Instant at, String text, Kind kind) {
    public enum Kind {
        ONSET,
        ACTION,
        CHANGE
    }
}
