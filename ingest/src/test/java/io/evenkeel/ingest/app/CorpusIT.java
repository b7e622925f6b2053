package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.ingest.kafka.TestBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A corpus of OTLP bodies from real exporters, with bad ones derived from them. It is too large for the repository: its
 * directory is named by the system property {@code evenkeel.data} or the environment variable EVENKEEL_DATA (the
 * directory that has {@code otlp/MANIFEST.tsv}); without it these tests are skipped and say so.
 */
class CorpusIT {
    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;
    private static Sender sender;

    @BeforeAll
    static void start() throws Exception {
        if (!isThere()) {
            return; // each test says so for itself: an assumption that fails here would hide them from the report
        }
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0));
        sender = new Sender(receiver.httpPort());
    }

    @AfterAll
    static void stop() {
        if (receiver != null) {
            receiver.close();
            broker.close();
        }
    }

    private static Path directoryOfCorpus() {
        return Path.of(System.getProperty("evenkeel.data", System.getenv().getOrDefault("EVENKEEL_DATA", "")))
                .resolve("otlp");
    }

    private static boolean isThere() {
        return Files.exists(directoryOfCorpus().resolve("MANIFEST.tsv"));
    }

    private static Path corpus() {
        assumeTrue(
                isThere(),
                "SKIPPED: no OTLP corpus; name the directory that has otlp/MANIFEST.tsv by -Devenkeel.data=... or"
                        + " EVENKEEL_DATA");
        return directoryOfCorpus();
    }

    static Stream<Path> validFiles() throws Exception {
        if (!isThere()) {
            return Stream.of(directoryOfCorpus().resolve("valid"));
        }
        try (Stream<Path> files = Files.list(directoryOfCorpus().resolve("valid"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("validFiles")
    void validBodies_areTakenWhole(Path file) throws Exception {
        corpus();
        HttpResponse<byte[]> answer = post(file);

        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(text(answer)).as("full success").isIn("", "{}");
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource({
        "truncated.json, 400, invalid OTLP JSON",
        "not-json.json, 400, invalid OTLP JSON",
        "snake-case-keys.json, 200, {}",
        "enum-name.json, 200, {}",
        "enum-name-unknown.json, 400, Span.kind",
        "traceid-odd-hex.json, 400, trace_id wants hex",
        "traceid-base64.json, 400, trace_id wants hex",
        "traceid-8-bytes.json, 200, rejectedSpans\":\"1\"",
        "traceid-all-zero.json, 200, rejectedSpans\":\"1\"",
        "wrong-type.json, 400, resource_spans wants an array",
        "int64-overflow.json, 400, start_time_unix_nano wants",
        "deep-nesting.json, 400, invalid OTLP JSON",
        "truncated.pb, 400, invalid protobuf",
        "random.pb, 400, invalid protobuf",
        "bad-wiretype.pb, 400, invalid protobuf",
        "huge-length-prefix.pb, 400, invalid protobuf",
        "invalid-utf8.pb, 400, UTF-8",
        "bad-gzip.gz, 400, corrupt",
        "bomb-200MiB.json.gz, 413, larger than 67108864 bytes",
        "metrics-bucket-mismatch.json, 200, rejectedDataPoints\":\"1\"",
        "metrics-temporality-unspecified.json, 200, rejectedDataPoints\":\"1\"",
        "span-end-before-start.json, 200, {}",
        "future-timestamp.json, 200, {}",
        "zero-timestamp.json, 200, rejectedDataPoints\":\"1\"",
    })
    void badBodies_getTheAnswerTheyDeserve(String name, int status, String says) throws Exception {
        HttpResponse<byte[]> answer = post(corpus().resolve("invalid").resolve(name));

        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(text(answer)).contains(says);
        assertThat(answer.headers().firstValue("content-type")).contains(contentType(name));
    }

    private static HttpResponse<byte[]> post(Path file) throws Exception {
        String name = file.getFileName().toString();
        byte[] body = Files.readAllBytes(file);
        String path = "/v1/" + signal(name, body);
        return name.endsWith(".gz")
                ? sender.post(path, contentType(name), body, "Content-Encoding", "gzip")
                : sender.post(path, contentType(name), body);
    }

    private static String contentType(String name) {
        return name.endsWith(".pb") ? "application/x-protobuf" : "application/json";
    }

    private static String signal(String name, byte[] body) {
        String start = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
        if (name.contains("metrics") || start.contains("resourceMetrics")) {
            return "metrics";
        }
        if (name.contains("logs") || start.contains("resourceLogs")) {
            return "logs";
        }
        return "traces";
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
