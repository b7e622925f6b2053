package io.evenkeel.detection.flink;

import io.evenkeel.detection.Catalogue;
import io.evenkeel.detection.ItemCounts;
import io.evenkeel.detection.PeerIdentity;
import io.evenkeel.detection.PriorShelf;
import io.evenkeel.detection.ServiceBook;
import io.evenkeel.detection.TakenPriors;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Keyed by service: hands replicas' shares, spans and identities of peers to the service's book, sends on its answers. */
final class ServiceFunction
        extends KeyedBroadcastProcessFunction<String, ServiceInput, Tuple2<String, byte[]>, Outgoing> {
    private static final long serialVersionUID = 1L;

    private final long epoch;
    private transient ValueState<Stored<ServiceBook>> books;
    private transient ItemCounts spans = new ItemCounts();
    private transient ItemCounts logs = new ItemCounts();
    private transient Counter refused;
    private transient CatalogueView view = new CatalogueView();
    private transient PriorView history = new PriorView(PriorView.Whose.SERVICES);
    private transient ValueState<PriorShelf> shelves;

    @SuppressWarnings("NullAway.Init") // Flink calls open() before anything else
    ServiceFunction(long epoch) {
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        view = new CatalogueView();
        history = new PriorView(PriorView.Whose.SERVICES);
        shelves = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "service-priors", new PackedTypeInformation<>(PackedFormats.PRIOR_SHELF)));
        books = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "service-book", new PackedTypeInformation<>(PackedFormats.SERVICE_BOOK)));
        spans = counted(OtlpSignal.SPANS);
        logs = counted(OtlpSignal.LOGS);
        refused = getRuntimeContext().getMetricGroup().counter("refusedSteps");
    }

    private ItemCounts counted(OtlpSignal signal) {
        ItemCounts counts = new ItemCounts();
        PipelineGauges gauges = new PipelineGauges(getRuntimeContext().getMetricGroup(), signal);
        gauges.items("judged", () -> counts.accepted);
        gauges.items("duplicate", () -> counts.duplicates);
        gauges.items("late", () -> counts.late);
        gauges.items("quarantined", () -> counts.quarantined);
        gauges.items("refused", "beyond_bound", () -> counts.refused);
        gauges.newest(() -> counts.newest);
        return counts;
    }

    @Override
    public void processElement(ServiceInput input, ReadOnlyContext context, Collector<Outgoing> out) throws Exception {
        long now = context.currentProcessingTime();
        Stored<ServiceBook> stored = books.value();
        if (stored == null) {
            stored = new Stored<>(new ServiceBook(input.service()));
        }
        ServiceBook book = stored.book();
        book.epoch(epoch);
        book.count(spans, logs);
        bring(book.priors(), input.service(), context);
        Catalogue catalogue = view.catalogue(context.getBroadcastState(CatalogueView.CONFIG));
        if (input.red() != null) {
            book.accept(input.red(), now, catalogue, output(out, now));
        } else if (input.spans() != null) {
            book.accept(input.spans(), now, catalogue, output(out, now));
        } else if (input.logs() != null) {
            book.accept(input.logs(), now, catalogue, output(out, now));
        } else {
            PeerIdentity peer = Objects.requireNonNull(input.peer());
            book.accept(peer);
        }
        books.update(stored);
        keep(book.priors());
        context.timerService().registerProcessingTimeTimer(Outputs.nextSecond(now));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Outgoing> out) throws Exception {
        Stored<ServiceBook> stored = books.value();
        if (stored == null) {
            return;
        }
        ServiceBook book = stored.book();
        long now = context.currentProcessingTime();
        book.epoch(epoch);
        bring(book.priors(), book.service(), context);
        boolean waits =
                book.tick(now, view.catalogue(context.getBroadcastState(CatalogueView.CONFIG)), output(out, now));
        refused.inc(book.takeRefused());
        books.update(stored);
        keep(book.priors());
        if (waits) {
            context.timerService().registerProcessingTimeTimer(Outputs.nextSecond(now));
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
    public void processBroadcastElement(Tuple2<String, byte[]> record, Context context, Collector<Outgoing> out)
            throws Exception {
        if (PriorView.isPrior(record)) {
            history.take(record, context.getBroadcastState(PriorView.PRIORS));
        } else {
            view.take(record, context.getBroadcastState(CatalogueView.CONFIG));
        }
    }

    private static ServiceBook.Output output(Collector<Outgoing> out, long now) {
        return new ServiceBook.Output() {
            @Override
            public void finding(Finding finding) {
                out.collect(Outgoing.of(finding));
            }

            @Override
            public void rollup(Rollup rollup) {
                out.collect(Outgoing.of(rollup, now));
            }

            @Override
            public void edge(CallEdge edge) {
                out.collect(Outgoing.of(edge, now));
            }
        };
    }
}
