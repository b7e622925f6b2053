package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.gzip;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.rpc.Status;
import io.evenkeel.ingest.DoorSnapshot;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.SenderTokens;
import io.evenkeel.ingest.TestObjects;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import io.evenkeel.ingest.app.ReceiverStartException.Problem;
import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OTLP/HTTP on a real port with a real Kafka behind it. */
class OtlpReceiverIT {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final byte[] POINT = gauge("queue.depth", NOON).toByteArray();
    private static final byte[] JSON_POINT = utf8("""
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"queue.depth","gauge":{"dataPoints":[
            {"timeUnixNano":"1700000000000000000","asInt":"7"}]}}]}]}]}""");

    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;
    private static Sender sender;
    private static final AtomicBoolean DISK_NEARLY_FULL = new AtomicBoolean();

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(options().withDiskNearlyFull(DISK_NEARLY_FULL::get));
        sender = new Sender(receiver.httpPort());
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    private static OtlpReceiverOptions options() {
        return OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0);
    }

    @Test
    void storesTheVeryBytesOfASmallProtobufRequest() throws Exception {
        byte[] body = gauge("very.bytes", NOON).toByteArray();

        HttpResponse<byte[]> answer = sender.post("/v1/metrics", PROTOBUF, body);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains(PROTOBUF);
        assertThat(answer.body())
                .as("full success leaves partial_success unset")
                .isEmpty();
        assertThat(broker.values(Topics.METRICS)).containsOnlyOnce(body);
    }

    @Test
    void answersJsonInJson() throws Exception {
        HttpResponse<byte[]> answer = sender.post("/v1/metrics", "application/json; charset=utf-8", JSON_POINT);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains(JSON);
        assertThat(text(answer)).isEqualTo("{}");
    }

    @Test
    void takesGzipAndChunkedBodies() throws Exception {
        assertThat(sender.post("/v1/metrics", PROTOBUF, gzip(POINT), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(200);
        assertThat(sender.postChunked("/v1/metrics", JSON, JSON_POINT).statusCode())
                .isEqualTo(200);
        assertThat(sender.postChunked("/v1/metrics", PROTOBUF, gzip(POINT), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(200);
    }

    /** "If the request is empty, the server SHOULD respond with success"; nothing is worth a Kafka record. */
    @Test
    void emptyRequestIsASuccessWithoutARecord() throws Exception {
        int before = broker.values(Topics.LOGS).size();

        assertThat(sender.post("/v1/logs", PROTOBUF, new byte[0]).statusCode()).isEqualTo(200);
        assertThat(sender.post("/v1/logs", JSON, utf8("{}")).statusCode()).isEqualTo(200);
        assertThat(sender.post("/v1/logs", JSON, utf8("{\"resourceLogs\":[{}]}"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(broker.values(Topics.LOGS)).hasSize(before);
    }

    @Test
    void cutsALargeRequestIntoRecordsThatKafkaTakes() throws Exception {
        int before = broker.values(Topics.METRICS).size();
        byte[] body =
                gauge("large", LongStream.range(NOON, NOON + 200_000).toArray()).toByteArray();

        assertThat(sender.post("/v1/metrics", PROTOBUF, body).statusCode()).isEqualTo(200);

        List<byte[]> records = broker.values(Topics.METRICS);
        assertThat(records).hasSizeGreaterThan(before + 4).allMatch(record -> record.length <= 900_000);
        assertThat(pointsOf(records, "large")).isEqualTo(200_000);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"/v1/foo, 404", "/, 404", "/v1/metrics/, 404"})
    void unknownPath_isNotFound(String path, int status) throws Exception {
        HttpResponse<byte[]> answer = sender.post(path, PROTOBUF, POINT);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Status.parseFrom(answer.body()).getMessage()).contains("/v1/metrics");
    }

    @Test
    void refusesWhatIsNoExport() throws Exception {
        HttpResponse<byte[]> get = sender.get("/v1/metrics");
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("allow")).contains("POST");
        assertThat(sender.post("/v1/metrics", "text/plain", POINT).statusCode()).isEqualTo(415);
        assertThat(sender.post("/v1/metrics", PROTOBUF, POINT, "Content-Encoding", "br")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void malformedProtobuf_isToldAsAProtobufStatus() throws Exception {
        HttpResponse<byte[]> answer = sender.post("/v1/metrics", PROTOBUF, Arrays.copyOf(POINT, POINT.length - 1));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).contains(PROTOBUF);
        Status status = Status.parseFrom(answer.body());
        assertThat(status.getCode()).isEqualTo(3);
        assertThat(status.getMessage()).contains("invalid protobuf");
    }

    @Test
    void malformedJson_isToldAsAJsonStatus() throws Exception {
        HttpResponse<byte[]> answer = sender.post("/v1/metrics", JSON, utf8("{\"resourceMetrics\":"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).contains(JSON);
        assertThat(text(answer)).startsWith("{\"code\":3,\"message\":\"invalid OTLP JSON");
    }

    @Test
    void corruptGzip_isTheSendersFault() throws Exception {
        byte[] packed = gzip(POINT);
        byte[] broken = packed.clone();
        broken[packed.length / 2] ^= 0x55;

        assertThat(sender.post("/v1/metrics", PROTOBUF, broken, "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
        assertThat(sender.post("/v1/metrics", PROTOBUF, POINT, "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
        assertThat(sender.post("/v1/metrics", PROTOBUF, Arrays.copyOf(packed, 15), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
    }

    /** 300 MB of zeros in 300 kB; the heap of this JVM is smaller than twenty of them. */
    @Test
    void gzipBombs_stopAtTheLimit() throws Exception {
        byte[] bomb = gzip(new byte[300_000_000]);

        var senders = Executors.newFixedThreadPool(20);
        List<Future<Integer>> answers = senders.invokeAll(Collections.nCopies(
                20,
                () -> sender.post("/v1/metrics", PROTOBUF, bomb, "Content-Encoding", "gzip")
                        .statusCode()));
        senders.shutdown();

        // Only some fit into the byte budget at a time; the others are told to come back.
        assertThat(answers).extracting(Future::get).contains(413).isSubsetOf(413, 503);
        assertThat(sender.post("/v1/metrics", PROTOBUF, POINT).statusCode()).isEqualTo(200);
    }

    @Test
    void nearlyFullDisk_closesTheDoor() throws Exception {
        DISK_NEARLY_FULL.set(true);
        try {
            HttpResponse<byte[]> answer = sender.post("/v1/metrics", JSON, JSON_POINT);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).contains("3");
            assertThat(text(answer)).contains("disk is nearly full").contains("\"retryDelay\":\"3s\"");
        } finally {
            DISK_NEARLY_FULL.set(false);
        }
        assertThat(sender.post("/v1/metrics", JSON, JSON_POINT).statusCode()).isEqualTo(200);
    }

    /** A 500 would make the sender drop its batch, so even our own faults are told as 503. */
    @Test
    void faultOfOurs_isNever500() throws Exception {
        try (OtlpReceiver faulty = OtlpReceiver.start(options().withDiskNearlyFull(() -> {
            throw new IllegalStateException("thrown by a test");
        }))) {
            assertThat(new Sender(faulty.httpPort())
                            .post("/v1/metrics", PROTOBUF, POINT)
                            .statusCode())
                    .isEqualTo(503);
            assertThat(faulty.counters().refused()).containsEntry(Refusal.UNEXPECTED, 1L);
        }
    }

    @Test
    void limitsHoldBeforeAndAfterDecompression() throws Exception {
        try (OtlpReceiver small = OtlpReceiver.start(options()
                .withLimits(new Limits(10_000, 5_000, 40_000, Duration.ofSeconds(30), 100, Duration.ofSeconds(75))))) {
            Sender toSmall = new Sender(small.httpPort());
            byte[] large = gauge("x", new long[1_000]).toByteArray();

            assertThat(toSmall.post("/v1/metrics", PROTOBUF, new byte[10_001]).statusCode())
                    .isEqualTo(413);
            assertThat(toSmall.postChunked("/v1/metrics", PROTOBUF, new byte[10_001])
                            .statusCode())
                    .isEqualTo(413);
            assertThat(large).hasSizeGreaterThan(10_000);
            assertThat(toSmall.post("/v1/metrics", PROTOBUF, gzip(large), "Content-Encoding", "gzip")
                            .statusCode())
                    .isEqualTo(413);
            assertThat(toSmall.post("/v1/metrics", PROTOBUF, POINT).statusCode())
                    .isEqualTo(200);
        }
    }

    /** A sender that trickles its body holds neither a thread nor its share of the budget for ever. */
    @Test
    void slowSender_isTurnedAway() throws Exception {
        try (OtlpReceiver hasty = OtlpReceiver.start(options()
                        .withLimits(new Limits(
                                10_000, 5_000, 40_000, Duration.ofMillis(300), 100, Duration.ofSeconds(75))));
                Socket socket = new Socket("127.0.0.1", hasty.httpPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(utf8("POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
                            + "Content-Length: 100\r\n\r\nab"));

            byte[] start = socket.getInputStream().readNBytes(12);

            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 503");
            assertThat(hasty.counters().refused()).containsEntry(Refusal.SLOW_SENDER, 1L);
        }
    }

    @Test
    void token_isAskedOfEverySender() throws Exception {
        Path file =
                Files.writeString(directory.resolve("token"), SenderTokens.line("shop", "0123456789abcdef", 0) + "\n");
        try (OtlpReceiver guarded =
                OtlpReceiver.start(options().listeningOn("0.0.0.0", 0, 0).withGuard(new Guard(file, null)))) {
            Sender toGuarded = new Sender(guarded.httpPort());

            HttpResponse<byte[]> without = toGuarded.post("/v1/metrics", PROTOBUF, POINT);
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.headers().firstValue("www-authenticate")).contains("Bearer");
            assertThat(toGuarded
                            .post("/v1/metrics", PROTOBUF, POINT, "Authorization", "Bearer 0123456789abcdeX")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(toGuarded
                            .post("/v1/metrics", PROTOBUF, POINT, "Authorization", "Bearer 0123456789abcdef")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @Timeout(30)
    void tokenTakenFromTheFile_opensNothingAnyMore() throws Exception {
        Path file = directory.resolve("changing");
        Files.write(
                file,
                List.of(
                        SenderTokens.line("stays", "stays-0123456789", 0),
                        SenderTokens.line("leaves", "leaves-0123456789", 0)));
        try (OtlpReceiver guarded = OtlpReceiver.start(options().withGuard(new Guard(file, null)))) {
            Sender toGuarded = new Sender(guarded.httpPort());
            String[] leaving = {"Authorization", "Bearer leaves-0123456789"};
            assertThat(toGuarded.post("/v1/metrics", PROTOBUF, POINT, leaving).statusCode())
                    .isEqualTo(200);

            Files.write(file, List.of(SenderTokens.line("stays", "stays-0123456789", 0)));
            while (toGuarded.post("/v1/metrics", PROTOBUF, POINT, leaving).statusCode() != 401) {
                Thread.sleep(50);
            }

            assertThat(toGuarded
                            .post("/v1/metrics", PROTOBUF, POINT, "Authorization", "Bearer stays-0123456789")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @Timeout(30)
    void lastSenderTakenFromTheFile_isShutOutToo_andAnotherMayBeLetIn() throws Exception {
        Path file = directory.resolve("emptied");
        Files.write(file, List.of("# ours", SenderTokens.line("last", "last-0123456789", 0)));
        try (OtlpReceiver guarded = OtlpReceiver.start(options().withGuard(new Guard(file, null)))) {
            Sender toGuarded = new Sender(guarded.httpPort());
            String[] last = {"Authorization", "Bearer last-0123456789"};
            assertThat(toGuarded.post("/v1/metrics", PROTOBUF, POINT, last).statusCode())
                    .isEqualTo(200);

            Files.write(file, List.of("# ours"));
            while (toGuarded.post("/v1/metrics", PROTOBUF, POINT, last).statusCode() != 401) {
                Thread.sleep(50);
            }

            String[] next = {"Authorization", "Bearer next-0123456789"};
            Files.write(file, List.of("# ours", SenderTokens.line("next", "next-0123456789", 0)));
            while (toGuarded.post("/v1/metrics", PROTOBUF, POINT, next).statusCode() != 200) {
                Thread.sleep(50);
            }
            assertThat(toGuarded.post("/v1/metrics", PROTOBUF, POINT, last).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void senderOverItsLimit_isToldToComeBackAndTheOthersAreNot() throws Exception {
        Path file = directory.resolve("limited");
        Files.write(
                file,
                List.of(
                        SenderTokens.line("greedy", "greedy-0123456789", 1),
                        SenderTokens.line("modest", "modest-0123456789", 0)));
        try (OtlpReceiver guarded = OtlpReceiver.start(options().withGuard(new Guard(file, null)))) {
            Sender toGuarded = new Sender(guarded.httpPort());
            String[] greedy = {"Authorization", "Bearer greedy-0123456789"};
            assertThat(toGuarded.post("/v1/metrics", PROTOBUF, POINT, greedy).statusCode())
                    .isEqualTo(200);

            HttpResponse<byte[]> over = toGuarded.post("/v1/metrics", PROTOBUF, POINT, greedy);

            assertThat(over.statusCode()).isEqualTo(429);
            assertThat(over.headers().firstValue("retry-after")).contains("3");
            assertThat(toGuarded
                            .post("/v1/metrics", PROTOBUF, POINT, "Authorization", "Bearer modest-0123456789")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void zstd_isTakenAndItsLimitsHold() throws Exception {
        byte[] packed = Zstd.compress(POINT);
        assertThat(sender.post("/v1/metrics", PROTOBUF, packed, "Content-Encoding", "zstd")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> cut = sender.post(
                "/v1/metrics", PROTOBUF, Arrays.copyOf(packed, packed.length - 3), "Content-Encoding", "zstd");
        assertThat(cut.statusCode()).isEqualTo(400);

        byte[] bomb = Zstd.compress(new byte[80_000_000]);
        assertThat(sender.post("/v1/metrics", PROTOBUF, bomb, "Content-Encoding", "zstd")
                        .statusCode())
                .isEqualTo(413);
    }

    /** What the application says of itself is stored, its secrets are not. */
    @Test
    void secretsNeverReachKafka() throws Exception {
        ExportMetricsServiceRequest.Builder request = gauge("secrets.masked", NOON).toBuilder();
        request.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .addAttributes(TestObjects.text("process.command_line", "java -Ddb.password=geheim -jar shop.jar"))
                .addAttributes(TestObjects.text("http.request.header.authorization", "Bearer geheimgeheim"));
        sender.post("/v1/metrics", PROTOBUF, request.build().toByteArray());

        assertThat(broker.values(Topics.METRICS).stream()
                        .map(record -> new String(record, StandardCharsets.ISO_8859_1))
                        .filter(record -> record.contains("secrets.masked")))
                .singleElement()
                .asString()
                .contains("-jar shop.jar")
                .doesNotContain("geheim");
    }

    @Test
    void refusesToOpenBeyondLoopbackWithoutAToken() {
        assertThatThrownBy(() -> OtlpReceiver.start(options().listeningOn("0.0.0.0", 0, 0)))
                .isInstanceOfSatisfying(
                        ReceiverStartException.class,
                        problem -> assertThat(problem.problem()).isEqualTo(Problem.BEYOND_LOOPBACK_UNGUARDED))
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("token file");
    }

    @Test
    void unusableTokenFile_isToldAtStart() throws Exception {
        Path plain = Files.writeString(directory.resolve("plain"), "# senders\n\nhunter2hunter2hunter2\n");
        assertThatThrownBy(() -> OtlpReceiver.start(options().withGuard(new Guard(plain, null))))
                .isInstanceOf(ReceiverStartException.class)
                .hasMessageContaining(plain.toString())
                .hasMessageContaining("line 3 is not NAME sha256:HASH")
                .hasMessageNotContaining("hunter2");
        Guard absent = new Guard(directory.resolve("absent"), null);
        assertThatThrownBy(() -> OtlpReceiver.start(options().withGuard(absent)))
                .isInstanceOf(ReceiverStartException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void takenPort_isToldAtStart() {
        assertThatThrownBy(() -> OtlpReceiver.start(options().listeningOn("127.0.0.1", receiver.httpPort(), 0)))
                .isInstanceOfSatisfying(
                        ReceiverStartException.class,
                        problem -> assertThat(problem.problem()).isEqualTo(Problem.PORT_UNAVAILABLE))
                .hasMessageContaining(String.valueOf(receiver.httpPort()));
    }

    /** The law in DoorCounters' Javadoc, after whatever the other tests have sent. */
    @Test
    void countersObeyTheirLaw() throws Exception {
        sender.post("/v1/metrics", PROTOBUF, POINT);
        sender.post("/v1/metrics", PROTOBUF, new byte[] {1});

        DoorSnapshot counted = receiver.counters();

        long refused =
                counted.refused().values().stream().mapToLong(Long::longValue).sum();
        assertThat(counted.received()).isEqualTo(counted.accepted() + refused + counted.inFlight());
        assertThat(counted.inFlight()).isZero();
        assertThat(counted.refused().get(Refusal.MALFORMED)).isPositive();
        assertThat(counted.items().values())
                .anySatisfy(items -> assertThat(items.accepted()).isPositive());
        assertThat(counted.logFailures()).isZero();
    }

    private static long pointsOf(List<byte[]> records, String metric) throws Exception {
        long points = 0;
        for (byte[] record : records) {
            points += ExportMetricsServiceRequest.parseFrom(record).getResourceMetricsList().stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .filter(found -> found.getName().equals(metric))
                    .mapToLong(found -> found.getGauge().getDataPointsCount())
                    .sum();
        }
        return points;
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
