package io.evenkeel.remediation.notify;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a notification that did not arrive is tried again: exponential with full jitter (M. Brooker, "Exponential Backoff
 * and Jitter", AWS Architecture Blog 2015), bounded, and given up after a number of tries.
 *
 * @param first longest wait before the second try, for example 2 s
 * @param longest longest wait between two tries, for example 5 min
 * @param tries tries in all, ≥ 1; 12 with the values above last about half an hour
 */
public record Retry(Duration first, Duration longest, int tries) {
    public static final Retry DEFAULT = new Retry(Duration.ofSeconds(2), Duration.ofMinutes(5), 12);

    /**
     * @param tried tries so far, ≥ 1
     * @return wait until the next, empty when there is none
     */
    public Optional<Duration> next(int tried, RandomGenerator random) {
        if (tried >= tries) {
            return Optional.empty();
        }
        long bound = longest.toMillis();
        int doublings = Math.min(tried - 1, 30);
        long wait = Math.min(bound, first.toMillis() << doublings);
        return Optional.of(Duration.ofMillis(1 + random.nextLong(Math.max(1, wait))));
    }
}
