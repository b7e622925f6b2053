package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.span;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.evenkeel.ingest.SenderTokens;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.grpc.CallOptions;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP/gRPC as grpc-java's own client stack sees it. */
class GrpcIT {
    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static OtlpReceiver receiver;
    private static final AtomicBoolean DISK_NEARLY_FULL = new AtomicBoolean();

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(directory);
        receiver = OtlpReceiver.start(options()
                .withDiskNearlyFull(DISK_NEARLY_FULL::get)
                .withLimits(new Limits(
                        2_000_000, 900_000, 8_000_000, Duration.ofSeconds(30), 100, Duration.ofSeconds(75))));
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    private static OtlpReceiverOptions options() {
        return OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0);
    }

    private static GrpcClientBuilder client(int port) {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + port + "/").responseTimeout(Duration.ofSeconds(20));
    }

    private static MetricsServiceGrpc.MetricsServiceBlockingStub metrics() {
        return client(receiver.grpcPort()).build(MetricsServiceGrpc.MetricsServiceBlockingStub.class);
    }

    @Test
    void storesTheVeryBytesOfAnExport() throws Exception {
        ExportMetricsServiceRequest request = gauge("over.grpc", NOON);

        ExportMetricsServiceResponse answer = metrics().export(request);

        assertThat(answer).isEqualTo(ExportMetricsServiceResponse.getDefaultInstance());
        assertThat(broker.values(Topics.METRICS)).containsOnlyOnce(request.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity"})
    void takesCompressedMessages(String compression) {
        var stub = metrics().withCompression(compression);

        assertThat(stub.export(gauge("compressed", NOON)).hasPartialSuccess()).isFalse();
    }

    /** grpc-java has no zstd of its own; other languages' exporters have. */
    @Test
    void takesZstdMessages() throws Exception {
        byte[] frame =
                RawGrpc.frame(1, Zstd.compress(gauge("zstd.over.grpc", NOON).toByteArray()));

        assertThat(new RawGrpc(receiver.grpcPort())
                        .call(RawGrpc.METRICS, frame, "grpc-encoding", "zstd")
                        .code())
                .isZero();
        assertThat(broker.values(Topics.METRICS))
                .containsOnlyOnce(gauge("zstd.over.grpc", NOON).toByteArray());
    }

    @Test
    void takesTracesAndLogs_alsoEmptyOnes() {
        var traces = client(receiver.grpcPort()).build(TraceServiceGrpc.TraceServiceBlockingStub.class);
        var logs = client(receiver.grpcPort()).build(LogsServiceGrpc.LogsServiceBlockingStub.class);

        assertThat(traces.export(span("zero", new byte[16])).getPartialSuccess().getRejectedSpans())
                .isEqualTo(1);
        assertThat(traces.export(span("good", utf8("0123456789abcdef"))).hasPartialSuccess())
                .isFalse();
        assertThat(logs.export(ExportLogsServiceRequest.getDefaultInstance()))
                .isEqualTo(ExportLogsServiceResponse.getDefaultInstance());
    }

    /** People mix the two ports up; both take both. */
    @Test
    void httpPortSpeaksGrpcToo() {
        var stub = client(receiver.httpPort()).build(MetricsServiceGrpc.MetricsServiceBlockingStub.class);

        assertThat(stub.export(gauge("other.port", NOON)).hasPartialSuccess()).isFalse();
    }

    @Test
    void tooLarge_isNotToBeSentAgain() {
        ExportMetricsServiceRequest large = gauge("x".repeat(2_000_001), NOON);

        assertThatThrownBy(() -> metrics().export(large))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                    assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
                    assertThat(StatusProto.fromThrowable(refused).getDetailsList())
                            .isEmpty();
                });
        assertThatThrownBy(() -> metrics().withCompression("gzip").export(large))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    }

    /** No generated client sends these, so the frames are written by hand. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "message cut short,      00000000020a05",
        "no frame,               ''",
        "length beyond the body, 00000000ff0a00",
        "two messages,           00000000000000000000",
        "compressed by nothing,  01000000020a00",
    })
    void malformedMessage_isAnInvalidArgument(String story, String frame) {
        AggregatedHttpResponse answer = WebClient.of("h2c://127.0.0.1:" + receiver.grpcPort())
                .execute(HttpRequest.of(
                        RequestHeaders.of(
                                HttpMethod.POST,
                                "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
                                HttpHeaderNames.CONTENT_TYPE,
                                "application/grpc",
                                HttpHeaderNames.TE,
                                "trailers"),
                        HttpData.wrap(HexFormat.of().parseHex(frame))))
                .aggregate()
                .join();

        assertThat(answer.status().code()).isEqualTo(200);
        assertThat(answer.headers().get("grpc-status")).isEqualTo(String.valueOf(Code.INVALID_ARGUMENT.value()));
    }

    @Test
    void unavailable_namesATimeToWait() throws Exception {
        DISK_NEARLY_FULL.set(true);
        try {
            assertThatThrownBy(() -> metrics().export(gauge("x", NOON)))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
                        assertThat(StatusProto.fromThrowable(refused).getDetailsList())
                                .singleElement()
                                .satisfies(detail -> assertThat(detail.unpack(RetryInfo.class)
                                                .getRetryDelay()
                                                .getSeconds())
                                        .isEqualTo(3));
                    });
        } finally {
            DISK_NEARLY_FULL.set(false);
        }
    }

    @Test
    void token_isAskedOfEverySender() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), SenderTokens.line("shop", "0123456789abcdef", 0));
        try (OtlpReceiver guarded = OtlpReceiver.start(options().withGuard(new Guard(file, null)))) {
            var without = client(guarded.grpcPort()).build(MetricsServiceGrpc.MetricsServiceBlockingStub.class);
            var with = client(guarded.grpcPort())
                    .addHeader("authorization", "Bearer 0123456789abcdef")
                    .build(MetricsServiceGrpc.MetricsServiceBlockingStub.class);

            assertThatThrownBy(() -> without.export(gauge("x", NOON)))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED));
            assertThat(with.export(gauge("x", NOON)).hasPartialSuccess()).isFalse();
        }
    }

    @Test
    void unknownMethod_isUnimplemented() {
        var unknown = MetricsServiceGrpc.getExportMethod().toBuilder()
                .setFullMethodName("opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export")
                .build();

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        metrics().getChannel(), unknown, CallOptions.DEFAULT, gauge("x", NOON)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED));
    }
}
