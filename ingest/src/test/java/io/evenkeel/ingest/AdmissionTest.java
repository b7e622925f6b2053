package io.evenkeel.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.Verdict.Accepted;
import io.evenkeel.ingest.Verdict.Refused;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import io.evenkeel.wire.otlp.SlicedRequest;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionTest {
    private static final Load CALM = new Load(0, 10_000, false, false);
    private static final Admission OPEN = admission(null);
    private static final String GRPC_METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    @ParameterizedTest(name = "{0} {1} {2} {3} -> {4}")
    @CsvSource({
        "POST, /v1/metrics, application/x-protobuf,          ,         ACCEPTED",
        "POST, /v1/traces,  application/json,                gzip,     ACCEPTED",
        "POST, /v1/logs,    Application/JSON; charset=utf-8, GZIP,     ACCEPTED",
        "POST, /v1/logs,    application/json,                identity, ACCEPTED",
        "POST, /v1/logs,    application/json,                none,     ACCEPTED",
        "POST, /v1/logs,    application/json,                zstd,     ACCEPTED",
        "POST, /v1/logs,    application/json,                br,       UNKNOWN_COMPRESSION",
        "POST, /v1/logs,    application/json,                'gzip, gzip', UNKNOWN_COMPRESSION",
        "POST, /v1/logs,    text/plain,                      ,         WRONG_CONTENT_TYPE",
        "POST, /v1/logs,    ,                                ,         WRONG_CONTENT_TYPE",
        "GET,  /v1/logs,    application/json,                ,         WRONG_METHOD",
        "POST, /v1/foo,     application/json,                ,         UNKNOWN_PATH",
        "GET,  /v1/foo,     ,                                ,         UNKNOWN_PATH",
        "POST, " + GRPC_METRICS + ", application/grpc,       gzip,     ACCEPTED",
        "POST, " + GRPC_METRICS + ", application/grpc+proto, ,         ACCEPTED",
        "POST, " + GRPC_METRICS + ", application/grpc-web,   ,         WRONG_CONTENT_TYPE",
        "POST, " + GRPC_METRICS + ", application/json,       ,         UNKNOWN_PATH",
        "POST, /v1/metrics, application/grpc,                ,         UNKNOWN_PATH",
    })
    void headDecides(String method, String path, String contentType, String compression, String expected) {
        RequestHead head = new RequestHead(method, path, contentType, compression, null, -1);

        assertThat(nameOf(OPEN.atDoor(head, CALM))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} bytes announced, {1} in flight, disk full {2}, closing {3} -> {4}")
    @CsvSource({
        "-1,   0,      false, false, ACCEPTED",
        "5000, 5000,   false, false, ACCEPTED",
        "5001, 0,      false, false, TOO_LARGE",
        "5000, 5001,   false, false, TOO_BUSY",
        "-1,   10001,  false, false, TOO_BUSY",
        "1,    0,      true,  false, DISK_NEARLY_FULL",
        "1,    0,      false, true,  CLOSING",
        "5001, 10000,  true,  true,  TOO_LARGE",
    })
    void sizeAndLoadDecide(long announced, long inFlight, boolean diskFull, boolean closing, String expected) {
        Load load = new Load(inFlight, 10_000, diskFull, closing);

        assertThat(nameOf(OPEN.atDoor(head(null, announced), load))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "Bearer 0123456789abcdef,  ACCEPTED",
        "bearer  0123456789abcdef, ACCEPTED",
        "Bearer 0123456789abcdeX,  UNAUTHENTICATED",
        "Bearer 0123456789abcdef0, UNAUTHENTICATED",
        "Basic 0123456789abcdef,   UNAUTHENTICATED",
        "Bearer,                   UNAUTHENTICATED",
        ",                         UNAUTHENTICATED",
    })
    void tokenDecides(String authorization, String expected) {
        SenderTokens tokens = SenderTokens.parse(List.of(SenderTokens.line("shop", "0123456789abcdef", 0)), null);
        Admission guarded = admission(() -> tokens);

        assertThat(nameOf(guarded.atDoor(head(authorization, 1), CALM))).isEqualTo(expected);
    }

    @Test
    void shapeDecides() {
        Entrance json = new Entrance(OtlpSignal.LOGS, BodyFormat.JSON, false, Compression.NONE, Sender.ANYONE);

        assertThat(OPEN.atShape(json, TestObjects.utf8("{}")))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(((SlicedRequest) accepted.value()).slices())
                                .isEmpty());
        assertThat(nameOf(OPEN.atShape(json, TestObjects.utf8("[")))).isEqualTo("MALFORMED");
    }

    /** A retry of what can never succeed would block an exporter's queue; a drop of what can, loses data. */
    @ParameterizedTest
    @EnumSource(Refusal.class)
    void onlyUnavailableIsRetried_and500IsNeverAnswered(Refusal refusal) {
        assertThat(refusal.httpStatus()).isNotEqualTo(500);
        assertThat(refusal.mayRetry()).isEqualTo(refusal.httpStatus() == 503 || refusal.httpStatus() == 429);
        assertThat(refusal.mayRetry()).isEqualTo(refusal.grpcCode() == 14 || refusal == Refusal.OVER_LIMIT);
    }

    private static Admission admission(Supplier<SenderTokens> tokens) {
        return new Admission(5_000, 900_000, tokens, SecretMask.standard(), () -> 0);
    }

    private static RequestHead head(String authorization, long announced) {
        return new RequestHead("POST", "/v1/metrics", "application/x-protobuf", null, authorization, announced);
    }

    private static String nameOf(Verdict<?> verdict) {
        return verdict instanceof Refused<?> refused ? refused.reason().name() : "ACCEPTED";
    }
}
