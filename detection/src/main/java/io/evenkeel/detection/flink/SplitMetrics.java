package io.evenkeel.detection.flink;

import io.evenkeel.wire.otlp.EntityRows;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts dead letters from rows, behind the metrics source. */
final class SplitMetrics extends ProcessFunction<Decoded, EntityRows> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Decoded decoded, Context context, Collector<EntityRows> out) {
        if (decoded.metrics() != null) {
            out.collect(decoded.metrics());
        } else if (decoded.dead() != null) {
            context.output(Outputs.EVENTS, decoded.dead());
        }
    }
}
