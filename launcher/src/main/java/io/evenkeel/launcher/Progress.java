package io.evenkeel.launcher;

import java.time.Duration;
import java.util.Locale;

/** How far a long work has come: one line that is drawn over itself, or a line every tenth where nobody looks. */
final class Progress {
    private static final int CELLS = 30;

    private final Terminal terminal;
    private final boolean drawn;
    private final double begunAt;
    private int told = -1;

    /**
     * @param drawn whether the line can be drawn over, as on a terminal
     * @param begunAt share that was done before, 0..1
     */
    Progress(Terminal terminal, boolean drawn, double begunAt) {
        this.terminal = terminal;
        this.drawn = drawn;
        this.begunAt = begunAt;
    }

    /**
     * @param share 0..1
     * @param took since this run began
     * @param what what has been done so far
     */
    void at(double share, Duration took, String what) {
        int tenths = (int) (share * 10);
        if (drawn) {
            int full = (int) Math.round(share * CELLS);
            String bar = "#".repeat(full) + "-".repeat(CELLS - full);
            terminal.over(
                    String.format(Locale.ROOT, "  [%s] %3.0f %%  %s%s", bar, 100 * share, what, left(share, took)),
                    share >= 1);
        } else if (tenths > told) {
            terminal.line(String.format(Locale.ROOT, "  %3.0f %%  %s", 100 * share, what));
        }
        told = Math.max(told, tenths);
    }

    private String left(double share, Duration took) {
        double done = share - begunAt;
        if (done < 0.02 || share >= 1) {
            return "";
        }
        long seconds = Math.round(took.toSeconds() * (1 - share) / done);
        return String.format(Locale.ROOT, ", %d:%02d left", seconds / 60, seconds % 60);
    }
}
