package io.evenkeel.detection.flink;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.function.IntToDoubleFunction;

/** OTLP requests as a load generator sends them. */
final class OtlpRequests {
    private OtlpRequests() {}

    static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    static Resource resource(String service, String instance) {
        return Resource.newBuilder()
                .addAttributes(attribute("deployment.environment.name", "demo"))
                .addAttributes(attribute("service.namespace", "shop"))
                .addAttributes(attribute("service.name", service))
                .addAttributes(attribute("service.instance.id", instance))
                .addAttributes(attribute("service.version", "1"))
                .addAttributes(attribute("host.name", "node-1"))
                .build();
    }

    /** One delta point per series of {@code load.points}, series {@code n=0..series-1}. */
    static byte[] deltas(String service, int series, long fromMillis, long atMillis, IntToDoubleFunction value) {
        Sum.Builder sum = Sum.newBuilder()
                .setIsMonotonic(true)
                .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        for (int n = 0; n < series; n++) {
            sum.addDataPoints(NumberDataPoint.newBuilder()
                    .setStartTimeUnixNano(fromMillis * 1_000_000)
                    .setTimeUnixNano(atMillis * 1_000_000)
                    .addAttributes(attribute("n", Integer.toString(n)))
                    .setAsDouble(value.applyAsDouble(n)));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(resource(service, service + "-1"))
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("load.points")
                                        .setUnit("1")
                                        .setSum(sum))))
                .build()
                .toByteArray();
    }
}
