package io.evenkeel.detection.flink;

import io.evenkeel.detection.Catalogue;
import io.evenkeel.detection.PeerIdentity;
import io.evenkeel.detection.ServiceBook;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
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
        extends KeyedBroadcastProcessFunction<String, ServiceInput, Tuple2<String, String>, Outgoing> {
    private static final long serialVersionUID = 1L;

    private final long epoch;
    private transient ValueState<ServiceBook> books;
    private transient Counter duplicates;
    private transient Counter refused;
    private transient CatalogueView view = new CatalogueView();

    @SuppressWarnings("NullAway.Init") // Flink calls open() before anything else
    ServiceFunction(long epoch) {
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        view = new CatalogueView();
        books = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "service-book", new PackedTypeInformation<>(PackedFormats.SERVICE_BOOK)));
        duplicates = getRuntimeContext().getMetricGroup().counter("duplicateSpanBatches");
        refused = getRuntimeContext().getMetricGroup().counter("refusedSteps");
    }

    @Override
    public void processElement(ServiceInput input, ReadOnlyContext context, Collector<Outgoing> out) throws Exception {
        long now = context.currentProcessingTime();
        ServiceBook book = books.value();
        if (book == null) {
            book = new ServiceBook(input.service());
        }
        book.epoch(epoch);
        Catalogue catalogue = view.catalogue(context.getBroadcastState(CatalogueView.CONFIG));
        if (input.red() != null) {
            book.accept(input.red(), now, catalogue, output(out, now));
        } else if (input.spans() != null) {
            if (!book.accept(input.spans(), now, catalogue, output(out, now))) {
                duplicates.inc();
            }
        } else if (input.logs() != null) {
            book.accept(input.logs(), now, catalogue, output(out, now));
        } else {
            PeerIdentity peer = Objects.requireNonNull(input.peer());
            book.accept(peer);
        }
        books.update(book);
        context.timerService().registerProcessingTimeTimer(Outputs.nextSecond(now));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Outgoing> out) throws Exception {
        ServiceBook book = books.value();
        if (book == null) {
            return;
        }
        long now = context.currentProcessingTime();
        book.epoch(epoch);
        boolean waits =
                book.tick(now, view.catalogue(context.getBroadcastState(CatalogueView.CONFIG)), output(out, now));
        refused.inc(book.takeRefused());
        books.update(book);
        if (waits) {
            context.timerService().registerProcessingTimeTimer(Outputs.nextSecond(now));
        }
    }

    @Override
    public void processBroadcastElement(Tuple2<String, String> record, Context context, Collector<Outgoing> out)
            throws Exception {
        view.take(record, context.getBroadcastState(CatalogueView.CONFIG));
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
