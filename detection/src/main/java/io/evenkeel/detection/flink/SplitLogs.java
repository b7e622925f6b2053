package io.evenkeel.detection.flink;

import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts dead letters from counts of log records, behind the logs source. */
final class SplitLogs extends ProcessFunction<Decoded, ServiceInput> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Decoded decoded, Context context, Collector<ServiceInput> out) {
        if (decoded.logs() != null) {
            out.collect(ServiceInput.of(decoded.logs()));
        } else if (decoded.dead() != null) {
            context.output(Outputs.EVENTS, decoded.dead());
        }
    }
}
