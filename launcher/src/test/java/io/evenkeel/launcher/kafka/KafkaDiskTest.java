package io.evenkeel.launcher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.launcher.FreePorts;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that only receives knows the disk that it fills from the broker alone. */
class KafkaDiskTest {
    @TempDir
    Path home;

    @Test
    @Timeout(120)
    void theBrokerTellsHowFullItsDiskIs() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(home, FreePorts.next(), FreePorts.next());
                KafkaDisk always = KafkaDisk.watch(broker.bootstrap(), 0);
                KafkaDisk never = KafkaDisk.watch(broker.bootstrap(), 1)) {
            while (!always.isFull()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(never.isFull()).isFalse();
        }
    }
}
