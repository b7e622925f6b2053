package io.evenkeel.benchmarks.proof;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Many senders with large bodies that all come again at once, as a fleet of Collectors does when its backend is away. */
final class Flood implements AutoCloseable {
    private static final int SENDERS = 12;
    private static final int POINTS = 60_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean running = true;

    /** An export request of a service that nobody counts, with so many points of one uncatalogued gauge. */
    static byte[] body(String service, int points, long nowMillis) {
        Gauge.Builder gauge = Gauge.newBuilder();
        for (int i = 0; i < points; i++) {
            gauge.addDataPoints(NumberDataPoint.newBuilder()
                    .setTimeUnixNano((nowMillis - i) * 1_000_000)
                    .setAsDouble(i)
                    .addAttributes(attribute("queue", "waiting-room-of-the-" + service)));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(Resource.newBuilder()
                                .addAttributes(attribute("deployment.environment.name", "proof"))
                                .addAttributes(attribute("service.name", service))
                                .addAttributes(attribute("service.instance.id", service + "-1")))
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName(service + ".waiting")
                                        .setGauge(gauge))))
                .build()
                .toByteArray();
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    Flood(Door door, long nowMillis) {
        byte[] body = body("flood", POINTS, nowMillis);
        for (int i = 0; i < SENDERS; i++) {
            Thread thread = new Thread(() -> send(door, body), "flood-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void send(Door door, byte[] body) {
        while (running) {
            door.accepts(body, Door.PATIENCE);
            requests.incrementAndGet();
        }
    }

    long requests() {
        return requests.get();
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join(2 * Door.PATIENCE.toMillis());
        }
    }
}
