package io.evenkeel.ingest.app;

import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import java.time.Duration;

/** A door in a JVM of its own, without a Kafka: prints its port and ends with its input. */
final class DoorProcess {
    static final int LIMIT = 4 << 20;

    private DoorProcess() {}

    public static void main(String[] args) throws Exception {
        OtlpReceiver receiver = OtlpReceiver.start(OtlpReceiverOptions.of("127.0.0.1:1")
                .listeningOn("127.0.0.1", 0, 0)
                .withLimits(
                        new Limits(LIMIT, 900_000, 2L * LIMIT, Duration.ofSeconds(30), 1000, Duration.ofSeconds(75))));
        System.out.println("port " + receiver.httpPort());
        while (System.in.read() >= 0) {
            // until the test hangs up
        }
        System.exit(0);
    }
}
