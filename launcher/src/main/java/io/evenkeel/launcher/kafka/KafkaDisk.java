package io.evenkeel.launcher.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full the disks are under a broker that another process runs, as the broker itself tells (KIP-827). Asked in a thread of
 * its own, so that no request waits for it; while it does not answer its last word counts, and a Kafka that is away closes
 * the door by itself. Safe for any thread.
 */
public final class KafkaDisk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaDisk.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 5_000;

    private final double fullFraction;
    private final Admin admin;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kafka-disk");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean full;
    private boolean toldOfTrouble;

    private KafkaDisk(String bootstrap, double fullFraction) {
        this.fullFraction = fullFraction;
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "evenkeel-disk",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS));
    }

    /** @param fullFraction share of a disk, 0..1, above which it is full */
    public static KafkaDisk watch(String bootstrap, double fullFraction) {
        KafkaDisk disk = new KafkaDisk(bootstrap, fullFraction);
        var unused = disk.timer.scheduleWithFixedDelay(disk::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return disk;
    }

    /** True when one of the broker's disks is full, as far as is known; false before it was told. */
    public boolean isFull() {
        return full;
    }

    private void look() {
        try {
            List<Integer> brokers = admin.describeCluster().nodes().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).stream()
                    .map(Node::id)
                    .toList();
            full =
                    admin
                            .describeLogDirs(brokers)
                            .allDescriptions()
                            .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                            .values()
                            .stream()
                            .flatMap(directories -> directories.values().stream())
                            .anyMatch(this::isFull);
            toldOfTrouble = false;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            if (!toldOfTrouble) {
                LOG.warn("Kafka does not tell how full its disk is; what it said last counts: {}", e.toString());
                toldOfTrouble = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isFull(LogDirDescription directory) {
        OptionalLong total = directory.totalBytes();
        OptionalLong usable = directory.usableBytes();
        return total.isPresent() && usable.isPresent() && usable.getAsLong() < (1 - fullFraction) * total.getAsLong();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        admin.close(Duration.ZERO);
    }
}
