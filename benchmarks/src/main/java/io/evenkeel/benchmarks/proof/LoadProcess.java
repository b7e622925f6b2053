package io.evenkeel.benchmarks.proof;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One process of a user's service: collects all its series every interval under the real time, and exports in order, each
 * request until it is acknowledged, as an exporter does. Seeded misfortunes: an answer that is lost, so that the same
 * request is sent again although it lies in Kafka; a request whose sender gives up at once; one that is given up during an
 * outage.
 */
final class LoadProcess {
    /** Share of requests whose answer is lost on the way back. */
    private static final double ANSWER_LOST = 0.03;
    /** Share of requests whose sender waits a few milliseconds and never asks again. */
    private static final double IMPATIENT = 0.02;
    /** Share of requests that are given up at their first failure. */
    private static final double GIVEN_UP = 0.10;

    private static final long AGAIN_MILLIS = 300;

    private final String service;
    private final Resource resource;
    private final Duration interval;
    private final InstantSource clock;
    private final RandomGenerator fate;
    private final Door door;
    private final List<LoadSeries> series = new ArrayList<>();
    private final List<Export> requests = new ArrayList<>();
    private final BlockingQueue<Export> waiting = new LinkedBlockingQueue<>();
    private volatile boolean collecting = true;
    private volatile boolean exporting = true;
    private long sentAgain;

    /**
     * @param number which of the service's processes; two of them share a host, so that they are two slots of one entity
     * @param seriesCount series of this process, kinds in turn
     */
    LoadProcess(int number, int seriesCount, Duration interval, InstantSource clock, long seed, Door door) {
        this.service = "proof/load/sender-" + number / 2;
        this.interval = interval;
        this.clock = clock;
        this.fate = new SplittableRandom(seed);
        this.door = door;
        this.resource = Resource.newBuilder()
                .addAttributes(attribute("deployment.environment.name", "proof"))
                .addAttributes(attribute("service.namespace", "load"))
                .addAttributes(attribute("service.name", "sender-" + number / 2))
                .addAttributes(attribute("service.instance.id", "sender-" + number + "-" + Long.toHexString(seed)))
                .addAttributes(attribute("host.name", "load-host"))
                .build();
        LoadSeries.Kind[] kinds = LoadSeries.Kind.values();
        RandomGenerator values = new SplittableRandom(seed + 1);
        long began = clock.millis();
        for (int i = 0; i < seriesCount; i++) {
            // numbered over all processes, so that a series is one process' own whatever slot it gets
            series.add(new LoadSeries(kinds[i % kinds.length], number * seriesCount + i, began, values));
        }
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    List<Thread> start() {
        Thread collector = new Thread(this::collect, service + "-collect");
        Thread exporter = new Thread(this::export, service + "-export");
        collector.setDaemon(true);
        exporter.setDaemon(true);
        collector.start();
        exporter.start();
        return List.of(collector, exporter);
    }

    /** No more points; what waits is still exported. */
    void stopCollecting() {
        collecting = false;
    }

    /** Gives up what is not acknowledged by now. */
    void stopExporting() {
        exporting = false;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** All requests ever made; to be asked when the threads have ended. */
    List<Export> requests() {
        return requests;
    }

    /** Requests that were sent again although they had been acknowledged. */
    long sentAgain() {
        return sentAgain;
    }

    private void collect() {
        long next = clock.millis();
        while (collecting) {
            long now = clock.millis();
            if (now < next) {
                pause(next - now);
                continue;
            }
            next = Math.max(next + interval.toMillis(), now);
            Export request = collected(now);
            requests.add(request);
            waiting.add(request);
        }
    }

    private Export collected(long now) {
        ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
        List<SenderTable.Point> points = new ArrayList<>(series.size());
        for (LoadSeries one : series) {
            LoadSeries.Made made = one.next(now);
            scope.addMetrics(made.metric());
            points.add(new SenderTable.Point(
                    service, one.kind(), one.attributes(), now, made.value(), made.coveredSeconds()));
        }
        byte[] body = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder().setResource(resource).addScopeMetrics(scope))
                .build()
                .toByteArray();
        return new Export(body, List.copyOf(points));
    }

    private void export() {
        while (exporting) {
            Export request = next();
            if (request == null) {
                continue;
            }
            if (fate.nextDouble() < IMPATIENT) {
                if (door.accepts(request.body(), Duration.ofMillis(1 + fate.nextInt(8)))) {
                    request.acknowledge();
                }
                continue;
            }
            boolean answerLost = fate.nextDouble() < ANSWER_LOST;
            boolean givesUp = fate.nextDouble() < GIVEN_UP;
            exportUntilAcknowledged(request, answerLost, givesUp);
        }
    }

    private void exportUntilAcknowledged(Export request, boolean answerLost, boolean givesUp) {
        boolean lost = answerLost;
        while (exporting) {
            boolean accepted = door.accepts(request.body(), Door.PATIENCE);
            if (accepted && lost) {
                lost = false;
                sentAgain++;
                continue;
            }
            if (accepted) {
                request.acknowledge();
                return;
            }
            if (givesUp) {
                return;
            }
            pause(AGAIN_MILLIS);
        }
    }

    private @Nullable Export next() {
        try {
            return waiting.poll(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            exporting = false;
            return null;
        }
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            exporting = false;
            collecting = false;
        }
    }
}
