package io.evenkeel.launcher.kafka;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.event.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;

/** A single-node KRaft broker in this process, loopback only. Its log survives a kill of the process. */
public final class EmbeddedBroker implements AutoCloseable {
    private final KafkaRaftServer server;
    private final String bootstrap;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrap) {
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /**
     * @param home directory for the log and metadata
     * @param port client port on 127.0.0.1
     * @param controllerPort controller port on 127.0.0.1
     */
    public static EmbeddedBroker start(Path home, int port, int controllerPort) {
        try {
            Files.createDirectories(home);
            Properties properties = properties(home, port, controllerPort);
            Path file = home.resolve("server.properties");
            try (var writer = Files.newBufferedWriter(file)) {
                properties.store(writer, null);
            }
            format(file, clusterId(home));
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
            server.startup();
            EmbeddedBroker broker = new EmbeddedBroker(server, "127.0.0.1:" + port);
            broker.createTopicsOrClose();
            return broker;
        } catch (IOException e) {
            throw new StartupException("the Kafka broker cannot use " + home + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw e instanceof StartupException
                    ? e
                    : new StartupException("the Kafka broker cannot start on port " + port + ": " + rootMessage(e), e);
        }
    }

    /**
     * Kafka halts the whole process, without a word and past every shutdown hook, when it can no longer write its log.
     * From now on it is only told so.
     *
     * @param gaveUp called once, on a thread of Kafka's; must not block and should end the process in order
     */
    public static void insteadOfHalting(Runnable gaveUp) {
        AtomicBoolean told = new AtomicBoolean();
        Exit.Procedure procedure = (status, message) -> {
            if (told.compareAndSet(false, true)) {
                gaveUp.run();
            }
        };
        Exit.setHaltProcedure(procedure);
        Exit.setExitProcedure(procedure);
    }

    public String bootstrap() {
        return bootstrap;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties properties(Path home, int port, int controllerPort) {
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("log.dirs", home.resolve("log").toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("log.segment.bytes", Integer.toString(256 * 1024 * 1024)),
                Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024)),
                // a broker killed with -9 must not wait for the session of its own predecessor
                Map.entry("broker.session.timeout.ms", "3000"),
                Map.entry("broker.heartbeat.interval.ms", "500")));
        return properties;
    }

    private static String clusterId(Path home) throws IOException {
        Path file = home.resolve("cluster-id");
        if (!Files.exists(file)) {
            Path part = home.resolve("cluster-id.part");
            Files.writeString(part, Uuid.randomUuid().toString());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    private static void format(Path properties, String clusterId) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int status = StorageTool.execute(
                new String[] {
                    "format", "--cluster-id", clusterId, "--config", properties.toString(), "--ignore-formatted"
                },
                new PrintStream(output, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new StartupException("the Kafka log cannot be formatted: " + output.toString(StandardCharsets.UTF_8));
        }
    }

    private void createTopicsOrClose() {
        try {
            createTopics();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void createTopics() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Set<String> existing = admin.listTopics().names().get(60, TimeUnit.SECONDS);
            List<NewTopic> missing = Topics.layouts().stream()
                    .filter(layout -> !existing.contains(layout.name()))
                    .map(EmbeddedBroker::topic)
                    .toList();
            admin.createTopics(missing).all().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while topics were being made", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartupException(
                    "the Kafka broker on " + bootstrap + " does not make topics: " + rootMessage(e), e);
        }
    }

    private static NewTopic topic(Topics.Layout layout) {
        return new NewTopic(layout.name(), layout.partitions(), (short) 1)
                .configs(Map.of(
                        "cleanup.policy", layout.cleanupPolicy(),
                        "retention.ms", Long.toString(layout.retentionMillis()),
                        "retention.bytes", Long.toString(layout.retentionBytes())));
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
