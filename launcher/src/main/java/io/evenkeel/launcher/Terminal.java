package io.evenkeel.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** The command line's own lines, apart from the log file. Used by several threads; a line is written whole. */
final class Terminal {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private final PrintStream out;
    private final PrintStream error;

    Terminal(PrintStream out, PrintStream error) {
        this.out = out;
        this.error = error;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** A line over the one drawn before; the last one stays. */
    void over(String text, boolean last) {
        out.print('\r' + text + "   " + (last ? System.lineSeparator() : ""));
        out.flush();
    }

    /** A line of the story, with the time of day it happened at. */
    void told(Instant at, String text) {
        line(TIME.format(at) + "  " + text);
    }

    void step(String what, Duration took) {
        line(String.format("  %-34s %5.1f s", what, took.toMillis() / 1000.0));
    }

    void problem(String text) {
        error.println("evenkeel: " + text);
        error.flush();
    }
}
