package io.evenkeel.remediation.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T14:00:00Z"));
    private final LoginThrottle throttle = new LoginThrottle(now::get);

    @Test
    void fiveFailuresBlockForTenSecondsThenLonger() {
        fail("10.0.0.1", "ada", 4);
        assertThat(throttle.isBlocked("10.0.0.1", "ada")).isFalse();
        fail("10.0.0.1", "ada", 1);
        assertThat(throttle.isBlocked("10.0.0.1", "ada")).isTrue();
        pass(Duration.ofSeconds(10));
        assertThat(throttle.isBlocked("10.0.0.1", "ada")).isFalse();
        fail("10.0.0.1", "ada", 1);
        pass(Duration.ofSeconds(19));
        assertThat(throttle.isBlocked("10.0.0.1", "ada")).isTrue();
    }

    /** Nobody can lock a colleague out by guessing from elsewhere. */
    @Test
    void anotherAddressIsNotBlocked() {
        fail("10.0.0.1", "ada", 50);

        assertThat(throttle.isBlocked("10.0.0.2", "ada")).isFalse();
    }

    @Test
    void anAddressThatTriesManyNamesIsBlocked() {
        for (int i = 0; i < 20; i++) {
            throttle.failed("10.0.0.1", "name-" + i);
        }

        assertThat(throttle.isBlocked("10.0.0.1", "ada")).isTrue();
    }

    @Test
    void successForgives() {
        fail("10.0.0.1", "ada", 4);
        throttle.succeeded("10.0.0.1", "ada");
        fail("10.0.0.1", "ada", 4);

        assertThat(throttle.isBlocked("10.0.0.1", "ada")).isFalse();
    }

    private void fail(String address, String name, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(address, name);
        }
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
    }
}
