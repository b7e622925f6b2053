package io.evenkeel.detection.flink;

import io.evenkeel.detection.LinkJoin;
import io.evenkeel.detection.PeerIdentity;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Keyed by span id, so that both ends of a call meet: tells callers who sits behind an address. */
final class LinkFunction extends KeyedProcessFunction<Long, LinkEnd, ServiceInput> {
    private static final long serialVersionUID = 1L;

    private transient LinkJoin join = new LinkJoin();

    @Override
    public void open(OpenContext context) {
        join = new LinkJoin();
    }

    @Override
    public void processElement(LinkEnd end, Context context, Collector<ServiceInput> out) {
        PeerIdentity identity =
                join.take(end.service(), end.link(), context.timerService().currentProcessingTime());
        if (identity != null) {
            out.collect(ServiceInput.of(identity));
        }
    }
}
