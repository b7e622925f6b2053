package io.evenkeel.launcher;

import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.ingest.DoorSnapshot;
import io.evenkeel.launcher.postgres.HealthReader;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Evenkeel's own metrics and traces, by the OpenTelemetry SDK's own environment variables: nothing is sent unless
 * {@code OTEL_EXPORTER_OTLP_ENDPOINT} names a place (http/protobuf). They carry {@code service.namespace=evenkeel}, by
 * which the detection job knows them and never judges them as a user's service.
 */
final class SelfTelemetry implements AutoCloseable {
    private static final AttributeKey<String> SIGNAL = AttributeKey.stringKey("evenkeel.signal");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("evenkeel.outcome");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("evenkeel.refusal.reason");

    private final OpenTelemetrySdk sdk;

    private SelfTelemetry(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /** Makes the SDK the process's global one; called before anything asks for a tracer. */
    static SelfTelemetry start() {
        try {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(SelfTelemetry::defaults)
                    // whatever the environment says about the rest: by this the detection job knows us
                    .addResourceCustomizer((resource, config) -> resource.merge(
                            Resource.create(Attributes.of(AttributeKey.stringKey("service.namespace"), "evenkeel"))))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
            GlobalOpenTelemetry.set(sdk);
            return new SelfTelemetry(sdk);
        } catch (ConfigurationException e) {
            throw new StartupException(
                    "cannot send Evenkeel's own telemetry as the environment says: " + e.getMessage()
                            + "; correct or unset the variables OTEL_*",
                    e);
        }
    }

    private static Map<String, String> defaults() {
        boolean named = System.getenv().keySet().stream().anyMatch(name -> name.startsWith("OTEL_EXPORTER_OTLP"));
        Map<String, String> defaults = new HashMap<>();
        defaults.put("otel.service.name", "evenkeel");
        defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
        defaults.put("otel.metrics.exporter", named ? "otlp" : "none");
        defaults.put("otel.traces.exporter", named ? "otlp" : "none");
        defaults.put("otel.logs.exporter", "none");
        return defaults;
    }

    /** Tells what the door took. Its law: received = accepted + refused + in flight. */
    void observeDoor(Supplier<DoorSnapshot> door) {
        Meter meter = sdk.getMeter("io.evenkeel");
        meter.counterBuilder("evenkeel.ingest.requests.received")
                .setUnit("{request}")
                .buildWithCallback(seen -> seen.record(door.get().received()));
        meter.counterBuilder("evenkeel.ingest.requests.accepted")
                .setUnit("{request}")
                .buildWithCallback(seen -> seen.record(door.get().accepted()));
        meter.counterBuilder("evenkeel.ingest.requests.refused")
                .setUnit("{request}")
                .buildWithCallback(seen -> door.get()
                        .refused()
                        .forEach((reason, count) -> seen.record(
                                count, Attributes.of(REASON, reason.name().toLowerCase(Locale.ROOT)))));
        meter.upDownCounterBuilder("evenkeel.ingest.requests.in_flight")
                .setUnit("{request}")
                .buildWithCallback(seen -> seen.record(door.get().inFlight()));
        meter.counterBuilder("evenkeel.ingest.items")
                .setUnit("{item}")
                .buildWithCallback(seen -> door.get().items().forEach((signal, items) -> {
                    seen.record(items.accepted(), of(signal, "accepted"));
                    items.rejected()
                            .forEach((fault, count) -> seen.record(
                                    count,
                                    of(signal, "refused").toBuilder()
                                            .put(REASON, fault.name().toLowerCase(Locale.ROOT))
                                            .build()));
                }));
        meter.counterBuilder("evenkeel.ingest.bytes.received")
                .setUnit("By")
                .buildWithCallback(seen -> seen.record(door.get().bytesReceived()));
    }

    private static Attributes of(OtlpSignal signal, String outcome) {
        return Attributes.of(SIGNAL, signal.name().toLowerCase(Locale.ROOT), OUTCOME, outcome);
    }

    /** Tells what became of what the detection job read. Law, per signal: read = all other outcomes + under way. */
    void observePipeline(Supplier<Optional<PipelineReport>> job) {
        Meter meter = sdk.getMeter("io.evenkeel");
        meter.counterBuilder("evenkeel.detection.items")
                .setUnit("{item}")
                .buildWithCallback(seen -> job.get().ifPresent(report -> record(report, "items", seen)));
        meter.counterBuilder("evenkeel.detection.records")
                .setUnit("{record}")
                .buildWithCallback(seen -> job.get().ifPresent(report -> record(report, "records", seen)));
        meter.gaugeBuilder("evenkeel.detection.records.waiting")
                .ofLongs()
                .setUnit("{record}")
                .buildWithCallback(seen -> job.get()
                        .filter(report -> report.waiting() >= 0)
                        .ifPresent(report -> seen.record(report.waiting())));
    }

    private static void record(PipelineReport report, String unit, ObservableLongMeasurement seen) {
        for (PipelineReport.Count count : report.counts()) {
            if (count.unit().equals(unit)) {
                AttributesBuilder attributes =
                        Attributes.builder().put(SIGNAL, count.signal()).put(OUTCOME, count.outcome());
                if (!count.reason().isEmpty()) {
                    attributes.put(REASON, count.reason());
                }
                seen.record(count.count(), attributes.build());
            }
        }
    }

    /** Tells how the house is doing. */
    void observeHealth(HealthReader health) {
        Meter meter = sdk.getMeter("io.evenkeel");
        meter.gaugeBuilder("evenkeel.data.age")
                .setUnit("s")
                .buildWithCallback(seen -> health.read().ifPresent(now -> seen.record(now.dataAgeSeconds())));
        meter.gaugeBuilder("evenkeel.incidents.open")
                .ofLongs()
                .setUnit("{incident}")
                .buildWithCallback(seen -> health.read().ifPresent(now -> seen.record(now.openIncidents())));
        meter.gaugeBuilder("evenkeel.approvals.waiting")
                .ofLongs()
                .setUnit("{approval}")
                .buildWithCallback(seen -> health.read().ifPresent(now -> seen.record(now.waitingApprovals())));
    }

    @Override
    public void close() {
        sdk.shutdown().join(5, TimeUnit.SECONDS);
    }
}
