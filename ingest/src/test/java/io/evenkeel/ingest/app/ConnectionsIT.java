package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import io.evenkeel.ingest.kafka.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connection may do, and how long: kept alive, HTTP/2, many at a time; and those that only hold on to it. */
class ConnectionsIT {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final byte[] POINT = gauge("x", NOON).toByteArray();
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
    private static final String PING = "\0\0\10\6\0\0\0\0\0evenkeel";

    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(options());
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    private static OtlpReceiverOptions options() {
        return OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0);
    }

    /** A door whose patience with idle connections ends soon, for a few of them. */
    private static OtlpReceiver hasty(int connections) {
        return OtlpReceiver.start(options()
                .withLimits(new Limits(
                        10_000, 5_000, 40_000, Duration.ofSeconds(30), connections, Duration.ofMillis(1500))));
    }

    @Test
    void oneConnectionCarriesManyRequests_alsoBeforeTheirAnswers() throws Exception {
        try (Socket socket = open(receiver)) {
            byte[] head = utf8("POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
                    + "Content-Length: " + POINT.length + "\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(head);
                socket.getOutputStream().write(POINT);
            }
            socket.getOutputStream().flush();

            assertThat(until(socket.getInputStream(), "HTTP/1.1 200", 3)).isEqualTo(3);
        }
    }

    /** As the Node SDK sends, in chunks that cut through fields. */
    @Test
    void chunksOfAnySizeAreOneBody() throws Exception {
        try (Socket socket = open(receiver)) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(utf8("POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"));
            for (byte one : POINT) {
                request.write(utf8("1\r\n"));
                request.write(one);
                request.write(utf8("\r\n"));
            }
            request.write(utf8("0\r\n\r\n"));
            socket.getOutputStream().write(request.toByteArray());

            assertThat(until(socket.getInputStream(), "HTTP/1.1 200", 1)).isEqualTo(1);
        }
    }

    /** The JDK's client asks for the upgrade from HTTP/1.1; the other one begins with HTTP/2. */
    @Test
    void httpTwoIsSpoken_byUpgradeAndFromTheStart() throws Exception {
        HttpResponse<byte[]> upgraded = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.httpPort() + "/v1/metrics"))
                                .header("Content-Type", PROTOBUF)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(POINT))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(upgraded.statusCode()).isEqualTo(200);
        assertThat(upgraded.version()).isEqualTo(HttpClient.Version.HTTP_2);

        WebClient client = WebClient.of("h2c://127.0.0.1:" + receiver.httpPort());
        List<CompletableFuture<AggregatedHttpResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(client.execute(
                            RequestHeaders.of(HttpMethod.POST, "/v1/metrics", HttpHeaderNames.CONTENT_TYPE, PROTOBUF),
                            POINT)
                    .aggregate());
        }
        assertThat(answers)
                .extracting(CompletableFuture::join)
                .allMatch(answer -> answer.status().code() == 200);
    }

    /** The specification lets a server compress its answers; ours are too short to gain by it, so it never does. */
    @Test
    void answersAreNeverCompressed() throws Exception {
        HttpResponse<byte[]> answer = new Sender(receiver.httpPort())
                .post("/v1/metrics", PROTOBUF, new byte[] {1}, "Accept-Encoding", "gzip");

        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
        assertThat(answer.body().length).isLessThan(1000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "an address without end, 414, URI_TOO_LONG",
        "headers without end,    431, HEADERS_TOO_LARGE",
        "no HTTP,                400, MALFORMED_HTTP",
        "a length that is none,  400, MALFORMED_HTTP",
        "a broken chunk,         400, MALFORMED_HTTP",
        "an unknown method,      405, WRONG_METHOD",
        "an unknown expectation, 400, MALFORMED_HTTP",
    })
    void brokenHttp_isRefusedAsAStatus(String story, int status, Refusal reason) throws Exception {
        String start = "POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        String request = switch (story) {
            case "an address without end" -> "POST /v1/" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n";
            case "headers without end" -> start + "X: " + "a".repeat(9000) + "\r\n\r\n";
            case "no HTTP" -> "\1\2\3\4 rubbish\r\n\r\n";
            case "a length that is none" -> start + "Content-Length: much\r\n\r\n";
            case "a broken chunk" -> start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n";
            case "an unknown method" -> "BREW /v1/metrics HTTP/1.1\r\nHost: x\r\n\r\n";
            default -> start + "Expect: wonders\r\nContent-Length: 0\r\n\r\n";
        };
        try (Socket socket = open(receiver)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status)
                    .contains("content-type: application/json")
                    .contains("\r\n\r\n{\"code\":" + reason.grpcCode() + ",\"message\":\"");
            assertThat(receiver.counters().refused().get(reason)).isPositive();
        }
    }

    /** Neither silence nor a trickle nor pings keep a connection: only requests do. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"silence", "a head that trickles", "a second head that trickles", "pings"})
    void connectionWithoutRequests_isClosed(String story) throws Exception {
        String first = switch (story) {
            case "a head that trickles" -> "POST /v1/metrics HTTP/1.1\r\nX: ";
            case "a second head that trickles" -> "GET / HTTP/1.1\r\nHost: x\r\n\r\nPOST /v1/metrics HTTP/1.1\r\nX: ";
            case "pings" -> PREFACE;
            default -> "";
        };
        String more = story.equals("pings") ? PING : story.equals("silence") ? "" : "a";
        try (OtlpReceiver hasty = hasty(100);
                Socket socket = open(hasty)) {
            assertThat(staysOpenWhile(socket, first, more)).isFalse();
        }
    }

    /** The limit holds however many come, and a place that is left is free again. */
    @Test
    void connectionsAboveTheLimit_areClosedAndTheOthersServed() throws Exception {
        try (OtlpReceiver small = hasty(3)) {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(open(small));
                held.get(i).getOutputStream().write(utf8("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
                assertThat(until(held.get(i).getInputStream(), "HTTP/1.1 404", 1))
                        .isEqualTo(1);
            }
            try (Socket oneTooMany = open(small)) {
                assertThat(isClosed(oneTooMany)).isTrue();
            }
            for (Socket socket : held) {
                socket.close();
            }
            Sender sender = new Sender(small.httpPort());
            int status = 0;
            for (int tries = 0; tries < 100 && status != 200; tries++) {
                try {
                    status = sender.post("/v1/metrics", PROTOBUF, POINT).statusCode();
                } catch (IOException notYet) {
                    assertThat(notYet).hasMessageNotContaining("refused");
                }
            }
            assertThat(status).isEqualTo(200);
        }
    }

    private static Socket open(OtlpReceiver door) throws IOException {
        Socket socket = new Socket("127.0.0.1", door.httpPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** How often a text came before the stream ended or had it often enough. */
    private static int until(InputStream in, String text, int often) throws IOException {
        StringBuilder said = new StringBuilder();
        byte[] buffer = new byte[4096];
        int found = 0;
        while (found < often) {
            int length = in.read(buffer);
            if (length < 0) {
                break;
            }
            said.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            found = said.toString().split(text, -1).length - 1;
        }
        return found;
    }

    /** Writes a little ten times a second until the other side closes; the wait for an answer is the pause. */
    private static boolean staysOpenWhile(Socket socket, String first, String more) throws IOException {
        socket.setSoTimeout(100);
        socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < 200; i++) {
            try {
                if (socket.getInputStream().read(new byte[4096]) < 0) {
                    return false;
                }
            } catch (SocketTimeoutException silent) {
                try {
                    socket.getOutputStream().write(more.getBytes(StandardCharsets.ISO_8859_1));
                } catch (SocketException closed) {
                    return false;
                }
            } catch (SocketException closed) {
                return false;
            }
        }
        return true;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }
}
