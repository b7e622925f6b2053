package io.evenkeel.console.live;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Follows a table whose numbers may become visible out of order: a transaction that took number 10 can commit after the
 * one that took 11. Looks back over open gaps until they are {@value #GAP_PATIENCE_MILLIS} ms old, so that a late row is
 * told too; a number that was rolled back never comes and is forgotten then. Each row is told once. Not safe for use by
 * several threads.
 */
public final class LiveTail {
    /** Longer than any transaction that announces something may take; remediation's are bounded by 5 s statements. */
    static final long GAP_PATIENCE_MILLIS = 10_000;

    private static final int BATCH = 500;
    /** Rows below the newest that are watched for late commits at the start. */
    private static final int LOOK_BACK = 50;

    private final LiveLog log;
    /** Everything up to here was told or given up. */
    private long floor;
    /** Told numbers above the floor, with the time at which they were first seen. */
    private final TreeMap<Long, Long> told = new TreeMap<>();

    /** Starts at the newest row; rows just below it that are still to be committed are told too. */
    public LiveTail(LiveLog log, long nowMillis) {
        this.log = log;
        this.floor = Math.max(0, log.newest() - LOOK_BACK);
        next(nowMillis);
    }

    /** Rows that became visible since the last look, by number. */
    public List<LiveEvent> next(long nowMillis) {
        List<LiveEvent> fresh = new ArrayList<>();
        for (LiveEvent event : log.after(floor, BATCH)) {
            if (told.putIfAbsent(event.seq(), nowMillis) == null) {
                fresh.add(event);
            }
        }
        advance(nowMillis);
        return fresh;
    }

    private void advance(long nowMillis) {
        while (!told.isEmpty()) {
            var first = told.firstEntry();
            boolean adjoins = first.getKey() == floor + 1;
            boolean gapIsOld = nowMillis - first.getValue() > GAP_PATIENCE_MILLIS;
            // a full batch above one gap would hide newer rows: give the gap up
            if (!adjoins && !gapIsOld && told.size() < BATCH) {
                return;
            }
            floor = first.getKey();
            told.pollFirstEntry();
        }
    }

    /** Number up to which everything was told. */
    public long floor() {
        return floor;
    }
}
