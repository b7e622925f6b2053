package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.evenkeel.ingest.SenderTokens;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every refusal as both transports tell it: the status that decides whether an exporter sends again, and a google.rpc.Status
 * in the request's content type. No Kafka runs here, so what is not refused before ends as "Kafka is away".
 */
class RefusalsIT {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final String PATH = "/v1/metrics";
    private static final int LIMIT = 200_000;
    private static final byte[] GOOD = gauge("x", NOON).toByteArray();
    private static final byte[] GOOD_JSON = """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"x","gauge":{"dataPoints":[
            {"timeUnixNano":"1700000000000000000","asInt":"7"}]}}]}]}]}""".getBytes();

    /** google.rpc.Code; "Only if the server signals that the recovery is possible" RESOURCE_EXHAUSTED (8) too. */
    private static final Set<Integer> RETRYABLE_CODES = Set.of(1, 4, 10, 11, 14, 15);

    private static final int RESOURCE_EXHAUSTED = 8;

    @TempDir
    static Path directory;

    private static OtlpReceiver receiver;
    private static OtlpReceiver guarded;
    private static volatile BooleanSupplier disk = () -> false;

    @BeforeAll
    static void start() throws Exception {
        OtlpReceiverOptions options = OtlpReceiverOptions.of("127.0.0.1:1")
                .listeningOn("127.0.0.1", 0, 0)
                .withLimits(new Limits(LIMIT, 100_000, 2L * LIMIT, Duration.ofSeconds(30), 100, Duration.ofSeconds(75)))
                .withDiskNearlyFull(() -> disk.getAsBoolean());
        receiver = OtlpReceiver.start(options);
        Path tokens = directory.resolve("tokens");
        Files.write(tokens, List.of(SenderTokens.line("greedy", "greedy-0123456789", 1)));
        guarded = OtlpReceiver.start(options.withGuard(new Guard(tokens, null)));
        // Uses its limit up.
        new Sender(guarded.httpPort()).post(PATH, PROTOBUF, GOOD, "Authorization", "Bearer greedy-0123456789");
    }

    @AfterAll
    static void stop() {
        receiver.close();
        guarded.close();
    }

    /** One reason to refuse, and how it is told. */
    enum Case {
        MALFORMED(400, 3),
        CORRUPT_GZIP(400, 3),
        CORRUPT_ZSTD(400, 3),
        UNKNOWN_COMPRESSION(400, 12),
        TOO_LARGE(413, RESOURCE_EXHAUSTED),
        TOO_LARGE_UNPACKED(413, RESOURCE_EXHAUSTED),
        UNKNOWN_PATH(404, 12),
        NO_TOKEN(401, 16),
        OVER_LIMIT(429, RESOURCE_EXHAUSTED),
        DISK_NEARLY_FULL(503, 14),
        FAULT_OF_OURS(503, 14),
        KAFKA_AWAY(503, 14);

        final int http;
        final int grpc;

        Case(int http, int grpc) {
            this.http = http;
            this.grpc = grpc;
        }

        boolean mayRetry() {
            return http == 503 || http == 429;
        }

        OtlpReceiver door() {
            return this == NO_TOKEN || this == OVER_LIMIT ? guarded : receiver;
        }

        String compression() {
            return switch (this) {
                case CORRUPT_GZIP, TOO_LARGE_UNPACKED -> "gzip";
                case CORRUPT_ZSTD -> "zstd";
                case UNKNOWN_COMPRESSION -> "br";
                default -> "identity";
            };
        }

        String authorization() {
            return this == OVER_LIMIT ? "Bearer greedy-0123456789" : "none";
        }

        byte[] body(byte[] good) {
            return switch (this) {
                case MALFORMED -> Arrays.copyOf(good, good.length - 1);
                case CORRUPT_GZIP -> Arrays.copyOf(gzip(good), 20);
                case CORRUPT_ZSTD -> Arrays.copyOf(Zstd.compress(good), 20);
                case TOO_LARGE -> new byte[LIMIT + 1];
                case TOO_LARGE_UNPACKED -> gzip(new byte[LIMIT + 1]);
                default -> good;
            };
        }

