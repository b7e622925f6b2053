package io.evenkeel.detection;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.LogsWalk;
import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.MetricsWalk;
import io.evenkeel.wire.otlp.OtlpJson;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import io.evenkeel.wire.otlp.SpanRows;
import io.evenkeel.wire.otlp.SpansWalk;
import io.evenkeel.wire.otlp.Undecodable;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A past that is learned from: the job's own walk, books and baselines under the recorded clock, in which nothing is
 * judged and nothing is told. What comes out is one {@link Prior} a signal. Metrics, spans and logs may come one after
 * the other, each in the order of time; where metrics and spans both tell a service's own rate, errors and durations,
 * the metrics count, as in the job. Owned by one thread.
 */
public final class History {
    private static final byte VERSION = 2;
    /** Nothing is rolled up. */
    private static final Catalogue NOTHING = Catalogue.of(List.of(), List.of());

    /** Longer than any step is waited for. */
    private static final long END_MILLIS = 900_000;

    private static final int STEP_MILLIS = 10_000;
    /** Steps remembered of a signal whose values come ready made: nobody looks back at them. */
    private static final int RING = 8;

    private final InstantSource wall;
    private final PointCounts points = new PointCounts();
    private final ItemCounts items = new ItemCounts();
    private Books fromMetrics = new Books();
    private Books fromSpans = new Books();
    private Books fromLogs = new Books();
    /** Row of {@link #told} by signal, in the order of the rows. */
    private final Map<SignalKey, Integer> toldRows = new LinkedHashMap<>();

    private JudgedSignals told = new JudgedSignals(RING, true);
    private final MetricsWalk metrics;
    private final SpansWalk spans;
    private final LogsWalk logs;

    /**
     * @param mask what is secret in attributes, as the job has it
     * @param wall the clock of today: what claims to be later does not move the recorded one, behind which all that is
     *     true would come too late
     */
    public History(SecretMask mask, InstantSource wall) {
        this.wall = wall;
        metrics = new MetricsWalk(
                fromMetricsClock(), mask, MetricsWalk.DEFAULT_SERIES, MetricsWalk.DEFAULT_REFRESH_SECONDS);
        spans = new SpansWalk(fromSpansClock(), mask, SpansWalk.DEFAULT_NAMES, SpansWalk.DEFAULT_LINKS_PER_SECOND);
        logs = new LogsWalk(mask);
        told.learnOnly();
    }

    private InstantSource fromMetricsClock() {
        return () -> Instant.ofEpochMilli(fromMetrics.now);
    }

    private InstantSource fromSpansClock() {
        return () -> Instant.ofEpochMilli(fromSpans.now);
    }

    /**
     * Takes one export request.
     *
     * @param request protobuf, or JSON beginning with a brace
     * @return where the bytes stop being a request, null when all was read
     * @throws MalformedRequestException if JSON is no request
     */
    public @Nullable Undecodable accept(OtlpSignal signal, byte[] request) throws MalformedRequestException {
        byte[] bytes = request.length > 0 && request[0] == '{' ? OtlpJson.toProtobuf(signal, request) : request;
        return switch (signal) {
            case METRICS -> metrics.walk(bytes, 0, bytes.length, this::take);
            case SPANS -> spans.walk(bytes, 0, bytes.length, this::take);
            case LOGS -> logs.walk(bytes, 0, bytes.length, this::take);
        };
    }

    void take(EntityRows rows) {
        fromMetrics.take(rows);
    }

    void take(SpanRows rows) {
        fromSpans.take(rows);
    }

    void take(LogRows rows) {
        fromLogs.take(rows);
    }

