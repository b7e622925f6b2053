package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.RetryInfo;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka goes and comes back under load: senders hear 503 in time, and what was acknowledged is there. */
class OutageIT {
    private static final String PROTOBUF = "application/x-protobuf";
    /** An SDK's exporter gives up 10 s after its first try (design: INGEST, 2). */
    private static final Duration PATIENCE_OF_AN_SDK = Duration.ofSeconds(10);

    private static final int UNAVAILABLE = 14;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Duration> refusals = new ConcurrentLinkedQueue<>();
    private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();

    @Test
    void nothingAcknowledgedIsLost(@TempDir Path directory) throws Exception {
        try (TestBroker broker = new TestBroker(directory);
                OtlpReceiver receiver = OtlpReceiver.start(
                        OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0))) {
            AtomicBoolean stopping = new AtomicBoolean();
            var senders = Executors.newFixedThreadPool(4);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(senders.submit(() -> {
                    Sender sender = new Sender(receiver.httpPort());
                    while (!stopping.get()) {
                        send(sender);
                    }
                    return null;
                }));
            }
            await(() -> acknowledged.size() > 200);
            broker.stop();
            await(() -> refusals.size() >= 8);
            int before = acknowledged.size();
            broker.start();
            await(() -> acknowledged.size() > before + 200);
            stopping.set(true);
            for (Future<?> sender : running) {
                sender.get();
            }
            senders.shutdown();

            assertThat(statuses).containsExactlyInAnyOrder(200, 503);
            assertThat(refusals).allMatch(took -> took.compareTo(PATIENCE_OF_AN_SDK) < 0);
            assertThat(namesIn(broker)).containsAll(acknowledged);
            assertThat(receiver.counters().accepted()).isEqualTo(acknowledged.size());
            assertThat(receiver.counters().refused()).containsOnlyKeys(Refusal.LOG_UNAVAILABLE);
        }
    }

    /** The door opens before Kafka does: a start in any order loses nothing and hangs nowhere. */
    @Test
    void opensWithoutKafka(@TempDir Path directory) throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            broker.stop();
            try (OtlpReceiver receiver = OtlpReceiver.start(
                    OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0))) {
                Sender sender = new Sender(receiver.httpPort());
                HttpResponse<byte[]> answer =
                        sender.post("/v1/metrics", PROTOBUF, gauge("x", NOON).toByteArray());
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("retry-after")).contains("3");

                broker.start();
                await(() ->
                        sender.post("/v1/metrics", PROTOBUF, gauge("x", NOON).toByteArray())
                                        .statusCode()
                                == 200);
            }
        }
    }

    /** A broker that takes connections and says nothing, as one that is stopped or swaps does. */
    @Test
    void silentKafka_isToldInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                OtlpReceiver receiver = OtlpReceiver.start(OtlpReceiverOptions.of("127.0.0.1:" + silent.getLocalPort())
                        .listeningOn("127.0.0.1", 0, 0))) {
            var senders = Executors.newFixedThreadPool(20);
            List<Future<Void>> sent = senders.invokeAll(Collections.nCopies(20, () -> {
                send(new Sender(receiver.httpPort()));
                return null;
            }));
            senders.shutdown();
            for (Future<Void> one : sent) {
                one.get();
            }

            assertThat(statuses).containsExactly(503);
            assertThat(refusals).hasSize(20).allMatch(took -> took.compareTo(PATIENCE_OF_AN_SDK) < 0);
            assertThat(receiver.counters().logFailures()).isEqualTo(20);
        }
    }

    /** The same over gRPC: UNAVAILABLE with a time to wait, within what an SDK has. */
    @Test
    void silentKafka_isToldOverGrpcToo() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                OtlpReceiver receiver = OtlpReceiver.start(OtlpReceiverOptions.of("127.0.0.1:" + silent.getLocalPort())
                        .listeningOn("127.0.0.1", 0, 0))) {
            byte[] frame = RawGrpc.frame(0, gauge("x", NOON).toByteArray());
            Instant start = Instant.now();

            RawGrpc.Answer answer = new RawGrpc(receiver.grpcPort()).call(RawGrpc.METRICS, frame);

            assertThat(Duration.between(start, Instant.now())).isLessThan(PATIENCE_OF_AN_SDK);
            assertThat(answer.code()).isEqualTo(UNAVAILABLE);
            assertThat(answer.status()
                            .getDetails(0)
                            .unpack(RetryInfo.class)
                            .getRetryDelay()
                            .getSeconds())
                    .isEqualTo(3);
        }
    }

    private void send(Sender sender) throws Exception {
        String name = "n" + number.incrementAndGet();
        Instant start = Instant.now();
        int status = sender.post("/v1/metrics", PROTOBUF, gauge(name, NOON).toByteArray())
                .statusCode();
        statuses.add(status);
        if (status == 200) {
            acknowledged.add(name);
        } else {
            refusals.add(Duration.between(start, Instant.now()));
        }
    }

    private static Set<String> namesIn(TestBroker broker) throws Exception {
        Set<String> names = new HashSet<>();
        for (byte[] value : broker.values(Topics.METRICS)) {
            names.add(ExportMetricsServiceRequest.parseFrom(value)
                    .getResourceMetrics(0)
                    .getScopeMetrics(0)
                    .getMetrics(0)
                    .getName());
        }
        return names;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        Instant deadline = Instant.now().plusSeconds(90);
        while (!condition.holds()) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(50);
        }
    }
}
