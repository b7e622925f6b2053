package io.evenkeel.benchmarks;

import io.evenkeel.wire.event.Topics;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A single-node KRaft broker in a process of its own, so that its CPU is told apart. Ends when its standard input does,
 * that is, with the bench that started it. Arguments: directory, port, controller port.
 */
public final class BenchBroker {
    private BenchBroker() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        String address = "127.0.0.1:" + arguments[1];
        Path file = directory.resolve("server.properties");
        Files.createDirectories(directory);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties(directory, address, "127.0.0.1:" + arguments[2]).store(out, null);
        }
        String[] format = {
            "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString(), "--ignore-formatted"
        };
        StorageTool.execute(format, new PrintStream(OutputStream.nullOutputStream()));
        KafkaRaftServer server = new KafkaRaftServer(
                new KafkaConfig(properties(directory, address, "127.0.0.1:" + arguments[2])), Time.SYSTEM);
        server.startup();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            List<NewTopic> topics = new ArrayList<>();
            for (Topics.Layout layout : Topics.layouts()) {
                topics.add(new NewTopic(layout.name(), layout.partitions(), (short) 1));
                if (layout.name().equals(Topics.METRICS)) {
                    topics.add(new NewTopic(OrdinaryTwin.POINTS, layout.partitions(), (short) 1));
                }
                if (layout.name().equals(Topics.FINDINGS)) {
                    topics.add(new NewTopic(OrdinaryTwin.FINDINGS, layout.partitions(), (short) 1));
                }
            }
            admin.createTopics(topics).all().get();
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // The bench closes the stream when it ends.
        }
        server.shutdown();
        System.exit(0);
    }

    private static Properties properties(Path directory, String address, String controller) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@" + controller);
        properties.put("listeners", "PLAINTEXT://" + address + ",CONTROLLER://" + controller);
        properties.put("advertised.listeners", "PLAINTEXT://" + address);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("log.dirs", directory.resolve("log").toString());
        for (String name : List.of(
                "offsets.topic.replication.factor",
                "transaction.state.log.replication.factor",
                "transaction.state.log.min.isr",
                "share.coordinator.state.topic.replication.factor",
                "share.coordinator.state.topic.min.isr")) {
            properties.put(name, "1");
        }
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("group.initial.rebalance.delay.ms", "0");
        return properties;
    }
}
