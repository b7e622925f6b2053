package io.evenkeel.remediation.incident;

import static io.evenkeel.remediation.TestObjects.CHECKOUT;
import static io.evenkeel.remediation.TestObjects.FRONT_ERRORS;
import static io.evenkeel.remediation.TestObjects.PAYMENT;
import static io.evenkeel.remediation.TestObjects.PAYMENT_ERRORS;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignalWordsTest {
    @Test
    void namesSignalsAsPeopleDo() {
        assertThat(SignalWords.name(PAYMENT_ERRORS)).isEqualTo("payment error ratio");
        assertThat(SignalWords.name(FRONT_ERRORS)).isEqualTo("front POST /checkout error ratio");
        assertThat(SignalWords.name(SignalKey.ofEdge(CHECKOUT, PAYMENT, SignalKind.DURATION_P95)))
                .isEqualTo("checkout → payment p95 latency");
        assertThat(SignalWords.name(
                        new SignalKey(PAYMENT, SignalKind.GAUGE, null, "", "node#1", "jvm.memory.used", "")))
                .isEqualTo("payment jvm.memory.used of replica node#1");
    }

    @Test
    void givesFiguresTheirUnitAndNeverInventsOne() {
        assertThat(SignalWords.figure(PAYMENT_ERRORS, 0.482)).isEqualTo("48.2 %");
        assertThat(SignalWords.figure(SignalKey.ofService(PAYMENT, SignalKind.DURATION_P95), 0.32))
                .isEqualTo("320 ms");
        assertThat(SignalWords.figure(SignalKey.ofService(PAYMENT, SignalKind.REQUEST_RATE), 42))
                .isEqualTo("42 requests/s");
        assertThat(SignalWords.figure(PAYMENT_ERRORS, Double.NaN)).isEqualTo("unknown");
    }

    @Test
    void saysHowLong() {
        assertThat(SignalWords.span(Duration.ofSeconds(41))).isEqualTo("41 s");
        assertThat(SignalWords.span(Duration.ofSeconds(132))).isEqualTo("2 min 12 s");
        assertThat(SignalWords.span(Duration.ofMinutes(5))).isEqualTo("5 min");
        assertThat(SignalWords.span(Duration.ofHours(27))).isEqualTo("1 d 3 h");
    }
}
