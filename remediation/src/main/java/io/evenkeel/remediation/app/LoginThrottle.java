package io.evenkeel.remediation.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Slows down guessing: after five failures of one name from one address, or twenty from one address, sign-in from there
 * is refused for a while without looking at the password; each further failure doubles the wait up to fifteen minutes
 * (OWASP ASVS 4.0, 2.2.1). Another address is not locked out by it. In memory: a restart forgives. Thread-safe.
 */
final class LoginThrottle {
    private static final int FREE_PER_NAME = 5;
    private static final int FREE_PER_ADDRESS = 20;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    /** Bounds the memory an attacker can make us use; past it old entries are dropped. */
    private static final int MAX_ENTRIES = 10_000;

    private final InstantSource clock;
    private final Map<String, Failures> failures = new HashMap<>();

    LoginThrottle(InstantSource clock) {
        this.clock = clock;
    }

    private record Failures(int count, Instant last) {}

    synchronized boolean isBlocked(String address, String name) {
        return isBlocked(nameKey(address, name), FREE_PER_NAME) || isBlocked(address, FREE_PER_ADDRESS);
    }

    synchronized void failed(String address, String name) {
        Instant now = clock.instant();
        if (failures.size() >= MAX_ENTRIES) {
            failures.values().removeIf(entry -> entry.last.plus(LONGEST_WAIT).isBefore(now));
            if (failures.size() >= MAX_ENTRIES) {
                failures.clear();
            }
        }
        add(nameKey(address, name), now);
        add(address, now);
    }

    synchronized void succeeded(String address, String name) {
        failures.remove(nameKey(address, name));
        failures.remove(address);
    }

    private void add(String key, Instant now) {
        Failures before = failures.get(key);
        boolean counts = before != null
                && !before.last.plus(LONGEST_WAIT.multipliedBy(2)).isBefore(now);
        failures.put(key, new Failures(before != null && counts ? before.count + 1 : 1, now));
    }

    private boolean isBlocked(String key, int free) {
        Failures known = failures.get(key);
        if (known == null || known.count < free) {
            return false;
        }
        int doublings = Math.min(known.count - free, 10);
        Duration wait = FIRST_WAIT.multipliedBy(1L << doublings);
        Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        return known.last.plus(bounded).isAfter(clock.instant());
    }

    private static String nameKey(String address, String name) {
        return address + '\n' + name;
    }
}
