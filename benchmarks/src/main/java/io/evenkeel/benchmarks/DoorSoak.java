package io.evenkeel.benchmarks;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The door with all the connections that it allows, for minutes: each an exporter of its own that sends a small request
 * every so many seconds, on one connection that it keeps. Door, broker and exporters are processes of their own. Tells
 * answers by status, time to answer, heap and threads of the door, and whether Kafka has as many records as were
 * acknowledged; and that one connection more is turned away.
 */
public final class DoorSoak {
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final int connections;
    private final long intervalNanos;
    private final Map<Integer, Long> answers = new TreeMap<>();
    private final List<Integer> micros = new ArrayList<>();
    private long closed;

    /** One exporter's connection. */
    private static final class Exporter {
        final byte[] request;
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        long sentAt;
        long dueAt;
        boolean waits;

        Exporter(byte[] request, long dueAt) {
            this.request = request;
            this.dueAt = dueAt;
        }
    }

    /**
     * What the exporters and the operating system saw.
     *
     * @param connectionsLost closed by the door while they were in use
     * @param oneMoreWasTurnedAway a connection above the door's limit was closed; not tried below the limit, then true
     * @param doorLiveHeapMegabytes reachable after a collection, every half minute
     */
    private record Seen(
            int connections,
            double connectSeconds,
            long minutes,
            long intervalSeconds,
            Map<Integer, Long> answersByStatus,
            long connectionsLost,
            boolean oneMoreWasTurnedAway,
            double answerMillisMedian,
            double answerMillisP99,
            double answerMillisWorst,
            List<Long> doorLiveHeapMegabytes,
            long doorResidentMegabytes,
            long doorThreads) {}

    private record Result(boolean holds, long recordsInKafka, int heapLimitMegabytes, Seen seen) {}

    private DoorSoak(int connections, Duration interval) {
        this.connections = connections;
        this.intervalNanos = interval.toNanos();
    }

    /** Options: {@code --connections 10000 --minutes 5 --interval 10 --heap 256 --json FILE}. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        int connections = Integer.parseInt(options.getOrDefault("--connections", "10000"));
        Duration interval = Duration.ofSeconds(Long.parseLong(options.getOrDefault("--interval", "10")));
        Duration length = Duration.ofMinutes(Long.parseLong(options.getOrDefault("--minutes", "5")));
        String heap = options.getOrDefault("--heap", "256");
        boolean holds;
        try (Broker broker = Broker.start();
                ChildJvm door = ChildJvm.start(
                        BenchDoor.class,
                        List.of("-Xmx" + heap + "m", "-XX:+UseSerialGC"),
                        List.of(broker.bootstrap()),
                        line -> {})) {
            String bootstrap = broker.bootstrap();
            int port = Integer.parseInt(door.await("port ").substring("port ".length()));
            long recordsBefore = records(bootstrap);
            Seen seen = new DoorSoak(connections, interval).run(port, door, length);
            long stored = records(bootstrap) - recordsBefore;
            holds = seen.answersByStatus().equals(Map.of(200, stored))
                    && seen.connectionsLost() == 0
                    && seen.oneMoreWasTurnedAway();
            String json = JSON.writeValueAsString(new Result(holds, stored, Integer.parseInt(heap), seen)) + "\n";
            System.out.print(json);
            if (options.containsKey("--json")) {
                Files.writeString(Path.of(options.get("--json")), json);
            }
        }
        System.exit(holds ? 0 : 1);
    }

    private Seen run(int port, ChildJvm door, Duration length) throws Exception {
        List<SocketChannel> channels = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            long begin = System.nanoTime();
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.configureBlocking(false);
                // Spread over the interval, as processes that started at different times are.
                long dueAt = System.nanoTime() + intervalNanos * i / connections;
                channel.register(selector, SelectionKey.OP_READ, new Exporter(request(i), dueAt));
                channels.add(channel);
            }
            double connectSeconds = (System.nanoTime() - begin) / 1e9;
            List<Long> live = new ArrayList<>();
            long end = System.nanoTime() + length.toNanos();
            long nextLook = System.nanoTime();
            while (System.nanoTime() < end) {
                turn(selector, true);
                if (System.nanoTime() > nextLook) {
                    live.add(liveBytes(door.pid()) >> 20);
                    nextLook = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                }
            }
            boolean turnedAway = connections < 10_000 || isTurnedAway(port);
            long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < patience
                    && selector.keys().stream().anyMatch(key -> key.isValid() && exporter(key).waits)) {
                turn(selector, false);
            }
            int[] sorted = micros.stream().mapToInt(Integer::intValue).sorted().toArray();
            return new Seen(
                    connections,
                    connectSeconds,
                    length.toMinutes(),
                    intervalNanos / 1_000_000_000,
                    answers,
                    closed,
                    turnedAway,
                    quantile(sorted, 0.5),
                    quantile(sorted, 0.99),
                    quantile(sorted, 1),
                    live,
                    status(door.pid(), "VmRSS") >> 10,
                    status(door.pid(), "Threads"));
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private static Exporter exporter(SelectionKey key) {
        return (Exporter) key.attachment();
    }

    /** Sends what is due and reads what has come. */
    private void turn(Selector selector, boolean sends) throws IOException {
        long now = System.nanoTime();
        if (sends) {
            for (SelectionKey key : selector.keys()) {
                if (key.isValid() && !exporter(key).waits && exporter(key).dueAt <= now) {
                    send(key, now);
                }
            }
        }
        selector.select(5);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        for (SelectionKey key : selector.selectedKeys()) {
            buffer.clear();
            int length = read((SocketChannel) key.channel(), buffer);
            if (length < 0) {
                closed++;
                key.cancel();
                key.channel().close();
            } else {
                exporter(key).said.write(buffer.array(), 0, length);
                look(exporter(key));
            }
        }
        selector.selectedKeys().clear();
    }

