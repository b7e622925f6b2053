package io.evenkeel.ingest.replay;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.app.OtlpReceiver;
import io.evenkeel.ingest.app.OtlpReceiverOptions;
import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded telemetry, sent through a real door to a real Kafka. */
class ReplayIT {
    @TempDir
    Path directory;

    /** A door that is closed for a moment costs time and nothing else. */
    @Test
    void everyRequestArrivesOnceWithItsTime_andWhatTheDoorRefusesIsTold() throws Exception {
        Path file = directory.resolve("recorded.json");
        Files.write(
                file,
                utf8("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"replayed\",\"gauge\":"
                        + "{\"dataPoints\":[{\"timeUnixNano\":\"" + NOON + "\",\"asInt\":\"7\"}]}}]}]}]}\n"
                        + "{\"resourceMetrics\":7}\n"));
        AtomicBoolean full = new AtomicBoolean(true);
        try (TestBroker broker = new TestBroker(Files.createDirectory(directory.resolve("broker")));
                OtlpReceiver receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap())
                        .listeningOn("127.0.0.1", 0, 0)
                        .withDiskNearlyFull(full::get));
                OtlpFile recorded = new OtlpFile(file, null, "--signal")) {
            List<String> told = new ArrayList<>();
            URI door = URI.create("http://127.0.0.1:" + receiver.httpPort());
            Replay replay = new Replay(door, null, 0, Pace.of(Double.POSITIVE_INFINITY), told::add);
            CompletableFuture<Void> room = CompletableFuture.runAsync(
                    () -> full.set(false), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
            replay.send(recorded);
            room.join();

            assertThat(told).singleElement().asString().startsWith("request 1 was answered with 503: ");
            assertThat(replay.outcome().done()).isEqualTo(2);
            assertThat(replay.outcome().sent()).isEqualTo(1);
            assertThat(replay.outcome().refused()).isEqualTo(1);
            assertThat(replay.outcome().firstRefusal()).startsWith("request 2 was answered with 400");
            assertThat(broker.values(Topics.METRICS))
                    .singleElement()
                    .satisfies(record -> assertThat(ExportMetricsServiceRequest.parseFrom(record)
                                    .getResourceMetrics(0)
                                    .getScopeMetrics(0)
                                    .getMetrics(0)
                                    .getGauge()
                                    .getDataPoints(0)
                                    .getTimeUnixNano())
                            .isEqualTo(NOON));
        }
    }
}
