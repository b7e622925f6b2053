package io.evenkeel.console.incident;

import io.evenkeel.console.plot.PlotMark;
import io.evenkeel.console.remedy.ExecutionRow;
import io.evenkeel.console.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The stretch of time that all plots of an incident show: some calm before the onset, the trouble, and a little after
 * its end.
 *
 * @param from begin
 * @param to end, after {@code from}
 */
public record PlotWindow(Instant from, Instant to) {
    /** Calm before the onset, enough to see what is usual. */
    private static final Duration BEFORE = Duration.ofMinutes(12);

    private static final Duration AFTER = Duration.ofMinutes(5);
    /** 10 s windows of six hours are about two thousand points, more than a screen has columns. */
    private static final Duration LONGEST = Duration.ofHours(6);

    public static PlotWindow of(IncidentRow incident, Instant now) {
        Instant from = incident.onset().minus(BEFORE);
        Instant end = incident.isOpen() ? now : incident.storyEnd(now).plus(AFTER);
        Instant to = end.isAfter(now) ? now : end;
        if (!to.isAfter(from.plusSeconds(60))) {
            to = from.plusSeconds(60);
        }
        if (Duration.between(from, to).compareTo(LONGEST) > 0) {
            // an incident that lasts shows its newest hours
            from = incident.isOpen() ? to.minus(LONGEST) : from;
            to = from.plus(LONGEST);
        }
        return new PlotWindow(from, to);
    }

    /** The first effects of the repairs, as marks. */
    public static List<PlotMark> actions(List<ExecutionRow> repairs, Words words) {
        List<PlotMark> marks = new ArrayList<>();
        for (ExecutionRow repair : repairs) {
            if (repair.startedAt() != null) {
                marks.add(new PlotMark(
                        repair.startedAt(),
                        words.say("plot.action", repair.plan().shortTitle()),
                        PlotMark.Kind.ACTION));
            }
        }
        return marks;
    }
}
