package io.evenkeel.remediation.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import io.evenkeel.remediation.incident.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeApiTest {
    private static final Instant NOW = Instant.parse("2026-11-21T14:01:22.345Z");

    @Test
    void givesADeployTheIdThatTheDetectionJobGivesIt() {
        Change change = read("""
                {"service": {"environment": "demo", "namespace": "shop", "name": "payment"}, "fromVersion": "4.11.3",
                 "toVersion": "4.12.0", "at": "2026-11-21T15:01:59+01:00"}""");

        assertThat(change.id()).isEqualTo("deploy:demo/shop/payment:4.12.0:2026-11-21T14:01:00Z");
        assertThat(change.kind()).isEqualTo(ChangeKind.DEPLOY);
        assertThat(change.text()).isEqualTo("Deploy payment 4.12.0");
        assertThat(change.source()).isEqualTo("api");
    }

    @Test
    void takesAServiceByItsIdAndNowWhenNoTimeIsGiven() {
        Change change =
                read("{\"service\": \"demo/shop/payment\", \"kind\": \"feature_flag\", \"text\": \"Flag x on\"}");

        assertThat(change.at()).isEqualTo(NOW);
        assertThat(change.text()).isEqualTo("Flag x on");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "null",
                "[]",
                "{}",
                "{\"service\": \"payment\", \"toVersion\": \"1\"}",
                "{\"service\": \"demo/shop/payment\"}",
                "{\"service\": \"demo/shop/payment\", \"toVersion\": \"1\", \"kind\": \"explosion\"}",
                "{\"service\": \"demo/shop/payment\", \"toVersion\": \"1\", \"at\": \"yesterday\"}",
                "{\"service\": \"demo/shop/payment\", \"toVersion\": \"1\", \"at\": \"2027-01-01T00:00:00Z\"}"
            })
    void refusesWhatIsNoChange(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(Refusal.class);
    }

    private static Change read(String body) {
        return ChangeApi.read(body.getBytes(StandardCharsets.UTF_8), NOW);
    }
}
