package io.evenkeel.ingest.app;

import io.evenkeel.ingest.kafka.TestBroker;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What of one service lies in Kafka, read back by a consumer of its own and the generated classes. */
record Landed(List<Metric> metrics, List<Span> spans, List<LogRecord> logs) {

    static Landed of(String service, TestBroker broker) throws Exception {
        return of(resource -> isOf(resource, service), broker);
    }

    static Landed anywhere(TestBroker broker) throws Exception {
        return of(resource -> true, broker);
    }

    private static Landed of(Predicate<Resource> wanted, TestBroker broker) throws Exception {
        Stream.Builder<Metric> metrics = Stream.builder();
        for (byte[] record : broker.values(Topics.METRICS)) {
            ExportMetricsServiceRequest.parseFrom(record).getResourceMetricsList().stream()
                    .filter(resource -> wanted.test(resource.getResource()))
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .forEach(scope -> scope.getMetricsList().forEach(metrics));
        }
        Stream.Builder<Span> spans = Stream.builder();
        for (byte[] record : broker.values(Topics.SPANS)) {
            ExportTraceServiceRequest.parseFrom(record).getResourceSpansList().stream()
                    .filter(resource -> wanted.test(resource.getResource()))
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .forEach(scope -> scope.getSpansList().forEach(spans));
        }
        Stream.Builder<LogRecord> logs = Stream.builder();
        for (byte[] record : broker.values(Topics.LOGS)) {
            ExportLogsServiceRequest.parseFrom(record).getResourceLogsList().stream()
                    .filter(resource -> wanted.test(resource.getResource()))
                    .flatMap(resource -> resource.getScopeLogsList().stream())
                    .forEach(scope -> scope.getLogRecordsList().forEach(logs));
        }
        return new Landed(
                metrics.build().toList(), spans.build().toList(), logs.build().toList());
    }

    List<String> metricNames() {
        return metrics.stream().map(Metric::getName).distinct().toList();
    }

    List<String> spanNames() {
        return spans.stream().map(Span::getName).toList();
    }

    List<String> bodies() {
        return logs.stream().map(log -> log.getBody().getStringValue()).toList();
    }

    private static boolean isOf(Resource resource, String service) {
        return resource.getAttributesList().stream()
                .anyMatch(attribute -> attribute.getKey().equals("service.name")
                        && attribute.getValue().getStringValue().equals(service));
    }
}
