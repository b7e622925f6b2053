package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.SecretMask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values that somebody else has formed, of many services at once. */
class ToldHistoryTest {
    private static final int SERVICES = 50;
    private static final int STEP_MILLIS = 60_000;

    /** Each service is told another level, so that a value in a neighbour's row would show. */
    private static void learn(History history, int from, int to) {
        for (int step = from; step < to; step++) {
            for (int service = SERVICES - 1; service >= 0; service--) {
                history.learn(signal(service), (long) step * STEP_MILLIS, STEP_MILLIS, 10 + service, 100);
            }
        }
    }

    private static SignalKey signal(int service) {
        return SignalKey.ofService(ServiceKey.parse("prod/shop/s" + service), SignalKind.REQUEST_RATE);
    }

    @Test
    void everySignalKeepsItsOwnRowOverABookmark() throws IOException {
        History whole = new History(SecretMask.standard(), House.TODAY);
        learn(whole, 0, 60);
        History first = new History(SecretMask.standard(), House.TODAY);
        learn(first, 0, 30);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        first.write(new DataOutputStream(bytes));
        History second = History.read(
                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), SecretMask.standard(), House.TODAY);
        learn(second, 30, 60);

        Map<String, Prior> priors = whole.priors();

        assertThat(priors).hasSize(SERVICES);
        assertThat(priors.get(signal(1).id())).isNotEqualTo(priors.get(signal(2).id()));
        assertThat(second.priors()).isEqualTo(priors);
    }
}
