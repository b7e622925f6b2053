package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.gzip;
import static io.evenkeel.ingest.TestObjects.span;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.rpc.Status;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.kafka.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Thousands of requests that no exporter would send, drawn from fixed seeds. An answer of 500 would make an honest
 * exporter drop what it holds, and so would no answer at all, so whatever comes is taken or refused by name.
 */
class RubbishIT {
    private static final Set<Integer> DESERVED = Set.of(200, 400, 404, 405, 413, 414, 415, 431);
    /** OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED; never UNKNOWN, INTERNAL or UNAVAILABLE. */
    private static final Set<Integer> DESERVED_CODES = Set.of(0, 3, 8, 12);

    private static final List<String> PATHS =
            List.of("/v1/metrics", "/v1/traces", "/v1/logs", "/v1/metrics", "/v1/foo", "/", "/v1/metrics?x=%41");
    private static final List<String> TYPES = List.of(
            "application/x-protobuf",
            "application/json",
            "application/x-protobuf",
            "application/json",
            "text/plain",
            "application/grpc-web",
            ";;");
    private static final List<String> ENCODINGS =
            List.of("identity", "gzip", "zstd", "gzip", "zstd", "br", "gzip, zstd");
    private static final List<byte[]> HONEST = List.of(
            gauge("queue.depth", NOON, NOON + 1, 0).toByteArray(),
            span("order", utf8("0123456789abcdef")).toByteArray(),
            utf8("""
                    {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},
                    "scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"timeUnixNano":"1","asDouble":1.5}]}}]}]}]}"""),
            utf8("""
                    {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",
                    "spanId":"eee19b7ec3c1b174","name":"n","kind":2,"startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}"""),
            utf8("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"x\"}}]}]}]}"));

    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0));
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    @AfterEach
    void noFaultOfOurs() {
        assertThat(receiver.counters().refused()).doesNotContainKeys(Refusal.UNEXPECTED, Refusal.LOG_UNAVAILABLE);
    }

    @Test
    void bodiesAndHeaders() throws Exception {
        Sender sender = new Sender(receiver.httpPort());
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            String type = pick(TYPES, random);
            String encoding = pick(ENCODINGS, random);
            byte[] body = body(random, encoding);

            HttpResponse<byte[]> answer = sender.post(pick(PATHS, random), type, body, "Content-Encoding", encoding);

            assertThat(answer.statusCode()).as("seed %d", seed).isIn(DESERVED);
            if (answer.statusCode() != 200) {
                assertIsStatus(seed, type, answer);
            }
        }
    }

    @Test
    void frames() throws Exception {
        RawGrpc grpc = new RawGrpc(receiver.grpcPort());
        for (long seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            String encoding = pick(ENCODINGS, random);
            byte[] frame = RawGrpc.frame(random.nextInt(4) == 0 ? 0 : 1, body(random, encoding));
            String path = random.nextInt(10) == 0 ? "/opentelemetry.Nothing/Export" : RawGrpc.METRICS;

            RawGrpc.Answer answer =
                    grpc.call(path, random.nextInt(3) == 0 ? damaged(frame, random) : frame, "grpc-encoding", encoding);

            assertThat(answer.code()).as("seed %d", seed).isIn(DESERVED_CODES);
            assertThat(answer.status().getCode()).as("seed %d", seed).isEqualTo(answer.code());
        }
    }

    /** The head itself is broken, so the connection may be closed instead; but no answer is a 500. */
    @Test
    void heads() throws Exception {
        for (long seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            byte[] body = pick(HONEST, random);
            byte[] head = utf8("POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(damaged(head, random));
            request.write(body);

            String answer = talk(request.toByteArray());

            if (!answer.isEmpty() && answer.startsWith("HTTP/1.1 ")) {
                assertThat(Integer.parseInt(answer.substring(9, 12)))
                        .as("seed %d: %s", seed, answer)
                        .isIn(DESERVED);
            }
        }
        assertThat(new Sender(receiver.httpPort())
                        .post("/v1/metrics", "application/x-protobuf", HONEST.get(0))
                        .statusCode())
                .isEqualTo(200);
    }

    /** Half-closes, so that a request that announces more than it has is not waited for. */
    private static String talk(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", receiver.httpPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException | SocketTimeoutException closed) {
            return "";
        }
    }

    private static void assertIsStatus(long seed, String asked, HttpResponse<byte[]> answer) throws Exception {
        boolean protobuf = asked.equals("application/x-protobuf");
        assertThat(answer.headers().firstValue("content-type"))
                .as("seed %d", seed)
                .contains(protobuf ? asked : "application/json");
        int code = protobuf
                ? Status.parseFrom(answer.body()).getCode()
                : JsonMapper.shared().readTree(answer.body()).get("code").asInt();
        assertThat(code).as("seed %d", seed).isIn(3, 8, 12);
    }

    private static byte[] body(Random random, String encoding) {
        byte[] honest = pick(HONEST, random);
        byte[] plain = switch (random.nextInt(4)) {
            case 0 -> noise(random);
            case 1 -> honest;
            default -> damaged(honest, random);
        };
        byte[] packed = switch (encoding) {
            case "gzip" -> gzip(plain);
            case "zstd" -> Zstd.compress(plain);
            default -> plain;
        };
        return random.nextInt(3) == 0 ? damaged(packed, random) : packed;
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(2000)];
        random.nextBytes(noise);
        return noise;
    }

    /** One to three injuries: cut short, a byte changed, a stretch doubled or blanked. */
    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int injuries = 1 + random.nextInt(3); injuries > 0 && bytes.length > 0; injuries--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(20));
            switch (random.nextInt(4)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
                default -> {
                    byte[] doubled = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, doubled, at + length, bytes.length - at);
                    bytes = doubled;
                }
            }
        }
        return bytes;
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
