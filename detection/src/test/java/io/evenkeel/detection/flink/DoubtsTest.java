package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.MetricDoubt;
import org.junit.jupiter.api.Test;

/** What makes a figure doubtful is told, and told once: a log that repeats itself is not read. */
class DoubtsTest {
    private final Doubts doubts = new Doubts();

    private boolean tell(String service, String metric, MetricDoubt.Kind kind) {
        return doubts.tell(new MetricDoubt(service, metric, kind, "gauge in s and gauge in ms"));
    }

    @Test
    void tellsOncePerServiceMetricAndKind() {
        assertThat(tell("demo/shop/a", "queue.wait", MetricDoubt.Kind.NAME_CONFLICT))
                .isTrue();
        assertThat(tell("demo/shop/a", "queue.wait", MetricDoubt.Kind.NAME_CONFLICT))
                .isFalse();
        assertThat(tell("demo/shop/a", "queue.wait", MetricDoubt.Kind.TWO_WRITERS))
                .isTrue();
        assertThat(tell("demo/shop/a", "queue.size", MetricDoubt.Kind.NAME_CONFLICT))
                .isTrue();
        assertThat(tell("demo/shop/b", "queue.wait", MetricDoubt.Kind.NAME_CONFLICT))
                .isTrue();
    }

    @Test
    void aSenderOfEverNewNamesDoesNotFillTheLog() {
        for (int n = 0; n < Doubts.MOST; n++) {
            assertThat(tell("demo/shop/a", "metric." + n, MetricDoubt.Kind.NAME_CONFLICT))
                    .isTrue();
        }
        assertThat(tell("demo/shop/a", "one.more", MetricDoubt.Kind.NAME_CONFLICT))
                .isFalse();
    }
}
