package io.evenkeel.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.console.live.LiveEvent;
import io.evenkeel.console.live.LiveLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveHubTest {
    private static final Duration OFTEN = Duration.ofMillis(5);

    /** A scheduled task that throws is never run again: pages would stay open and hear of nothing any more. */
    @Test
    void goesOnLookingAfterAFailureOfAnyKind() throws InterruptedException {
        BlockingQueue<String> looks = new LinkedBlockingQueue<>();
        AtomicInteger calls = new AtomicInteger();
        LiveHub hub = hub(() -> {
            looks.add("look");
            if (calls.incrementAndGet() == 2) {
                throw new IllegalStateException("a row that cannot be read");
            }
        });
        hub.start();
        hub.join(-1, 0);
        for (int i = 0; i < 5; i++) {
            assertThat(looks.poll(30, TimeUnit.SECONDS)).isEqualTo("look");
        }
        hub.stop();
    }

    /** At the stop of the whole house the database goes too, and a look may wait for it for a long time. */
    @Test
    void stopsWhileALookWaitsForTheDatabase() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        LiveHub hub = hub(() -> {
            if (calls.incrementAndGet() > 1) {
                waiting.countDown();
                awaitUninterrupted(never);
            }
        });
        hub.start();
        hub.join(-1, 0);
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        hub.stop();
        assertThat(hub.isRunning()).isFalse();
        never.countDown();
    }

    private static LiveHub hub(Runnable look) {
        LiveLog log = new LiveLog() {
            @Override
            public List<LiveEvent> after(long seq, int limit) {
                look.run();
                return List.of();
            }

            @Override
            public long newest() {
                return 0;
            }
        };
        return new LiveHub(log, () -> Instant.EPOCH, OFTEN, OFTEN);
    }

    /** As a JDBC driver waits: an interrupt does not wake it. */
    private static void awaitUninterrupted(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
