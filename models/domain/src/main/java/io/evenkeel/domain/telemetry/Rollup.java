package io.evenkeel.domain.telemetry;

import java.time.Instant;

/**
 * One row of a signal's history: a window of 10 s or 1 min with what was seen and what was expected. Written again with
 * a higher revision when late points or a recount after a restore change it; a reader keeps the highest revision.
 *
 * @param signal the signal
 * @param start start of the window, a multiple of {@code widthSeconds} since the epoch
 * @param widthSeconds 10 or 60
 * @param count what the value stands on: accepted points of the window, or requests for RED signals; ≥ 0
 * @param value the signal's value over the window in its own unit (see {@link SignalKind}); NaN when count is 0
 * @param expected baseline's expectation for the window; NaN while nothing has been learned
 * @param lower lower edge of the band; NaN while nothing has been learned
 * @param upper upper edge of the band; NaN while nothing has been learned
 * @param revision rises with each rewrite of the same (signal, start, width); starts at 1
 */
public record Rollup(
        SignalKey signal,
        Instant start,
        int widthSeconds,
        long count,
        double value,
        double expected,
        double lower,
        double upper,
        long revision) {}
