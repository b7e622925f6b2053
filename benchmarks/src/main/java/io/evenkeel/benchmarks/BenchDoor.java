package io.evenkeel.benchmarks;

import io.evenkeel.ingest.app.OtlpReceiver;
import io.evenkeel.ingest.app.OtlpReceiverOptions;

/** The OTLP door in a process of its own: {@code KAFKA}; prints its port and ends with its input. */
final class BenchDoor {
    private BenchDoor() {}

    public static void main(String[] arguments) throws Exception {
        OtlpReceiver door =
                OtlpReceiver.start(OtlpReceiverOptions.of(arguments[0]).listeningOn("127.0.0.1", 0, 0));
        System.out.println("port " + door.httpPort());
        while (System.in.read() >= 0) {
            // The bench closes the stream when it ends.
        }
        door.close();
        System.exit(0);
    }
}
