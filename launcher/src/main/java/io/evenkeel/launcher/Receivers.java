package io.evenkeel.launcher;

import io.evenkeel.ingest.app.OtlpReceiver;
import io.evenkeel.ingest.app.OtlpReceiverOptions;
import io.evenkeel.ingest.app.ReceiverStartException;
import io.evenkeel.launcher.setup.StartupException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OTLP door, with the disk as one of its reasons to close. */
final class Receivers {
    private static final Logger LOG = LoggerFactory.getLogger(Receivers.class);
    private static final long DISK_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private Receivers() {}

    /**
     * The disk that fills when the door is open: Kafka's.
     *
     * @param place for people
     * @param isFull asked once a second
     */
    record Disk(String place, BooleanSupplier isFull) {}

    static OtlpReceiver start(HouseOptions options, String kafkaBootstrap, Disk disk, Terminal terminal) {
        try {
            return OtlpReceiver.start(receiverOptions(options, kafkaBootstrap)
                    .withDiskNearlyFull(checkedEachSecond(told(disk, terminal))));
        } catch (ReceiverStartException e) {
            throw new StartupException(e.getMessage(), e);
        }
    }

    /** Refuses an unknown address, an open door without a guard and a guard that cannot be used. */
    static void check(HouseOptions options) {
        try {
            OtlpReceiver.check(receiverOptions(options, ""));
        } catch (ReceiverStartException e) {
            throw new StartupException(
                    e.getMessage() + " (--bind, --otlp-token-file, --otlp-tls-cert, --otlp-client-ca)", e);
        }
    }

    private static OtlpReceiverOptions receiverOptions(HouseOptions options, String kafkaBootstrap) {
        return OtlpReceiverOptions.of(kafkaBootstrap)
                .listeningOn(options.bind, options.otlpGrpcPort, options.otlpHttpPort)
                .withGuard(options.door.guard())
                .withMask(options.door.mask());
    }

    /** Tells the terminal and the log when the disk becomes full and when it has room again. */
    private static BooleanSupplier told(Disk disk, Terminal terminal) {
        AtomicBoolean wasFull = new AtomicBoolean();
        return () -> {
            boolean full = disk.isFull.getAsBoolean();
            if (wasFull.getAndSet(full) != full) {
                String text = full
                        ? "the disk under " + disk.place + " is 90 % full: senders are told to try again and rollups"
                                + " pause until there is room. Nothing accepted is lost; make room."
                        : "the disk under " + disk.place + " has room again; data is taken.";
                LOG.warn(text);
                terminal.problem(text);
            }
            return full;
        };
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
