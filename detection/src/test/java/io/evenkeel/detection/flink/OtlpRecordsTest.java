package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import io.evenkeel.wire.otlp.SeriesDefinition;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes out of one Kafka record. */
class OtlpRecordsTest {
    private final OtlpRecords records = new OtlpRecords(OtlpSignal.METRICS, SecretMask.standard());
    private final List<Decoded> out = new ArrayList<>();

    @BeforeEach
    void open() {
        records.open(new DeserializationSchema.InitializationContext() {
            @Override
            public MetricGroup getMetricGroup() {
                return new UnregisteredMetricsGroup();
            }

            @Override
            public UserCodeClassLoader getUserCodeClassLoader() {
                throw new UnsupportedOperationException("loads no class");
            }
        });
    }

    private void give(byte[] value) {
        records.deserialize(new ConsumerRecord<>(Topics.METRICS, 2, 17, null, value), new ListCollector<>(out));
    }

    /** Evenkeel reports to itself where its exporter is pointed at its own door: that is nobody's service. */
    @Test
    void leavesOutEvenkeelsOwnTelemetryAndNothingElse() throws Exception {
        byte[] shop = OtlpRequests.deltas("payment", 1, 1_000, 2_000, n -> n);
        ExportMetricsServiceRequest.Builder both = ExportMetricsServiceRequest.parseFrom(shop).toBuilder();
        ExportMetricsServiceRequest.Builder own = ExportMetricsServiceRequest.parseFrom(shop).toBuilder();
        own.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .setAttributes(1, OtlpRequests.attribute("service.namespace", "evenkeel"))
                .setAttributes(2, OtlpRequests.attribute("service.name", "evenkeel"));
        both.addResourceMetrics(own.getResourceMetrics(0));
        own.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .setAttributes(1, OtlpRequests.attribute("service.namespace", "evenkeel-shop"));
        both.addResourceMetrics(own.getResourceMetrics(0));
        give(both.build().toByteArray());

        assertThat(out)
                .extracting(decoded -> decoded.metrics().service)
                .containsExactly("demo/shop/payment", "demo/evenkeel-shop/evenkeel");
    }

    /** A Collector's batch holds many resources, and its record's key follows its own rules: trace id, hash, none. */
    @Test
    void readsManyResourcesInARecordWhateverItsKey() throws Exception {
        ExportMetricsServiceRequest.Builder batch = ExportMetricsServiceRequest.newBuilder();
        for (int i = 0; i < 300; i++) {
            batch.addAllResourceMetrics(
                    ExportMetricsServiceRequest.parseFrom(OtlpRequests.deltas("service-" + i, 1, 1_000, 2_000, n -> n))
                            .getResourceMetricsList());
        }
        for (byte[] key : new byte[][] {null, {}, {0, -1, 7}, "0123456789abcdef".getBytes(StandardCharsets.UTF_8)}) {
            out.clear();
            records.deserialize(
                    new ConsumerRecord<>(
                            Topics.METRICS, 2, 17, key, batch.build().toByteArray()),
                    new ListCollector<>(out));

            assertThat(out)
                    .hasSize(300)
                    .extracting(decoded -> decoded.metrics().service)
                    .doesNotHaveDuplicates();
        }
    }

    /** A Collector may write past the door: what the door masks must not come in that way. */
    @Test
    void masksSecretsOfRecordsThatDidNotPassTheDoor() throws Exception {
        ExportMetricsServiceRequest.Builder request =
                ExportMetricsServiceRequest.parseFrom(OtlpRequests.deltas("payment", 1, 1_000, 2_000, n -> n))
                        .toBuilder();
        request.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .addAttributes(OtlpRequests.attribute("service.version", "2 --password geheim"));
        request.getResourceMetricsBuilder(0)
                .getScopeMetricsBuilder(0)
                .getMetricsBuilder(0)
                .getSumBuilder()
                .getDataPointsBuilder(0)
                .addAttributes(OtlpRequests.attribute("db.password", "geheim"))
                .addAttributes(OtlpRequests.attribute("url.full", "http://a:geheim@shop/"));
        give(request.build().toByteArray());

        EntityRows rows = out.get(0).metrics();
        assertThat(rows.facts).containsEntry("service.version", "2 --password ******");
        assertThat(rows.definitions)
                .extracting(SeriesDefinition::attributes)
                .anySatisfy(
                        text -> assertThat(text).contains("db.password=******").contains("http://a:******@shop/"))
                .noneSatisfy(text -> assertThat(text).contains("geheim"));
    }

    /** What a Collector writes with {@code encoding: otlp_json}. */
    @Test
    void readsJsonToo() {
        give("""
                {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"till"}}]},
                "scopeMetrics":[{"metrics":[{"name":"queue.depth","gauge":{"dataPoints":[
                {"timeUnixNano":"1700000000000000000","asInt":"7"}]}}]}]}]}""".getBytes(StandardCharsets.UTF_8));
        give("{\"resourceMetrics\":[".getBytes(StandardCharsets.UTF_8));

        assertThat(out.get(0).metrics().service).endsWith("/till");
        assertThat(out.get(0).metrics().size).isEqualTo(1);
        assertThat(new String(out.get(1).dead().headers().get("evenkeel_reason"), StandardCharsets.UTF_8))
                .startsWith("invalid OTLP JSON");
    }

    /** A dead letter that no broker takes would stop the job, again after every restart. */
    @Test
    void cutsADeadLetterToWhatABrokerTakes() {
        byte[] junk = new byte[3_000_000];
        junk[0] = 10;
        give(junk);
        give(new byte[] {10, 127, 1});

        Outgoing dead = out.get(0).dead();
        assertThat(dead.value()).hasSize(Outgoing.MOST_DEAD_BYTES).startsWith(10);
        assertThat(new String(dead.headers().get("evenkeel_cut_from"), StandardCharsets.UTF_8))
                .isEqualTo("3000000");
        assertThat(dead.key()).isEqualTo(Topics.METRICS + "/2/17");
        assertThat(out.get(1).dead().value()).containsExactly(10, 127, 1);
        assertThat(out.get(1).dead().headers()).doesNotContainKey("evenkeel_cut_from");
    }
}
