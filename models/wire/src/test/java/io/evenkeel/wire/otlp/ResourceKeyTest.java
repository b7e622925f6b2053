package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ResourceKeyTest {
    @Test
    void oneResource_hasOneKey_whateverItSends() {
        byte[] alone = metrics(from("a"));
        byte[] withMore = metrics(from("a").toBuilder()
                .addScopeMetrics(ScopeMetrics.newBuilder().setSchemaUrl("more"))
                .build());

        assertThat(ResourceKey.of(alone)).hasSize(8).isEqualTo(ResourceKey.of(withMore));
        assertThat(ResourceKey.of(alone)).isNotEqualTo(ResourceKey.of(metrics(from("b"))));
    }

    @Test
    void allSignalsOfOneResource_haveItsKey() {
        byte[] spans = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(io.opentelemetry.proto.trace.v1.ResourceSpans.newBuilder()
                        .setResource(resource("a")))
                .build()
                .toByteArray();
        byte[] logs = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                        io.opentelemetry.proto.logs.v1.ResourceLogs.newBuilder().setResource(resource("a")))
                .build()
                .toByteArray();

        assertThat(ResourceKey.of(spans)).isEqualTo(ResourceKey.of(logs)).isEqualTo(ResourceKey.of(metrics(from("a"))));
    }

    @Test
    void manyResources_haveTheKeyOfTheFirst() {
        assertThat(ResourceKey.of(metrics(from("a"), from("b")))).isEqualTo(ResourceKey.of(metrics(from("a"))));
    }

    /** Senders may write fields in any order, and fields that nobody knows yet. */
    @Test
    void resourceBehindOtherFields_isFound() {
        byte[] resource = resource("a").toByteArray();
        WireSink inner = new WireSink(64);
        inner.raw(HexFormat.of().parseHex("1a0178980601"), 0, 6);
        inner.varint(0x0a);
        inner.lengthPrefixed(resource);
        WireSink outer = new WireSink(64);
        outer.raw(HexFormat.of().parseHex("980601"), 0, 3);
        outer.varint(0x0a);
        outer.lengthPrefixed(inner.toByteArray());

        assertThat(ResourceKey.of(outer.toByteArray())).isEqualTo(ResourceKey.of(metrics(from("a"))));
    }

    @Test
    void emptyPartsBefore_arePassedBy() {
        assertThat(ResourceKey.of(metrics(ResourceMetrics.getDefaultInstance(), from("a"))))
                .isEqualTo(ResourceKey.of(metrics(from("a"))));
    }

    @Test
    void withoutResource_thereIsNoKey() {
        ResourceMetrics nobody = ResourceMetrics.newBuilder()
                .addScopeMetrics(ScopeMetrics.getDefaultInstance())
                .build();

        assertThat(ResourceKey.of(metrics(nobody))).isNull();
        assertThat(ResourceKey.of(metrics(nobody.toBuilder()
                        .setResource(Resource.getDefaultInstance())
                        .build())))
                .isNull();
    }

    private static byte[] metrics(ResourceMetrics... resources) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (ResourceMetrics resource : resources) {
            request.addResourceMetrics(resource);
        }
        return request.build().toByteArray();
    }

    private static ResourceMetrics from(String service) {
        return ResourceMetrics.newBuilder().setResource(resource(service)).build();
    }

    private static Resource resource(String service) {
        return Resource.newBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue(service)))
                .build();
    }
}
