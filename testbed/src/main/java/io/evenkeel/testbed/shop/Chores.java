package io.evenkeel.testbed.shop;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does a replica's chores, each in a thread of its own and none twice at a time. Thread-safe. */
final class Chores {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    /** Warnings come this far apart: three a second on average. */
    private static final int SHORTEST_GAP_MILLIS = 150;

    private static final int LONGEST_GAP_MILLIS = 500;

    private final long seed;
    private final Set<Chore> underWay = EnumSet.noneOf(Chore.class);

    Chores(long seed) {
        this.seed = seed;
    }

    /** Begins a chore; false when this replica is at it already. */
    synchronized boolean begin(Chore chore, Duration lasts) {
        if (!underWay.add(chore)) {
            return false;
        }
        Thread thread = new Thread(() -> carryOut(chore, System.nanoTime() + lasts.toNanos()), chore.word());
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    private void carryOut(Chore chore, long endNanos) {
        LOG.info("chore begins chore={}", chore.word());
        try {
            SplittableRandom random = new SplittableRandom(seed);
            switch (chore) {
                case BATCH -> new PriceLists(random).workUntil(endNanos);
                case WARNINGS -> warnUntil(endNanos, random);
            }
            LOG.info("chore ends chore={}", chore.word());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                underWay.remove(chore);
            }
        }
    }

    private static void warnUntil(long endNanos, SplittableRandom random) throws InterruptedException {
        int ageMinutes = 31;
        while (System.nanoTime() < endNanos) {
            LOG.warn("supplier feed is old ageMinutes={} limitMinutes=30; the last good one is used", ageMinutes++);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(SHORTEST_GAP_MILLIS, LONGEST_GAP_MILLIS));
        }
    }
}
