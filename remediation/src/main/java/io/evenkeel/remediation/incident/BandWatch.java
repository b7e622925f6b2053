package io.evenkeel.remediation.incident;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FrozenBand;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a signal's rollups whether it is back inside the band frozen before the onset. A window without data says
 * nothing: it neither counts as good nor breaks a run of good ones, since no data is not recovery.
 */
public final class BandWatch {
    /**
     * One window of a signal.
     *
     * @param start its start
     * @param count what the value stands on; 0 means no data
     * @param value its value, NaN when there is none
     */
    public record Window(Instant start, long count, double value) {
        boolean hasData() {
            return count > 0 && !Double.isNaN(value);
        }
    }

    /**
     * @param backSince start of the run of good windows that lasts until now, null when there is none long enough
     * @param outNow true when the latest windows, as many as a good run needs, are all outside
     */
    public record Reading(@Nullable Instant backSince, boolean outNow) {}

    private BandWatch() {}

    /**
     * @param windows windows since the onset, oldest first
     * @param band band frozen before the onset
     * @param direction side on which the signal had left; the other side is not the harm that was noted
     * @param needed how many good windows in a row make a return, ≥ 1, for example 3
     */
    public static Reading read(List<Window> windows, FrozenBand band, Direction direction, int needed) {
        Optional<Instant> runStart = Optional.empty();
        int good = 0;
        int bad = 0;
        for (int i = windows.size() - 1; i >= 0; i--) {
            Window window = windows.get(i);
            if (!window.hasData()) {
                continue;
            }
            if (isInside(window, band, direction)) {
                if (bad > 0) {
                    break;
                }
                good++;
                runStart = Optional.of(window.start());
            } else {
                if (good > 0) {
                    break;
                }
                bad++;
            }
        }
        return new Reading(good >= needed ? runStart.orElse(null) : null, bad >= needed);
    }

    private static boolean isInside(Window window, FrozenBand band, Direction direction) {
        return switch (direction) {
            case UP -> window.value() <= band.upperAt(window.start());
            case DOWN -> window.value() >= band.lowerAt(window.start());
        };
    }
}
