package io.evenkeel.launcher;

import io.evenkeel.launcher.kafka.PriorsTopic;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.testbed.past.ShopPast;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the detection job what the shop's simulated past teaches, beside everything else and once the users have come: a
 * band that knows the hour would call a shop without users broken. One thread, which ends when it is done.
 */
final class HistoryLesson implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryLesson.class);
    /** Processes just started are slow, and no day of the past begins with such. */
    private static final Duration UNTIL_SETTLED = Duration.ofSeconds(30);

    private final ShopPast past;
    private final Instant until;
    private final PriorsTopic topic;
    private final Terminal terminal;
    private final InstantSource clock;
    private final Thread thread = new Thread(this::give, "history-lesson");

    private HistoryLesson(ShopPast past, Instant until, PriorsTopic topic, Terminal terminal, InstantSource clock) {
        this.past = past;
        this.until = until;
        this.topic = topic;
        this.terminal = terminal;
        this.clock = clock;
    }

    /** @param until end of the past: when the demo was started */
    static HistoryLesson begin(ShopPast past, Instant until, PriorsTopic topic, Terminal terminal) {
        HistoryLesson lesson = new HistoryLesson(past, until, topic, terminal, InstantSource.system());
        lesson.thread.setDaemon(true);
        lesson.thread.start();
        return lesson;
    }

    private void give() {
        try {
            Thread.sleep(UNTIL_SETTLED.toMillis());
            long begun = System.nanoTime();
            Map<String, Prior> priors = DemoHistory.learn(past, until);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            topic.write(priors, clock.instant());
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            LOG.info(
                    "event=simulated_past_learned signals={} until={} tookMillis={}",
                    priors.size(),
                    until,
                    took.toMillis());
            terminal.told(
                    clock.instant(),
                    "Bands stand: " + priors.size() + " signals learned in " + Math.max(1, took.toSeconds())
                            + " s from "
                            + DemoHistory.LENGTH.toDays()
                            + " days that the demo's own load model simulates. What happens from here on is real.");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (StartupException | IllegalStateException e) {
            LOG.error("the simulated past was not learned", e);
            terminal.problem("the shop's simulated past was not learned (" + e.getMessage()
                    + "); bands are learned from now on instead");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