        BooleanSupplier disk() {
            return switch (this) {
                case DISK_NEARLY_FULL -> () -> true;
                case FAULT_OF_OURS ->
                    () -> {
                        throw new IllegalStateException("thrown by a test");
                    };
                default -> () -> false;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void httpInProtobuf(Case refusal) throws Exception {
        HttpResponse<byte[]> answer = post(refusal, PROTOBUF, GOOD);

        assertHead(refusal, answer, PROTOBUF);
        Status status = Status.parseFrom(answer.body());
        assertThat(status.getCode()).isEqualTo(refusal.grpc);
        assertThat(status.getMessage()).isNotBlank();
        assertDetails(refusal, status);
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void httpInJson(Case refusal) throws Exception {
        HttpResponse<byte[]> answer = post(refusal, JSON, GOOD_JSON);

        assertHead(refusal, answer, JSON);
        JsonNode status = JsonMapper.shared().readTree(answer.body());
        assertThat(status.get("code").asInt()).isEqualTo(refusal.grpc);
        assertThat(status.get("message").asString()).isNotBlank();
        JsonNode detail = status.path("details").path(0);
        assertThat(detail.path("retryDelay").asString("")).isEqualTo(refusal.mayRetry() ? "3s" : "");
        assertThat(detail.path("fieldViolations").path(0).path("description").asString(""))
                .isEqualTo(refusal.http == 400 ? status.get("message").asString() : "");
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void grpc(Case refusal) throws Exception {
        disk = refusal.disk();
        boolean packed =
                refusal.compression().equals("gzip") || refusal.compression().equals("zstd");
        RawGrpc.Answer answer = new RawGrpc(refusal.door().grpcPort())
                .call(
                        refusal == Case.UNKNOWN_PATH ? RawGrpc.METRICS + "All" : RawGrpc.METRICS,
                        RawGrpc.frame(packed ? 1 : 0, refusal.body(GOOD)),
                        "grpc-encoding",
                        refusal.compression(),
                        "authorization",
                        refusal.authorization());
        disk = () -> false;

        assertThat(answer.code()).isEqualTo(refusal.grpc);
        assertThat(answer.message()).isNotBlank();
        assertThat(answer.status().getCode()).isEqualTo(refusal.grpc);
        assertDetails(refusal, answer.status());
        boolean exporterSendsAgain =
                RETRYABLE_CODES.contains(answer.code()) || answer.code() == RESOURCE_EXHAUSTED && refusal.mayRetry();
        assertThat(exporterSendsAgain).isEqualTo(refusal.mayRetry());
    }

    @Test
    void whatOnlyHttpHas() throws Exception {
        Sender sender = new Sender(receiver.httpPort());
        HttpResponse<byte[]> text = sender.post(PATH, "text/plain", GOOD);
        HttpResponse<byte[]> get = sender.get(PATH);

        for (Map.Entry<Integer, HttpResponse<byte[]>> told :
                Map.of(415, text, 405, get).entrySet()) {
            HttpResponse<byte[]> answer = told.getValue();
            assertThat(answer.statusCode()).isEqualTo(told.getKey());
            assertThat(answer.headers().firstValue("content-type"))
                    .as("JSON where the request names neither")
                    .contains(JSON);
            assertThat(JsonMapper.shared().readTree(answer.body()).get("code").asInt())
                    .isEqualTo(12);
        }
    }

    private static HttpResponse<byte[]> post(Case refusal, String contentType, byte[] good) throws Exception {
        disk = refusal.disk();
        HttpResponse<byte[]> answer = new Sender(refusal.door().httpPort())
                .post(
                        refusal == Case.UNKNOWN_PATH ? "/v1/profiles" : PATH,
                        contentType,
                        refusal.body(good),
                        "Content-Encoding",
                        refusal.compression(),
                        "Authorization",
                        refusal.authorization());
        disk = () -> false;
        return answer;
    }

    private static void assertHead(Case refusal, HttpResponse<byte[]> answer, String contentType) {
        assertThat(answer.statusCode()).isEqualTo(refusal.http);
        assertThat(answer.headers().firstValue("content-type")).contains(contentType);
        assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(refusal.mayRetry());
    }

    private static void assertDetails(Case refusal, Status status) throws Exception {
        if (refusal.mayRetry()) {
            assertThat(only(status).unpack(RetryInfo.class).getRetryDelay().getSeconds())
                    .isEqualTo(3);
        } else if (refusal.http == 400) {
            assertThat(only(status)
                            .unpack(BadRequest.class)
                            .getFieldViolations(0)
                            .getDescription())
                    .isEqualTo(status.getMessage());
        } else {
            assertThat(status.getDetailsList()).isEmpty();
        }
    }

    private static Any only(Status status) {
        assertThat(status.getDetailsList()).hasSize(1);
        return status.getDetails(0);
    }
}