    private static int read(SocketChannel channel, ByteBuffer buffer) {
        try {
            return channel.read(buffer);
        } catch (IOException reset) {
            return -1;
        }
    }

    /** A request is smaller than any socket's buffer, so that it goes in one write. */
    private void send(SelectionKey key, long now) throws IOException {
        Exporter exporter = exporter(key);
        try {
            if (((SocketChannel) key.channel()).write(ByteBuffer.wrap(exporter.request)) != exporter.request.length) {
                throw new IllegalStateException("a socket's buffer is smaller than a small request");
            }
        } catch (IOException reset) {
            closed++;
            key.cancel();
            key.channel().close();
            return;
        }
        exporter.sentAt = now;
        exporter.dueAt += intervalNanos;
        exporter.waits = true;
    }

    /** Answers here have no body but on errors, and none that an exporter would wait for. */
    private void look(Exporter exporter) {
        String said = exporter.said.toString(StandardCharsets.ISO_8859_1);
        if (exporter.waits && said.contains("\r\n\r\n")) {
            answers.merge(Integer.parseInt(said.substring(9, 12)), 1L, Long::sum);
            micros.add((int) ((System.nanoTime() - exporter.sentAt) / 1000));
            exporter.waits = false;
            exporter.said.reset();
        }
    }

    private static boolean isTurnedAway(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static byte[] request(int number) {
        byte[] body = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(Resource.newBuilder()
                                .addAttributes(text("service.name", "soak"))
                                .addAttributes(text("service.instance.id", "i" + number)))
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("queue.depth")
                                        .setGauge(Gauge.newBuilder()
                                                .addDataPoints(NumberDataPoint.newBuilder()
                                                        .setTimeUnixNano(1_700_000_000_000_000_000L)
                                                        .setAsInt(number))))))
                .build()
                .toByteArray();
        byte[] head =
                ("POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: "
                                + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static double quantile(int[] sortedMicros, double share) {
        return sortedMicros.length == 0 ? 0 : sortedMicros[(int) ((sortedMicros.length - 1) * share)] / 1000.0;
    }

    private static long records(String bootstrap) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("otlp_metrics").stream()
                    .map(info -> new TopicPartition("otlp_metrics", info.partition()))
                    .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static long liveBytes(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        Matcher total = LIVE.matcher(said);
        return total.find() ? Long.parseLong(total.group(1)) : 0;
    }

    private static long status(long pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
