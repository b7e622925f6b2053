package io.evenkeel.correlation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What placing a finding, or the passing of time, did.
 *
 * @param grouping the groups afterwards
 * @param groupId group that the finding is in now; null when it waits as a hint or was not taken
 * @param what what was done, for the log and for tests
 * @param merged groups that went up in another one; those that were incidents must be told to the world
 */
public record Placement(Grouping grouping, @Nullable String groupId, What what, List<Merge> merged) {
    public Placement {
        merged = List.copyOf(merged);
    }

    public enum What {
        FORMED,
        JOINED,
        UPDATED,
        WAITS_AS_HINT,
        /** The same or an older version of what is known. */
        DUPLICATE,
        /** Closed or long silent when first seen: nothing that begins now. */
        TOO_LATE,
        TIME_PASSED
    }

    /**
     * @param loser the group as it was
     * @param survivor id of the group that took its findings
     */
    public record Merge(Group loser, String survivor) {}
}
