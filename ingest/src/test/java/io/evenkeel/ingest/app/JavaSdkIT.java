package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.kafka.TestBroker;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exporters of the OpenTelemetry Java SDK, unmodified, against the door. */
class JavaSdkIT {
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

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"grpc, none", "grpc, gzip", "http, none", "http, gzip"})
    void exportsAllThreeSignals(String protocol, String compression) throws Exception {
        String service = "sdk-" + protocol + "-" + compression;
        Resource resource = Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service));

        assertThat(exportMetrics(metricExporter(protocol, compression), resource))
                .isTrue();
        assertThat(exportSpans(spanExporter(protocol, compression), resource)).isTrue();
        assertThat(exportLogs(logExporter(protocol, compression), resource)).isTrue();

        Landed landed = Landed.of(service, broker);
        assertThat(landed.metricNames()).containsExactlyInAnyOrder("orders", "duration");
        assertThat(landed.spans()).hasSize(5);
        assertThat(landed.logs()).hasSize(5);
    }

    private static boolean exportMetrics(MetricExporter exporter, Resource resource) {
        PeriodicMetricReader reader = PeriodicMetricReader.create(exporter);
        SdkMeterProvider provider = SdkMeterProvider.builder()
                .setResource(resource)
                .registerMetricReader(reader)
                .build();
        provider.get("test").counterBuilder("orders").build().add(3);
        provider.get("test").histogramBuilder("duration").build().record(0.2);
        return succeeded(provider.shutdown()); // which exports once
    }

    private static boolean exportSpans(SpanExporter exporter, Resource resource) {
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(resource)
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        for (int i = 0; i < 5; i++) {
            provider.get("test").spanBuilder("order " + i).startSpan().end();
        }
        return succeeded(provider.forceFlush()) && succeeded(provider.shutdown());
    }

    private static boolean exportLogs(LogRecordExporter exporter, Resource resource) {
        SdkLoggerProvider provider = SdkLoggerProvider.builder()
                .setResource(resource)
                .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
                .build();
        for (int i = 0; i < 5; i++) {
            provider.get("test")
                    .logRecordBuilder()
                    .setSeverity(Severity.WARN)
                    .setBody("slow " + i)
                    .emit();
        }
        return succeeded(provider.forceFlush()) && succeeded(provider.shutdown());
    }

    private static boolean succeeded(CompletableResultCode result) {
        return result.join(15, TimeUnit.SECONDS).isSuccess();
    }

    private static MetricExporter metricExporter(String protocol, String compression) {
        return protocol.equals("grpc")
                ? OtlpGrpcMetricExporter.builder()
                        .setEndpoint(grpc())
                        .setCompression(compression)
                        .build()
                : OtlpHttpMetricExporter.builder()
                        .setEndpoint(http("/v1/metrics"))
                        .setCompression(compression)
                        .build();
    }

    private static SpanExporter spanExporter(String protocol, String compression) {
        return protocol.equals("grpc")
                ? OtlpGrpcSpanExporter.builder()
                        .setEndpoint(grpc())
                        .setCompression(compression)
                        .build()
                : OtlpHttpSpanExporter.builder()
                        .setEndpoint(http("/v1/traces"))
                        .setCompression(compression)
                        .build();
    }

    private static LogRecordExporter logExporter(String protocol, String compression) {
        return protocol.equals("grpc")
                ? OtlpGrpcLogRecordExporter.builder()
                        .setEndpoint(grpc())
                        .setCompression(compression)
                        .build()
                : OtlpHttpLogRecordExporter.builder()
                        .setEndpoint(http("/v1/logs"))
                        .setCompression(compression)
                        .build();
    }

    private static String grpc() {
        return "http://127.0.0.1:" + receiver.grpcPort();
    }

    private static String http(String path) {
        return "http://127.0.0.1:" + receiver.httpPort() + path;
    }
}
