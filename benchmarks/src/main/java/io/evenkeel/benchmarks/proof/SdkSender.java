package io.evenkeel.benchmarks.proof;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process that the OpenTelemetry Java SDK instruments, with the SDK's own reader, OTLP exporter and retries. What the
 * exporter was given and what it says became of it is written down between reader and exporter; nothing else is ours.
 */
final class SdkSender implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final AttributeKey<String> SERIES = AttributeKey.stringKey("series");
    /** Five tries are the most that the SDK allows; with these pauses they span more than a minute. */
    private static final RetryPolicy LONG_RETRIES = RetryPolicy.builder()
            .setMaxAttempts(5)
            .setInitialBackoff(Duration.ofSeconds(8))
            .setBackoffMultiplier(2)
            .setMaxBackoff(Duration.ofSeconds(30))
            .build();

    private static final List<LoadSeries.Kind> KINDS =
            List.of(LoadSeries.Kind.GAUGE, LoadSeries.Kind.COUNTER_CUMULATIVE, LoadSeries.Kind.HISTOGRAM_CUMULATIVE);

    /** How the process exports. */
    enum Kind {
        /** As shipped: 10 s for an export with all its tries. */
        HTTP(
                1001,
                ports -> OtlpHttpMetricExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + ports.otlpHttp() + "/v1/metrics")
                        .build()),
        GRPC(
                1002,
                ports -> OtlpGrpcMetricExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + ports.otlpGrpc())
                        .build()),
        PATIENT_HTTP(
                1003,
                ports -> OtlpHttpMetricExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + ports.otlpHttp() + "/v1/metrics")
                        .setCompression("gzip")
                        .setTimeout(Duration.ofMinutes(3))
                        .setRetryPolicy(LONG_RETRIES)
                        .build()),
        PATIENT_GRPC(
                1004,
                ports -> OtlpGrpcMetricExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + ports.otlpGrpc())
                        .setTimeout(Duration.ofMinutes(3))
                        .setRetryPolicy(LONG_RETRIES)
                        .build());

        private final int number;
        private final Function<Installation.Place, MetricExporter> exporter;

        Kind(int number, Function<Installation.Place, MetricExporter> exporter) {
            this.number = number;
            this.exporter = exporter;
        }
    }

    private final SdkMeterProvider provider;
    private final ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sdk-work");
        thread.setDaemon(true);
        return thread;
    });
    private final Recorder recorder;

    /** Starts working and exporting. */
    SdkSender(Kind kind, Installation.Place place, int seriesPerKind, long seed) {
        String name = "sdk-" + kind.number;
        recorder = new Recorder("proof/load/" + name, kind.exporter.apply(place));
        provider = SdkMeterProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("deployment.environment.name", "proof")
                                .put("service.namespace", "load")
                                .put("service.name", name)
                                .put("service.instance.id", name + "-" + Long.toHexString(seed))
                                .put("host.name", "load-host")
                                .build())))
                .registerMetricReader(PeriodicMetricReader.builder(recorder)
                        .setInterval(INTERVAL)
                        .build())
                .build();
        RandomGenerator random = new SplittableRandom(seed);
        Meter meter = provider.get("proof");
        LongCounter requests =
                meter.counterBuilder(LoadSeries.Kind.COUNTER_CUMULATIVE.metric).build();
        DoubleHistogram duration = meter.histogramBuilder(LoadSeries.Kind.HISTOGRAM_CUMULATIVE.metric)
                .setUnit("s")
                .build();
        List<Attributes> series = new ArrayList<>();
        for (int i = 0; i < seriesPerKind; i++) {
            series.add(Attributes.of(SERIES, Integer.toString(kind.number * 1000 + i)));
        }
        RandomGenerator lengths = new SplittableRandom(seed + 1);
        var unused = meter.gaugeBuilder(LoadSeries.Kind.GAUGE.metric)
                .buildWithCallback(queue -> series.forEach(one -> queue.record(lengths.nextInt(1 << 20), one)));
        var unusedToo = work.scheduleAtFixedRate(
                () -> series.forEach(one -> {
                    requests.add(random.nextInt(1 << 10), one);
                    duration.record(random.nextDouble(1.5), one);
                }),
                0,
                200,
                TimeUnit.MILLISECONDS);
    }

    /** Everything that the exporter was ever given; to be asked when closed. */
    List<Export> exports() {
        return recorder.exports;
    }

    /** No more work; exports what is there once more, with all the exporter's patience. */
    @Override
    public void close() {
        work.shutdownNow();
        provider.shutdown().join(4, TimeUnit.MINUTES);
    }

    /** Stands between the SDK's reader and its exporter, and only writes down. */
    private static final class Recorder implements MetricExporter {
        private final String service;
        private final MetricExporter exporter;
        private final List<Export> exports = Collections.synchronizedList(new ArrayList<>());

        Recorder(String service, MetricExporter exporter) {
            this.service = service;
            this.exporter = exporter;
        }

        @Override
        public CompletableResultCode export(Collection<MetricData> metrics) {
            Export export = new Export(
                    new byte[0], metrics.stream().flatMap(this::points).collect(Collectors.toList()));
            exports.add(export);
            CompletableResultCode result = exporter.export(metrics);
            return result.whenComplete(() -> {
                if (result.isSuccess()) {
                    export.acknowledge();
                }
            });
        }

        /** The SDK's figures about itself come along, and are nobody's series. */
        private Stream<SenderTable.Point> points(MetricData metric) {
            return KINDS.stream()
                    .filter(kind -> kind.metric.equals(metric.getName()))
                    .flatMap(kind -> metric.getData().getPoints().stream().map(point -> point(kind, point)));
        }

        private SenderTable.Point point(LoadSeries.Kind kind, PointData point) {
            double value = point instanceof DoublePointData gauge ? gauge.getValue() : 0;
            return new SenderTable.Point(
                    service,
                    kind,
                    "series=" + point.getAttributes().get(SERIES),
                    point.getEpochNanos() / 1_000_000,
                    value,
                    0);
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return exporter.getAggregationTemporality(type);
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
