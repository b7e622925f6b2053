package io.evenkeel.testbed.shop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * How a release differs from a sound one. It comes with the release as environment variables, so that rolling back really
 * removes it. Thread-safe.
 */
final class Behaviour {
    private final double failRatio;
    private final long slowMillis;
    private final int leakKilobytes;
    private final SplittableRandom random;
    private final List<byte[]> leaked = new ArrayList<>();

    /**
     * @param environment {@code FAIL_RATIO} 0..1 share of requests that fail, {@code SLOW_MILLIS} added to each,
     *     {@code LEAK_KB} kept for ever by each; absent means 0, a sound release
     */
    Behaviour(Map<String, String> environment, long seed) {
        this.failRatio = Double.parseDouble(environment.getOrDefault("FAIL_RATIO", "0"));
        this.slowMillis = Long.parseLong(environment.getOrDefault("SLOW_MILLIS", "0"));
        this.leakKilobytes = Integer.parseInt(environment.getOrDefault("LEAK_KB", "0"));
        this.random = new SplittableRandom(seed);
    }

    /**
     * Does to one request what this release does to it.
     *
     * @throws IllegalStateException when the release fails this one
     */
    void strike(String operation) throws InterruptedException {
        if (slowMillis > 0) {
            TimeUnit.MILLISECONDS.sleep(slowMillis);
        }
        if (leakKilobytes > 0) {
            leak();
        }
        if (failRatio > 0 && draw() < failRatio) {
            throw new IllegalStateException(operation + " failed: field 'currencyCode' is missing in the request");
        }
    }

    /** Works for a time around the mean, between 0.6 and 1.4 of it: no two requests of a real shop take the same. */
    void work(double meanMillis) throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep((long) (meanMillis * 1000 * (0.6 + 0.8 * draw())));
    }

    synchronized double draw() {
        return random.nextDouble();
    }

    private synchronized void leak() {
        leaked.add(new byte[leakKilobytes * 1024]);
    }
}
