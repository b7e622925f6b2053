package io.evenkeel.detection.flink;

import io.evenkeel.detection.EntityBook;
import io.evenkeel.detection.Heartbeat;
import io.evenkeel.detection.MetricDoubt;
import io.evenkeel.detection.PointCounts;
import io.evenkeel.detection.PriorShelf;
import io.evenkeel.detection.SlotRed;
import io.evenkeel.detection.TakenPriors;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.OtlpSignal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Keyed by service and owner: hands rows to the entity's book and sends on what it answers. */
final class EntityFunction
        extends KeyedBroadcastProcessFunction<String, EntityRows, Tuple2<String, byte[]>, ServiceInput> {
    private static final long serialVersionUID = 1L;

    private final long epoch;
    private transient ValueState<Stored<EntityBook>> books;
    private transient PointCounts counts = new PointCounts();
    private transient CatalogueView view = new CatalogueView();
    private transient Doubts doubts = new Doubts();
    private transient PriorView history = new PriorView(PriorView.Whose.REPLICAS);
    private transient ValueState<PriorShelf> shelves;

    @SuppressWarnings("NullAway.Init") // Flink calls open() before anything else
    EntityFunction(long epoch) {
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        counts = new PointCounts();
        view = new CatalogueView();
        doubts = new Doubts();
        history = new PriorView(PriorView.Whose.REPLICAS);
        shelves = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "entity-priors", new PackedTypeInformation<>(PackedFormats.PRIOR_SHELF)));
        books = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "entity-book", new PackedTypeInformation<>(PackedFormats.ENTITY_BOOK)));
        PipelineGauges gauges = new PipelineGauges(getRuntimeContext().getMetricGroup(), OtlpSignal.METRICS);
        gauges.items("judged", () -> counts.accepted);
        gauges.items("duplicate", () -> counts.duplicates);
        gauges.items("late", () -> counts.late);
        gauges.items("quarantined", () -> counts.quarantined);
        gauges.items("refused", "beyond_bound", () -> counts.refused);
        gauges.newest(() -> counts.newest);
        gauges.mark("judgedSteps", () -> counts.judgedSteps);
        gauges.mark("resets", () -> counts.resets);
        gauges.mark("overlaps", () -> counts.overlaps);
        gauges.mark("gaps", () -> counts.gaps);
        gauges.mark("nameConflicts", () -> counts.nameConflicts);
    }

    @Override
    public void processElement(EntityRows rows, ReadOnlyContext context, Collector<ServiceInput> out) throws Exception {
        long now = context.currentProcessingTime();
        Stored<EntityBook> stored = books.value();
        if (stored == null) {
            stored = new Stored<>(new EntityBook(rows.service, rows.owner));
        }
        EntityBook book = stored.book();
        book.epoch(epoch);
        bring(book.priors(), rows.service, context);
        book.accept(
                rows,
                now,
                view.catalogue(context.getBroadcastState(CatalogueView.CONFIG)),
                counts,
                output(context, out, now));
        books.update(stored);
        keep(book.priors());
        wake(book, now, context.timerService());
    }

    /** Asks for one timer a second and entity, and not once more with all of its rows. */
    private static void wake(EntityBook book, long now, TimerService timers) {
        long next = Outputs.nextSecond(now);
        if (book.wakeAt(next)) {
            timers.registerProcessingTimeTimer(next);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ServiceInput> out) throws Exception {
        Stored<EntityBook> stored = books.value();
        if (stored == null) {
            return;
        }
        EntityBook book = stored.book();
        long now = context.currentProcessingTime();
        book.epoch(epoch);
        bring(book.priors(), book.service(), context);
        boolean waits = book.tick(
                now, view.catalogue(context.getBroadcastState(CatalogueView.CONFIG)), output(context, out, now));
        books.update(stored);
        keep(book.priors());
        if (waits) {
            wake(book, now, context.timerService());
        }
    }

    private void bring(TakenPriors priors, String service, ReadOnlyContext context) throws Exception {
        priors.waiting(history.priors(context.getBroadcastState(PriorView.PRIORS)), service);
        if (!priors.isShelved()) {
            PriorShelf kept = shelves.value();
            priors.shelve(kept == null ? PriorShelf.EMPTY : kept);
        }
    }

    private void keep(TakenPriors priors) throws Exception {
        PriorShelf changed = priors.changedShelf();
        if (changed != null) {
            shelves.update(changed);
        }
    }

    @Override
    public void processBroadcastElement(Tuple2<String, byte[]> record, Context context, Collector<ServiceInput> out)
            throws Exception {
        if (PriorView.isPrior(record)) {
            history.take(record, context.getBroadcastState(PriorView.PRIORS));
        } else {
            view.take(record, context.getBroadcastState(CatalogueView.CONFIG));
        }
    }

    private EntityBook.Output output(ReadOnlyContext context, Collector<ServiceInput> out, long now) {
        return new EntityBook.Output() {
            @Override
            public void finding(Finding finding) {
                context.output(Outputs.EVENTS, Outgoing.of(finding));
            }

            @Override
            public void rollup(Rollup rollup) {
                context.output(Outputs.EVENTS, Outgoing.of(rollup, now));
            }

            @Override
            public void red(SlotRed red) {
                out.collect(ServiceInput.of(red));
            }

            @Override
            public void heartbeat(Heartbeat heartbeat) {
                context.output(Outputs.HEARTBEATS, heartbeat);
            }

            @Override
            public void doubt(MetricDoubt doubt) {
                doubts.tell(doubt);
            }
        };
    }
}
