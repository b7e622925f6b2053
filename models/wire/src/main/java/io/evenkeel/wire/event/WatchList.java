package io.evenkeel.wire.event;

import java.util.List;

/**
 * Signals of open incidents, rolled up at 10 s beside the golden signals; published by the lease holder under
 * {@link Topics#CONFIG_WATCH}.
 *
 * @param signals signal ids
 */
public record WatchList(List<String> signals) {
    public WatchList {
        signals = List.copyOf(signals);
    }
}
