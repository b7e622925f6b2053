package io.evenkeel.detection.flink;

import io.evenkeel.detection.Heartbeat;
import io.evenkeel.detection.PresenceBook;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.topology.Change;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** One key for the whole job: only who hears everybody can tell a dead service from a blind job. */
final class PresenceFunction extends KeyedProcessFunction<Integer, Heartbeat, Outgoing> {
    private static final long serialVersionUID = 1L;

    private final long epoch;
    private transient ValueState<Stored<PresenceBook>> books;
    private transient boolean awake;

    @SuppressWarnings("NullAway.Init") // Flink calls open() before anything else
    PresenceFunction(long epoch) {
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        awake = false;
        books = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "presence-book", new PackedTypeInformation<>(PackedFormats.PRESENCE_BOOK)));
    }

    @Override
    public void processElement(Heartbeat heartbeat, Context context, Collector<Outgoing> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        Stored<PresenceBook> stored = stored(now);
        stored.book().heard(heartbeat, now, output(out, now));
        books.update(stored);
        context.timerService().registerProcessingTimeTimer(Outputs.nextSecond(now));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Outgoing> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        Stored<PresenceBook> stored = stored(now);
        stored.book().tick(now, output(out, now));
        books.update(stored);
        context.timerService().registerProcessingTimeTimer(Outputs.nextSecond(now));
    }

    private Stored<PresenceBook> stored(long now) throws Exception {
        Stored<PresenceBook> stored = books.value();
        if (stored == null) {
            stored = new Stored<>(new PresenceBook());
        }
        if (!awake) {
            awake = true;
            stored.book().wake(epoch, now);
        }
        return stored;
    }

    private static PresenceBook.Output output(Collector<Outgoing> out, long now) {
        return new PresenceBook.Output() {
            @Override
            public void finding(Finding finding) {
                out.collect(Outgoing.of(finding));
            }

            @Override
            public void change(Change change) {
                out.collect(Outgoing.of(change, now));
            }
        };
    }
}
