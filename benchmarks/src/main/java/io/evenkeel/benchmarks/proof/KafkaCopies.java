package io.evenkeel.benchmarks.proof;

import com.google.protobuf.InvalidProtocolBufferException;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How often each point of the load lies in Kafka, read from the topic's beginning to its end with generated classes. */
final class KafkaCopies {
    private static final Set<String> METRICS =
            Arrays.stream(LoadSeries.Kind.values()).map(kind -> kind.metric).collect(Collectors.toSet());
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<Copy, Integer> copies = new HashMap<>();

    private record Copy(String service, String metric, String series, long timeMillis) {}

    /**
     * The sender's table held against the topic.
     *
     * @param stored different points of the load in Kafka
     * @param missing acknowledged to the sender, and not there
     * @param duplicates further copies of points that are there
     * @param unacknowledgedStored there, though the sender never heard so
     * @param strangers there, and never sent
     */
    record Tally(long stored, long missing, long duplicates, long unacknowledgedStored, long strangers) {
        boolean holds() {
            return missing == 0 && strangers == 0;
        }
    }

    static KafkaCopies read(String bootstrap) throws InvalidProtocolBufferException {
        KafkaCopies read = new KafkaCopies();
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.METRICS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    read.add(ExportMetricsServiceRequest.parseFrom(record.value()));
                }
            }
        }
        return read;
    }

    private void add(ExportMetricsServiceRequest request) {
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            List<KeyValue> named = resource.getResource().getAttributesList();
            if (!text(named, "service.namespace").equals("load")) {
                continue;
            }
            String service = "proof/load/" + text(named, "service.name");
            resource.getScopeMetricsList()
                    .forEach(scope -> scope.getMetricsList().forEach(metric -> add(service, metric)));
        }
    }

    private void add(String service, Metric metric) {
        if (!METRICS.contains(metric.getName())) {
            return; // the SDK's figures about itself
        }
        for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
            add(service, metric, point.getAttributesList(), point.getTimeUnixNano());
        }
        for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
            add(service, metric, point.getAttributesList(), point.getTimeUnixNano());
        }
        for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
            add(service, metric, point.getAttributesList(), point.getTimeUnixNano());
        }
    }

    private void add(String service, Metric metric, List<KeyValue> attributes, long timeNanos) {
        String series = "series=" + text(attributes, "series");
        copies.merge(new Copy(service, metric.getName(), series, timeNanos / 1_000_000), 1, Integer::sum);
    }

    private static String text(List<KeyValue> attributes, String key) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    Tally compare(List<Export> exports) {
        Map<Copy, Integer> left = new HashMap<>(copies);
        long missing = 0;
        long duplicates = 0;
        long unacknowledged = 0;
        for (Export export : exports) {
            for (SenderTable.Point point : export.points()) {
                Integer there = left.remove(
                        new Copy(point.service(), point.kind().metric, point.attributes(), point.timeMillis()));
                missing += there == null && export.isAcknowledged() ? 1 : 0;
                duplicates += there == null ? 0 : there - 1;
                unacknowledged += there != null && !export.isAcknowledged() ? 1 : 0;
            }
        }
        return new Tally(copies.size(), missing, duplicates, unacknowledged, left.size());
    }
}
