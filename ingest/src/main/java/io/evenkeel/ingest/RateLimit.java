package io.evenkeel.ingest;

/**
 * A token bucket: so many bytes a second on average, ten seconds of them at once. What came in is charged when its size
 * is known, so that one request may leave a debt, which the next ones wait for. Safe for any thread.
 */
public final class RateLimit {
    /** No limit. */
    public static final RateLimit NONE = new RateLimit(0);

    private static final int BURST_SECONDS = 10;
    private static final double NANOS = 1e9;

    private final long bytesPerSecond;
    private double room;
    private long filledAt;
    private boolean started;

    /** @param bytesPerSecond bytes of uncompressed bodies, 0 = no limit */
    public RateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        this.room = (double) bytesPerSecond * BURST_SECONDS;
    }

    public long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** @param nanos a clock that only runs forward */
    synchronized boolean isOpen(long nanos) {
        if (bytesPerSecond == 0) {
            return true;
        }
        if (started) {
            double gained = (nanos - filledAt) / NANOS * bytesPerSecond;
            room = Math.min((double) bytesPerSecond * BURST_SECONDS, room + gained);
        }
        started = true;
        filledAt = nanos;
        return room > 0;
    }

    synchronized void charge(long bytes) {
        if (bytesPerSecond > 0) {
            room -= bytes;
        }
    }
}
