package io.evenkeel.wire.otlp;

import com.google.protobuf.Descriptors.Descriptor;
import io.evenkeel.wire.event.Topics;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** The three signals that OTLP 1.11 exports and we take; profiles are not taken. */
public enum OtlpSignal {
    METRICS(Topics.METRICS, "data points", ExportMetricsServiceRequest.getDescriptor()),
    SPANS(Topics.SPANS, "spans", ExportTraceServiceRequest.getDescriptor()),
    LOGS(Topics.LOGS, "log records", ExportLogsServiceRequest.getDescriptor());

    private final String topic;
    private final String items;
    private final MessageShape request;

    OtlpSignal(String topic, String items, Descriptor request) {
        this.topic = topic;
        this.items = items;
        this.request = MessageShape.of(request);
    }

    /** Kafka topic of this signal, for example {@code otlp_metrics}. */
    public String topic() {
        return topic;
    }

    /** What one item is called in messages to people: data points, spans or log records. */
    public String items() {
        return items;
    }

    MessageShape request() {
        return request;
    }
}
