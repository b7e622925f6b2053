package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever part of a backlog is read first, a sender's own points are read in the order in which it sent them. */
class SenderOrderIT {
    private static final int SENDERS = 20;
    private static final int REQUESTS = 30;

    @TempDir
    private Path directory;

    @Test
    void eachSenderStaysInOnePartition_inItsOrder() throws Exception {
        try (TestBroker broker = new TestBroker(directory);
                OtlpReceiver receiver = OtlpReceiver.start(
                        OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("127.0.0.1", 0, 0))) {
            Sender sender = new Sender(receiver.httpPort());
            for (int request = 0; request < REQUESTS; request++) {
                for (int i = 0; i < SENDERS; i++) {
                    ExportMetricsServiceRequest.Builder body = gauge("queue", NOON + request).toBuilder();
                    body.getResourceMetricsBuilder(0).setResource(service("service-" + i));
                    assertThat(sender.post(
                                            "/v1/metrics",
                                            "application/x-protobuf",
                                            body.build().toByteArray())
                                    .statusCode())
                            .isEqualTo(200);
                }
            }

            Map<String, TreeSet<Integer>> partitions = new TreeMap<>();
            Map<String, List<Long>> times = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> record : broker.records(Topics.METRICS)) {
                ResourceMetrics resource =
                        ExportMetricsServiceRequest.parseFrom(record.value()).getResourceMetrics(0);
                String service =
                        resource.getResource().getAttributes(0).getValue().getStringValue();
                partitions.computeIfAbsent(service, none -> new TreeSet<>()).add(record.partition());
                for (NumberDataPoint point :
                        resource.getScopeMetrics(0).getMetrics(0).getGauge().getDataPointsList()) {
                    times.computeIfAbsent(service, none -> new ArrayList<>()).add(point.getTimeUnixNano());
                }
            }

            assertThat(partitions).hasSize(SENDERS);
            assertThat(partitions.values()).allSatisfy(of -> assertThat(of).hasSize(1));
            assertThat(partitions.values().stream().flatMap(TreeSet::stream).distinct())
                    .as("partitions in use")
                    .hasSize(4);
            assertThat(times.values())
                    .allSatisfy(of -> assertThat(of).hasSize(REQUESTS).isSorted());
        }
    }
}
