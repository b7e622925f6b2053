package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

/** Which partitions the others wait for. */
class BacklogPaceTest {
    private static final Duration LITTLE_LONGER = Duration.ofMillis(1);

    private final ManualClock clock = new ManualClock();
    private final BacklogPace pace = new BacklogPace();
    private final Partition one = new Partition();
    private final Partition other = new Partition();

    private final class Partition implements WatermarkOutput {
        private final List<Long> watermarks = new ArrayList<>();
        private boolean isIdle;
        private final WatermarkGenerator<Decoded> generator =
                pace.createWatermarkGenerator(new WatermarkGeneratorSupplier.Context() {
                    @Override
                    public MetricGroup getMetricGroup() {
                        return new UnregisteredMetricsGroup();
                    }

                    @Override
                    public RelativeClock getInputActivityClock() {
                        return clock;
                    }
                });

        /** Reads a record that the broker got so long ago. */
        void read(Duration ago) {
            generator.onEvent(null, System.currentTimeMillis() - ago.toMillis(), this);
            tell();
        }

        boolean isWaitedFor() {
            tell();
            return !isIdle;
        }

        private void tell() {
            generator.onPeriodicEmit(this);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            watermarks.add(watermark.getTimestamp());
            isIdle = false;
        }

        @Override
        public void markIdle() {
            isIdle = true;
        }

        @Override
        public void markActive() {
            isIdle = false;
        }
    }

    private void pass(Duration length) {
        clock.advanceTime(length.plus(LITTLE_LONGER));
    }

    @Test
    void nobodyWaitsForAnEmptyPartition() {
        pass(BacklogPace.PATIENCE);

        assertThat(one.isWaitedFor()).isFalse();
        assertThat(one.watermarks).isEmpty();
    }

    @Test
    void nobodyWaitsForOneThatHasBeenReadToItsEnd() {
        one.read(Duration.ZERO);
        assertThat(one.isWaitedFor()).isTrue();
        pass(BacklogPace.PATIENCE);

        assertThat(one.isWaitedFor()).isFalse();

        one.read(Duration.ZERO);
        assertThat(one.isWaitedFor()).isTrue();
    }

    @Test
    void aBacklogIsWaitedForThoughItsNextRecordsTakeTheirTime() {
        one.read(Duration.ofMinutes(2));
        pass(BacklogPace.PATIENCE);

        assertThat(one.isWaitedFor()).isTrue();
        assertThat(other.isWaitedFor())
                .as("another, of which nothing has been read yet")
                .isTrue();
    }

    @Test
    void onePassedOverAtTheStartIsWaitedForOnceThereIsABacklog() {
        pass(BacklogPace.PATIENCE);
        assertThat(other.isWaitedFor()).isFalse();
        one.read(Duration.ofMinutes(2));

        assertThat(other.isWaitedFor()).isTrue();
        assertThat(other.watermarks).as("it holds the others back").containsOnly(one.watermarks.get(0));
    }

    @Test
    void oneWithoutMoreIsNotWaitedForLongEvenThen() {
        one.read(Duration.ofMinutes(2));
        pass(BacklogPace.PATIENCE_BEHIND);

        assertThat(one.isWaitedFor()).isFalse();
        assertThat(other.isWaitedFor()).isFalse();
    }

    @Test
    void tellsTheNewestRecordAndNeverGoesBack() {
        one.read(Duration.ofSeconds(50));
        one.read(Duration.ofSeconds(40));
        one.read(Duration.ofSeconds(60));

        assertThat(one.watermarks).hasSize(3).isSorted();
        assertThat(one.watermarks.get(2)).isEqualTo(one.watermarks.get(1));
    }
}
