package io.evenkeel.launcher;

import io.evenkeel.ingest.app.OtlpReceiver;
import io.evenkeel.ingest.app.OtlpReceiverOptions;
import io.evenkeel.ingest.app.ReceiverStartException;
import io.evenkeel.launcher.setup.StartupException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** The OTLP door, with the disk as one of its reasons to close. */
final class Receivers {
    private static final long DISK_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private Receivers() {}

    static OtlpReceiver start(HouseOptions options, String kafkaBootstrap, DataDirectory data) {
        try {
            return OtlpReceiver.start(OtlpReceiverOptions.of(kafkaBootstrap)
                    .listeningOn(options.bind, options.otlpGrpcPort, options.otlpHttpPort)
                    .withTokenFile(options.otlpTokenFile)
                    .withDiskNearlyFull(checkedEachSecond(data::isFull)));
        } catch (ReceiverStartException e) {
            throw new StartupException(e.getMessage(), e);
        }
    }

    /** The door asks with every request; the file system is asked once a second. */
    private static BooleanSupplier checkedEachSecond(BooleanSupplier question) {
        AtomicLong askedAt = new AtomicLong(System.nanoTime() - 2 * DISK_CHECK_NANOS);
        return new BooleanSupplier() {
            private volatile boolean answer;

            @Override
            public boolean getAsBoolean() {
                long last = askedAt.get();
                long now = System.nanoTime();
                if (now - last > DISK_CHECK_NANOS && askedAt.compareAndSet(last, now)) {
                    answer = question.getAsBoolean();
                }
                return answer;
            }
        };
    }
}
