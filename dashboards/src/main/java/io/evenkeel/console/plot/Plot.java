package io.evenkeel.console.plot;

import io.evenkeel.console.text.Unit;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * What is to be drawn. Says nothing about colours: those are the style sheet's.
 *
 * @param from left end of the time axis
 * @param to right end, after {@code from}
 * @param zone zone in which the times of the axis are written
 * @param unit unit of all values
 * @param points steps in order of time
 * @param marks onset, changes, actions
 * @param label the whole picture in one sentence, read aloud instead of it
 * @param width width of the drawing in its own units, for example 520
 * @param height height of the drawing in its own units, for example 215
 */
public record Plot(
        Instant from,
        Instant to,
        ZoneId zone,
        Unit unit,
        List<PlotPoint> points,
        List<PlotMark> marks,
        String label,
        int width,
        int height) {
    public Plot {
        points = List.copyOf(points);
        marks = List.copyOf(marks);
        if (!to.isAfter(from)) {
            throw new IllegalArgumentException("a plot needs time between " + from + " and " + to);
        }
    }
}
