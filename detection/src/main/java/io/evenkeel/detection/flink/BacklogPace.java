package io.evenkeel.detection.flink;

import java.time.Duration;
import java.time.InstantSource;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Says how far each partition has been read, in the broker's record time, and when nobody need wait for one. A partition
 * that is silent is mostly empty, and then holds nobody up. But while a backlog is read it may as well not have been
 * fetched yet, on a machine with other things to do; then it is waited for, or the others would be read minutes ahead of
 * it, and its points would be late. One of which nothing has been read yet then counts as read as far as the least of
 * them.
 *
 * <p>One per subtask of a source, which shares it between its partitions; used by one thread.
 */
final class BacklogPace implements WatermarkGeneratorSupplier<Decoded> {
    private static final long serialVersionUID = 1;

    /** A partition without records this long holds nobody up. */
    static final Duration PATIENCE = Duration.ofSeconds(2);
    /** The same while a backlog is read. */
    static final Duration PATIENCE_BEHIND = Duration.ofSeconds(30);
    /** Records that are older than this when they are read are a backlog's. */
    static final Duration BEHIND = Duration.ofSeconds(15);

    private static final InstantSource CLOCK = InstantSource.system();

    /** Time at which a record of a backlog was last read, ms. */
    private long behindAt;
    /** Lowest record time read so far. */
    private long lowest = Long.MAX_VALUE;

    @Override
    public WatermarkGenerator<Decoded> createWatermarkGenerator(Context context) {
        return new OfPartition(context.getInputActivityClock());
    }

    private boolean isBehind() {
        return CLOCK.millis() - behindAt < PATIENCE_BEHIND.toMillis();
    }

    private final class OfPartition implements WatermarkGenerator<Decoded> {
        /** Stands still while the partition is held back, by its readers or because it is ahead. */
        private final RelativeClock active;

        private long newest = Long.MIN_VALUE;
        private long readAt;
        private boolean isRead;

        OfPartition(RelativeClock active) {
            this.active = active;
            readAt = active.relativeTimeMillis();
        }

        @Override
        public void onEvent(Decoded record, long broughtAt, WatermarkOutput output) {
            newest = Math.max(newest, broughtAt);
            lowest = Math.min(lowest, broughtAt);
            isRead = true;
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            if (isRead) {
                isRead = false;
                readAt = active.relativeTimeMillis();
                if (CLOCK.millis() - newest > BEHIND.toMillis()) {
                    behindAt = CLOCK.millis();
                }
            }
            long silent = active.relativeTimeMillis() - readAt;
            if (silent > (isBehind() ? PATIENCE_BEHIND : PATIENCE).toMillis()) {
                output.markIdle();
            } else if (newest != Long.MIN_VALUE) {
                output.emitWatermark(new Watermark(newest - 1));
            } else if (isBehind()) {
                // Without a word of its own the others of its subtask would be held back by nothing.
                output.emitWatermark(new Watermark(lowest - 1));
            }
        }
    }
}
