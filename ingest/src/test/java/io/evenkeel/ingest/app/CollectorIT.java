package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.ingest.kafka.TestBroker;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real Collector against the door and against its Kafka topics. Without a {@link CollectorBinary}, or with one that
 * lacks a component, the case is skipped and says which.
 */
class CollectorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static String binary = "";
    private static String components = "";
    private static TestBroker broker;
    private static OtlpReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        binary = CollectorBinary.find();
        if (binary.isEmpty()) {
            return; // each test says so for itself: an assumption that fails here would hide them from the report
        }
        components = Exporter.run(directory, Map.of(), 60, List.of(binary, "components"))
                .said();
        broker = new TestBroker(Files.createDirectory(directory.resolve("kafka")));
        receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0));
    }

    @AfterAll
    static void stop() {
        if (receiver != null) {
            receiver.close();
            broker.close();
        }
    }

    @ParameterizedTest(name = "Collector filelog > otlp_http {0} {1}")
    @CsvSource({"proto, gzip", "proto, none", "json, gzip", "json, none"})
    void sendsLogsOverHttp(String encoding, String compression) throws Exception {
        String service = "collector-files-" + encoding + "-" + compression;
        String exporter = either("otlp_http", "otlphttp");
        String files = either("file_log", "filelog");
        needs(service, files, exporter);

        Landed landed = landsAfter(
                service,
                logsConfiguration(service, files, """
                      %s:
                        endpoint: http://127.0.0.1:%d
                        encoding: %s
                        compression: %s
                    """.formatted(exporter, receiver.httpPort(), encoding, compression)),
                CollectorIT::hasAllLogs);

        assertThat(landed.bodies()).containsExactly("slow 0", "slow 1", "slow 2", "slow 3", "slow 4");
    }

    @ParameterizedTest(name = "Collector otlp > {0} {1} {2}")
    @CsvSource({"grpc, proto, gzip", "grpc, proto, none", "http, proto, gzip", "http, json, gzip", "http, json, none"})
    void passesOnAllSignals(String protocol, String encoding, String compression) throws Exception {
        String service = "collector-" + protocol + "-" + encoding + "-" + compression;
        boolean grpc = protocol.equals("grpc");
        String exporter = grpc ? either("otlp_grpc", "otlp") : either("otlp_http", "otlphttp");
        needs(service, "otlp", exporter);
        String endpoint = grpc ? "127.0.0.1:" + receiver.grpcPort() : "http://127.0.0.1:" + receiver.httpPort();

        Landed landed =
                passedOn(service, """
              %s:
                endpoint: %s
                compression: %s
                tls: {insecure: true}
                %s
            """.formatted(exporter, endpoint, compression, grpc ? "" : "encoding: " + encoding));

        assertAllSignals(landed);
    }

    /** Users who have Kafka leave our door out: the Collector writes to the same topics, in the same encoding. */
    @ParameterizedTest(name = "Collector otlp > {0}")
    @CsvSource("kafka")
    void writesToTheTopicsItself(String exporter) throws Exception {
        String service = "collector-kafka";
        needs(service, "otlp", exporter);

        Landed landed = passedOn(service, """
              kafka:
                brokers: ["%s"]
            """.formatted(broker.bootstrap()));

        assertAllSignals(landed);
    }

    private static void assertAllSignals(Landed landed) {
        assertThat(landed.metricNames()).containsExactly("orders");
        assertThat(landed.spanNames()).containsExactly("order 0");
        assertThat(landed.bodies()).containsExactly("order placed");
    }

    private static Landed passedOn(String service, String exporter) throws Exception {
        int grpc = freePort();
        int http = freePort();
        Path configuration = write(
                service, """
            receivers:
              otlp:
                protocols:
                  grpc: {endpoint: 127.0.0.1:%d}
                  http: {endpoint: 127.0.0.1:%d}
            exporters:
            %sservice:
              telemetry: {metrics: {level: none}}
              pipelines:
                metrics: {receivers: [otlp], exporters: [%s]}
                traces: {receivers: [otlp], exporters: [%s]}
                logs: {receivers: [otlp], exporters: [%s]}
            """.formatted(grpc, http, exporter, nameOf(exporter), nameOf(exporter), nameOf(exporter)));
        AtomicBoolean exported = new AtomicBoolean();
        return landsAfter(service, configuration, landed -> {
            if (!exported.get() && isListening(grpc) && isListening(http)) {
                export(service, grpc, http);
                exported.set(true);
            }
            return !landed.metrics().isEmpty()
                    && !landed.spans().isEmpty()
                    && !landed.logs().isEmpty();
        });
    }

    private static boolean isListening(int port) {
        try (Socket ignored = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One counter, one span and one log record through the Collector. */
    private static void export(String service, int grpc, int http) {
        Resource resource = Resource.builder().put("service.name", service).build();
        SdkMeterProvider meters = SdkMeterProvider.builder()
                .setResource(resource)
                .registerMetricReader(PeriodicMetricReader.create(OtlpGrpcMetricExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + grpc)
                        .build()))
                .build();
        meters.get("test").counterBuilder("orders").build().add(3);
        assertThat(meters.shutdown().join(15, TimeUnit.SECONDS).isSuccess()).isTrue();
        SdkTracerProvider tracers = SdkTracerProvider.builder()
                .setResource(resource)
                .addSpanProcessor(SimpleSpanProcessor.create(OtlpHttpSpanExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + http + "/v1/traces")
                        .build()))
                .build();
        tracers.get("test").spanBuilder("order 0").startSpan().end();
        assertThat(tracers.shutdown().join(15, TimeUnit.SECONDS).isSuccess()).isTrue();
        SdkLoggerProvider loggers = SdkLoggerProvider.builder()
                .setResource(resource)
                .addLogRecordProcessor(SimpleLogRecordProcessor.create(OtlpHttpLogRecordExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + http + "/v1/logs")
                        .build()))
                .build();
        loggers.get("test").logRecordBuilder().setBody("order placed").emit();
        assertThat(loggers.shutdown().join(15, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    private static Path logsConfiguration(String service, String receiverName, String exporter) throws IOException {
        Path log = directory.resolve(service + ".log");
        Files.write(log, List.of("slow 0", "slow 1", "slow 2", "slow 3", "slow 4"));
        return write(service, """
            receivers:
              %s:
                include: [%s]
                start_at: beginning
                resource: {service.name: %s}
            exporters:
            %sservice:
              telemetry: {metrics: {level: none}}
              pipelines:
                logs: {receivers: [%s], exporters: [%s]}
            """.formatted(receiverName, log, service, exporter, receiverName, nameOf(exporter)));
    }

    private static Path write(String service, String configuration) throws IOException {
        return Files.writeString(directory.resolve(service + ".yaml"), configuration);
    }

    private static String nameOf(String exporter) {
        return exporter.strip().substring(0, exporter.strip().indexOf(':'));
    }

    private static boolean hasAllLogs(Landed landed) {
        return landed.logs().size() >= 5;
    }

    /** Runs the Collector until what it sent lies in Kafka. */
    private static Landed landsAfter(String service, Path configuration, Predicate<Landed> isThere) throws Exception {
        Path said = directory.resolve(service + ".said");
        Process collector = new ProcessBuilder(binary, "--config", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                Landed landed = Landed.of(service, broker);
                if (isThere.test(landed)) {
                    return landed;
                }
                assertThat(collector.isAlive()).as(Files.readString(said)).isTrue();
                assertThat(System.nanoTime()).as(Files.readString(said)).isLessThan(deadline);
                collector.waitFor(300, TimeUnit.MILLISECONDS);
            }
        } finally {
            collector.destroy();
            if (!collector.waitFor(10, TimeUnit.SECONDS)) {
                collector.destroyForcibly();
            }
        }
    }

    /** Components were renamed to snake case from 0.144 on; each answers to the one name or to the other. */
    private static String either(String name, String formerName) {
        return components.contains("name: " + name + "\n") ? name : formerName;
    }

    private static void needs(String service, String receiverName, String exporterName) {
        CollectorBinary.assume(binary, service);
        int exporters = components.indexOf("\nexporters:");
        boolean receives = components.substring(0, Math.max(0, exporters)).contains("name: " + receiverName + "\n");
        boolean exports = components.substring(Math.max(0, exporters)).contains("name: " + exporterName + "\n");
        assumeTrue(
                receives && exports,
                () -> "SKIPPED: " + service + ": this Collector lacks receiver " + receiverName + " or exporter "
                        + exporterName);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
