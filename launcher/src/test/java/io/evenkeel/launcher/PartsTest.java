package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.launcher.setup.StartupException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What was started is stopped, in order, also what is starting when the process is asked to end. */
class PartsTest {
    private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
    private final Parts parts = new Parts();

    @Test
    void closesLastFirst() {
        parts.start("database", () -> part("database"));
        Parts.join(parts.starting("broker", () -> part("broker")));
        parts.start("door", () -> part("door"));

        parts.close();

        assertThat(closed).containsExactly("door", "broker", "database");
        assertThat(parts.isEmpty()).isTrue();
    }

    @Test
    void closesWhatIsStartingInThatMoment() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayFinish = new CountDownLatch(1);
        parts.starting("database", () -> {
            begun.countDown();
            awaitQuietly(mayFinish);
            return part("database");
        });
        begun.await();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(parts::close);
        while (!parts.isClosing()) {
            Thread.onSpinWait();
        }
        assertThat(closed).isEmpty();
        mayFinish.countDown();

        closing.get(60, TimeUnit.SECONDS);
        assertThat(closed).containsExactly("database");
    }

    @Test
    void startsNothingOnceClosing() {
        parts.close();

        assertThatThrownBy(() -> parts.start("late", () -> part("late"))).isInstanceOf(StartupException.class);
        assertThat(closed).isEmpty();
    }

    @Test
    void failureOfOnePart_isToldAndTheOthersAreClosed() {
        parts.start("database", () -> part("database"));
        var broken = parts.starting("broker", () -> {
            throw new StartupException("port taken");
        });

        assertThatThrownBy(() -> Parts.join(broken))
                .isInstanceOf(StartupException.class)
                .hasMessage("port taken");
        parts.close();
        assertThat(closed).containsExactly("database");
    }

    @Test
    void partThatDoesNotStopInOrder_doesNotKeepTheOthers() {
        parts.start("database", () -> part("database"));
        parts.start("door", () -> () -> {
            throw new IllegalStateException("stuck");
        });

        parts.close();

        assertThat(closed).containsExactly("database");
    }

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
