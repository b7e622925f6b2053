package io.evenkeel.correlation.flink;

import io.evenkeel.correlation.Correlator;
import io.evenkeel.correlation.EnvironmentState;
import io.evenkeel.correlation.Surroundings;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.learning.cause.CallGraph;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Feedback;
import io.evenkeel.wire.event.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches an environment's state, lets {@link Correlator} decide, stores and sends. State is JSON of pure records; a parsed
 * copy of each environment is kept beside it and written through, for one function instance alone owns a key.
 */
final class CorrelationFunction
        extends KeyedBroadcastProcessFunction<String, EnvironmentEvent, EnvironmentEvent, SentIncident> {
    private static final long serialVersionUID = 1L;

    static final MapStateDescriptor<String, byte[]> CATALOGUE =
            new MapStateDescriptor<>("catalogue", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final ValueStateDescriptor<byte[]> ENVIRONMENT =
            new ValueStateDescriptor<>("environment", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final MapStateDescriptor<String, byte[]> EDGES =
            new MapStateDescriptor<>("edges", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final long TICK_MILLIS = 1000;

    /** Calls that only a weekly job makes are still known when it runs again. */
    private static final Duration EDGES_KEPT = Duration.ofDays(8);

    private static final Duration BETWEEN_EDGE_SWEEPS = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(CorrelationFunction.class);

    /** Events that the decision could not bear; their offset is no longer known here. */
    static final OutputTag<RawEvent> REFUSED = new OutputTag<>("not decided") {
        private static final long serialVersionUID = 1L;
    };

    private final long epoch;

    private transient @Nullable Correlator correlator;
    private transient ValueState<byte[]> environment;
    private transient MapState<String, byte[]> edges;
    private transient Map<String, Parsed> parsed;
    private transient @Nullable Map<ServiceKey, Boolean> userFacing;

    /** The parsed copy of one environment. */
    private static final class Parsed {
        EnvironmentState state;
        final Map<String, CallEdge> edges = new HashMap<>();
        Instant edgesSweptAt = Instant.EPOCH;

        @Nullable
        CallGraph graph;

        Parsed(EnvironmentState state) {
            this.state = state;
        }

        CallGraph graph() {
            CallGraph current = graph == null ? CallGraph.of(edges.values()) : graph;
            graph = current;
            return current;
        }
    }

    @SuppressWarnings("NullAway.Init") // transient fields are set in open
    CorrelationFunction(long epoch) {
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        parsed = new HashMap<>();
        environment = getRuntimeContext().getState(ENVIRONMENT);
        edges = getRuntimeContext().getMapState(EDGES);
    }

    @Override
    public void processElement(EnvironmentEvent event, ReadOnlyContext context, Collector<SentIncident> out)
            throws Exception {
        Instant now = Instant.ofEpochMilli(context.timerService().currentProcessingTime());
        Parsed here = parsed(context.getCurrentKey(), now);
        if (event.topic().equals(Topics.TOPOLOGY)) {
            keep(here, EventJson.read(event.json(), CallEdge.class), event.json(), now);
            return;
        }
        try {
            take(here, decide(event, here, context.getBroadcastState(CATALOGUE), now), environment, out);
        } catch (RuntimeException e) {
            // Deciding is pure: the state is still the one of before, and one odd event must not stop the others.
            LOG.error("event refused topic={} environment={} reason={}", event.topic(), event.environment(), e, e);
            context.output(REFUSED, new RawEvent(event.topic(), -1, -1, "", event.json(), String.valueOf(e)));
        }
        if (correlator(now).needsTicks(here.state)) {
            context.timerService().registerProcessingTimeTimer(nextTick(now));
        }
    }

    private Correlator.Step decide(
            EnvironmentEvent event, Parsed here, ReadOnlyBroadcastState<String, byte[]> catalogue, Instant now)
            throws Exception {
        return switch (event.topic()) {
            case Topics.FINDINGS ->
                correlator(now)
                        .onFinding(
                                here.state,
                                surroundings(here, catalogue),
                                EventJson.read(event.json(), Finding.class),
                                now);
            case Topics.CHANGES ->
                correlator(now).onChange(here.state, EventJson.read(event.json(), Change.class), now);
            case Topics.INCIDENTS ->
                correlator(now).onPastIncident(here.state, EventJson.read(event.json(), Incident.class), now);
            default -> new Correlator.Step(here.state, List.of());
        };
    }

    @Override
    public void processBroadcastElement(EnvironmentEvent event, Context context, Collector<SentIncident> out)
            throws Exception {
        if (event.topic().equals(Topics.CONFIG)) {
            context.getBroadcastState(CATALOGUE).put(Topics.CONFIG_CATALOGUE, event.json());
            userFacing = null;
            return;
        }
        Feedback feedback = EventJson.read(event.json(), Feedback.class);
        Instant now = Instant.ofEpochMilli(context.currentProcessingTime());
        context.applyToKeyedState(ENVIRONMENT, (key, state) -> {
            Parsed here = parsed(key, now);
            correlator(now)
                    .onFeedback(here.state, surroundings(here, context.getBroadcastState(CATALOGUE)), feedback, now)
                    .ifPresent(step -> store(here, step, state, out));
        });
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<SentIncident> out) throws Exception {
        Instant now = Instant.ofEpochMilli(context.timerService().currentProcessingTime());
        Parsed here = parsed(context.getCurrentKey(), now);
        take(
                here,
                correlator(now).onTick(here.state, surroundings(here, context.getBroadcastState(CATALOGUE)), now),
                environment,
                out);
        if (correlator(now).needsTicks(here.state)) {
            context.timerService().registerProcessingTimeTimer(nextTick(now));
        }
    }

    /** Made with the first event or timer, whose time is when this run began to listen. */
    private Correlator correlator(Instant now) {
        Correlator current = correlator == null ? new Correlator(epoch, now) : correlator;
        correlator = current;
        return current;
    }

    /** Keeps an edge, and now and then forgets those whose calls have ended: peers come and go with every address. */
    private void keep(Parsed here, CallEdge edge, byte[] json, Instant now) throws Exception {
        Instant gone = now.minus(EDGES_KEPT);
        if (edge.lastSeen().isBefore(gone)) {
            return;
        }
        edges.put(edge.id(), json);
        here.edges.put(edge.id(), edge);
        here.graph = null;
        if (here.edgesSweptAt.plus(BETWEEN_EDGE_SWEEPS).isAfter(now)) {
            return;
        }
        here.edgesSweptAt = now;
        for (CallEdge known : List.copyOf(here.edges.values())) {
            if (known.lastSeen().isBefore(gone)) {
                edges.remove(known.id());
                here.edges.remove(known.id());
            }
        }
    }

    /** The current key's environment. */
    private Parsed parsed(String key, Instant now) throws Exception {
        Parsed known = parsed.get(key);
        if (known != null) {
            return known;
        }
        byte[] stored = environment.value();
        Parsed read =
                new Parsed(stored == null ? correlator(now).fresh() : EventJson.read(stored, EnvironmentState.class));
        for (byte[] json : edges.values()) {
            CallEdge edge = EventJson.read(json, CallEdge.class);
            read.edges.put(edge.id(), edge);
        }
        parsed.put(key, read);
        return read;
    }

    private Surroundings surroundings(Parsed here, ReadOnlyBroadcastState<String, byte[]> catalogue) throws Exception {
        Map<ServiceKey, Boolean> known = userFacing;
        if (known == null) {
            known = new HashMap<>();
            byte[] json = catalogue.get(Topics.CONFIG_CATALOGUE);
            if (json != null) {
                for (CatalogueConfig.CataloguedService service :
                        EventJson.read(json, CatalogueConfig.class).services()) {
                    known.put(ServiceKey.parse(service.service()), service.userFacing());
                }
            }
            userFacing = known;
        }
        return new Surroundings(here.graph(), known, here.state.changes());
    }

    private static void take(Parsed here, Correlator.Step step, ValueState<byte[]> state, Collector<SentIncident> out) {
        if (step.state() != here.state || !step.toSend().isEmpty()) {
            store(here, step, state, out);
        }
    }

    private static void store(
            Parsed here, Correlator.Step step, ValueState<byte[]> state, Collector<SentIncident> out) {
        here.state = step.state();
        try {
            state.update(EventJson.write(here.state));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("could not keep the state of an environment", e);
        }
        for (Incident incident : step.toSend()) {
            out.collect(new SentIncident(
                    incident.id(),
                    incident.id() + '.' + incident.epoch() + '.' + incident.sequence(),
                    incident.updatedAt().toEpochMilli(),
                    EventJson.write(incident)));
        }
    }

    private static long nextTick(Instant now) {
        return (now.toEpochMilli() / TICK_MILLIS + 1) * TICK_MILLIS;
    }
}
