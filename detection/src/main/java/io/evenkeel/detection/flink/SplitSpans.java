package io.evenkeel.detection.flink;

import io.evenkeel.detection.Heartbeat;
import io.evenkeel.wire.otlp.SpanRows;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts dead letters, call ends and signs of life from sums of spans, behind the spans source. */
final class SplitSpans extends ProcessFunction<Decoded, ServiceInput> {
    private static final long serialVersionUID = 1L;
    private static final long HEARTBEAT_MILLIS = 1_000;
    private static final int MOST_INSTANCES = 10_000;

    /** When each instance's last sign of life was sent on; lost at a restart, which costs one more each. */
    private transient Map<String, Long> sent = new HashMap<>();

    @Override
    public void open(OpenContext context) {
        sent = new HashMap<>();
    }

    @Override
    public void processElement(Decoded decoded, Context context, Collector<ServiceInput> out) {
        if (decoded.dead() != null) {
            context.output(Outputs.EVENTS, decoded.dead());
        }
        SpanRows rows = decoded.spans();
        if (rows == null) {
            return;
        }
        for (SpanRows.Link link : rows.links) {
            context.output(Outputs.LINKS, new LinkEnd(rows.service, link));
        }
        heartbeat(rows, context);
        out.collect(ServiceInput.of(rows));
    }

    private void heartbeat(SpanRows rows, Context context) {
        long now = context.timerService().currentProcessingTime();
        String process = rows.service + '\n' + rows.instance;
        Long last = sent.get(process);
        if (rows.instance.isEmpty() || last != null && now - last < HEARTBEAT_MILLIS) {
            return;
        }
        if (sent.size() >= MOST_INSTANCES) {
            sent.clear();
        }
        sent.put(process, now);
        Map<String, String> facts = rows.version.isEmpty()
                ? Map.of("service.instance.id", rows.instance)
                : Map.of("service.instance.id", rows.instance, "service.version", rows.version);
        context.output(Outputs.HEARTBEATS, new Heartbeat(rows.service, "", rows.instance, facts, clock(rows), now, 0));
    }

    private static long clock(SpanRows rows) {
        long clock = 0;
        for (SpanRows.Red red : rows.reds) {
            clock = Math.max(clock, red.binStartMillis());
        }
        for (SpanRows.Link link : rows.links) {
            clock = Math.max(clock, link.timeMillis());
        }
        return clock;
    }
}