    /**
     * Takes one value of a service's own rate, error ratio or 95th percentile that somebody else has formed.
     *
     * @param startMillis start of the step it is of; steps come in order
     * @param requests requests the value stands on; a rate's step knows its seconds itself
     * @throws IllegalArgumentException for a signal of another kind
     */
    public void learn(SignalKey signal, long startMillis, int widthMillis, double value, double requests) {
        if (!signal.isGolden()) {
            throw new IllegalArgumentException(signal.id() + " is not a service's rate, errors or durations");
        }
        int row = toldRows.computeIfAbsent(signal, key -> told.add(ServiceSignals.baselineOf(key.kind()), true));
        double weight = signal.kind() == SignalKind.REQUEST_RATE ? widthMillis / 1000.0 : requests;
        told.step(
                row, startMillis, widthMillis, value, weight, JudgeRule.GAUGE, false, startMillis, (r, tracker) -> {});
    }

    /** What the points taken became. */
    public PointCounts points() {
        return points;
    }

    /** Points, spans and log records left out as they claim to be of more than five minutes after today's clock. */
    public long fromTheFuture() {
        return points.quarantined + items.quarantined;
    }

    /** Steps of operations and calls that could not be learned, beyond the signals kept of a service. */
    public long refusedSteps() {
        return fromMetrics.refusedSteps + fromSpans.refusedSteps + fromLogs.refusedSteps;
    }

    /** One prior a signal, by its id; replicas are pooled. Signals with too little history are not among them. */
    public Map<String, Prior> priors() {
        Map<String, List<Prior>> replicas = new HashMap<>();
        Map<String, Prior> all = new TreeMap<>();
        for (Books books : List.of(fromMetrics, fromSpans, fromLogs)) {
            books.end();
            books.services.values().forEach(book -> book.eachLearned((key, prior) -> all.putIfAbsent(key.id(), prior)));
            books.entities
                    .values()
                    .forEach(book ->
                            book.eachLearned((key, prior) -> replicas.computeIfAbsent(key.id(), id -> new ArrayList<>())
                                    .add(prior)));
        }
        replicas.forEach((id, parts) -> all.put(id, Prior.pooled(parts)));
        toldRows.forEach((key, row) -> {
            Prior prior = told.toPrior(row);
            if (prior != null) {
                all.put(key.id(), prior);
            }
        });
        return all;
    }

