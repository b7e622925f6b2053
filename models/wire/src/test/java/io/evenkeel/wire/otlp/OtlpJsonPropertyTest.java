package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class OtlpJsonPropertyTest {
    /** Metrics without exemplar ids are the same in OTLP JSON and in protobuf's own JSON, which is the oracle here. */
    @Property(tries = 300)
    void readsWhatProtobufPrints(@ForAll long seed) throws Exception {
        ExportMetricsServiceRequest request = new RandomRequests(seed).metrics();
        String json = JsonFormat.printer().printingEnumsAsInts().print(request);

        byte[] protobuf = OtlpJson.toProtobuf(OtlpSignal.METRICS, json.getBytes(StandardCharsets.UTF_8));

        assertThat(ExportMetricsServiceRequest.parseFrom(protobuf)).isEqualTo(request);
    }
}
