package io.evenkeel.console.live;

import java.util.List;

/** The event table as far as pages that stay open need it. */
public interface LiveLog {
    /** Events after that number in its order, at most {@code limit} of them, the oldest first. */
    List<LiveEvent> after(long seq, int limit);

    /** The newest visible number, 0 for an empty table. */
    long newest();
}