    /** Writes it whole, so that a long run may be ended and gone on with. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        fromMetrics.write(out);
        fromSpans.write(out);
        fromLogs.write(out);
        out.writeInt(toldRows.size());
        for (SignalKey key : toldRows.keySet()) {
            out.writeUTF(key.id());
        }
        told.write(out);
    }

    /**
     * @throws IOException if it is of a version that this release does not know
     */
    public static History read(DataInput in, SecretMask mask, InstantSource wall) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("the learned past has version " + version + "; this release reads " + VERSION);
        }
        History history = new History(mask, wall);
        history.fromMetrics = history.new Books(in);
        history.fromSpans = history.new Books(in);
        history.fromLogs = history.new Books(in);
        int keys = in.readInt();
        for (int i = 0; i < keys; i++) {
            history.toldRows.put(SignalKey.parse(in.readUTF()), i);
        }
        history.told = JudgedSignals.read(in);
        history.told.learnOnly();
        return history;
    }

    /** The books of one kind of telemetry, with a clock of their own. */
    private final class Books {
        private final Map<String, EntityBook> entities = new TreeMap<>();
        private final Map<String, ServiceBook> services = new TreeMap<>();
        private final LinkJoin links = new LinkJoin();
        private long now;
        /** Not part of what is written: of one run. */
        private long refusedSteps;

        Books() {}

        Books(DataInput in) throws IOException {
            now = in.readLong();
            int size = in.readInt();
            for (int i = 0; i < size; i++) {
                String key = in.readUTF();
                EntityBook book = EntityBook.read(in);
                book.learnOnly();
                entities.put(key, book);
            }
            int more = in.readInt();
            for (int i = 0; i < more; i++) {
                String key = in.readUTF();
                services.put(key, learning(ServiceBook.read(in)));
            }
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(now);
            out.writeInt(entities.size());
            for (Map.Entry<String, EntityBook> entry : entities.entrySet()) {
                out.writeUTF(entry.getKey());
                entry.getValue().write(out);
            }
            out.writeInt(services.size());
            for (Map.Entry<String, ServiceBook> entry : services.entrySet()) {
                out.writeUTF(entry.getKey());
                entry.getValue().write(out);
            }
        }

        void take(EntityRows rows) {
            Newest newest = new Newest();
            for (int i = 0; i < rows.size; i++) {
                newest.see(rows.timeMillis[i], rows.timeMillis[i]);
            }
            passTo(newest.time);
            EntityBook book = entities.computeIfAbsent(rows.service + '\n' + rows.owner, key -> {
                EntityBook fresh = new EntityBook(rows.service, rows.owner);
                fresh.learnOnly();
                return fresh;
            });
            book.accept(rows, now, NOTHING, points, entityOutput);
        }

        void take(SpanRows rows) {
            Newest newest = new Newest();
            for (SpanRows.Red red : rows.reds) {
                newest.see(red.binStartMillis(), red.binStartMillis() + STEP_MILLIS);
            }
            passTo(newest.time);
            for (SpanRows.Link link : rows.links) {
                PeerIdentity identity = links.take(rows.service, link, now);
                if (identity != null) {
                    service(identity.caller()).accept(identity);
                }
            }
            service(rows.service).accept(rows, now, NOTHING, serviceOutput);
        }

        void take(LogRows rows) {
            Newest newest = new Newest();
            for (LogRows.Bin bin : rows.bins) {
                newest.see(bin.binStartMillis(), bin.binStartMillis() + STEP_MILLIS);
            }
            passTo(newest.time);
            service(rows.service).accept(rows, now, NOTHING, serviceOutput);
        }

        private ServiceBook service(String id) {
            return services.computeIfAbsent(id, key -> learning(new ServiceBook(key)));
        }

        private ServiceBook learning(ServiceBook book) {
            book.learnOnly();
            book.count(items, items);
            return book;
        }

        /**
         * How far the recorded clock may go: to the newest time that can be true, and never beyond today's clock, so that
         * the books' own bound for what is of the future is that of the job.
         */
        private final class Newest {
            private final long today = wall.millis();
            private long time = now;

            /** @param over when what began then is over */
            void see(long start, long over) {
                if (start <= today + StreamLedger.FUTURE_MILLIS) {
                    time = Math.max(time, Math.min(over, today));
                }
            }
        }

        private void passTo(long time) {
            if (now == 0 || time - now > END_MILLIS) {
                end();
            } else {
                for (long then = now - now % STEP_MILLIS + STEP_MILLIS; then <= time; then += STEP_MILLIS) {
                    now = then;
                    tick();
                }
            }
            now = Math.max(now, time);
        }

        /** Lets time pass until every step that was begun has been learned. */
        void end() {
            long until = now + END_MILLIS;
            long recorded = now;
            boolean waits = true;
            while (waits && now < until) {
                now += STEP_MILLIS;
                waits = tick();
            }
            now = recorded;
        }

        private boolean tick() {
            boolean waits = false;
            for (EntityBook book : entities.values()) {
                waits |= book.tick(now, NOTHING, entityOutput);
            }
            for (ServiceBook book : services.values()) {
                waits |= book.tick(now, NOTHING, serviceOutput);
                refusedSteps += book.takeRefused();
            }
            return waits;
        }

        private final EntityBook.Output entityOutput = new EntityBook.Output() {
            @Override
            public void finding(Finding finding) {
                throw new IllegalStateException("nothing is judged here, but " + finding.id() + " was");
            }

            @Override
            public void rollup(Rollup rollup) {}

            @Override
            public void red(SlotRed red) {
                service(red.service).accept(red, now, NOTHING, serviceOutput);
            }

            @Override
            public void heartbeat(Heartbeat heartbeat) {}

            @Override
            public void doubt(MetricDoubt doubt) {}
        };

        private final ServiceBook.Output serviceOutput = new ServiceBook.Output() {
            @Override
            public void finding(Finding finding) {
                throw new IllegalStateException("nothing is judged here, but " + finding.id() + " was");
            }

            @Override
            public void rollup(Rollup rollup) {}

            @Override
            public void edge(CallEdge edge) {}
        };
    }
}
