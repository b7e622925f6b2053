package io.evenkeel.benchmarks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What changes in a load that does not stand still. A minute is one of the load's own time, six ticks, however long they
 * take by the wall: one new series comes to so many points, as it would where the points come by the clock.
 */
enum Churn {
    /** A hundredth of the series end each minute, and as many new ones begin under another name. */
    NEW,
    /** A hundredth of the points tells of 25 s ago, behind newer points of its series. Gauges. */
    LATE,
    /** A tenth of the points, others at each tick, has its attributes in an order that is drawn anew. */
    SHUFFLED;

    /** For example {@code new,late}; empty for none, {@code all} for all. */
    static Set<Churn> of(String words) {
        EnumSet<Churn> churn = EnumSet.noneOf(Churn.class);
        if (words.equals("all")) {
            return EnumSet.allOf(Churn.class);
        }
        Arrays.stream(words.split(","))
                .filter(word -> !word.isEmpty())
                .forEach(word -> churn.add(valueOf(word.toUpperCase(Locale.ROOT))));
        return churn;
    }
}
