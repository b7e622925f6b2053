package io.evenkeel.detection;

import io.evenkeel.detection.ReplicaReds.Merged;
import io.evenkeel.detection.SpanCoverage.Known;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * All that is known of one service as a whole: what its replicas served, what its spans say about operations and calls,
 * and the baselines of those. One fact once: the service's own rate, errors and duration come from its replicas' metric
 * histograms where there are any, from its spans otherwise; operations and calls come from spans. Owned by one thread.
 */
public final class ServiceBook {
    private static final long NEVER = Long.MIN_VALUE;
    private static final int BIN = EntityBook.BIN_MILLIS;
    private static final long QUIET_MILLIS = 10_000;
    /** 2 adds sampling and the spans known; 1 is still read. */
    private static final byte VERSION = 3;

    private final ServiceKey service;
    private ReplicaReds replicas = new ReplicaReds();
    private SpanBins spans = new SpanBins();
    private Peers peers;
    private ServiceLogs logs;
    private ServiceSignals signals = new ServiceSignals();
    private SpanCoverage coverage = new SpanCoverage();
    private final ServiceRollups rollups;
    /** End of the last judged bin of metrics and of spans, ms. */
    private long metricsJudged = NEVER;

    private long spansJudged = NEVER;
    private long arrival;
    private EdgeNotices edges = new EdgeNotices();
    private SeriesLimit limit = new SeriesLimit();
    private long refusedSteps;
    /** Whether nothing is judged and nothing told; not part of the state. */
    private boolean learnsOnly;

    private SpanIntake intake = new SpanIntake();
    /** What counts log records, for all books of a subtask; not part of the state. */
    private ItemCounts logCounts = new ItemCounts();

    /** Where a service's results go. */
    public interface Output extends ServiceSignals.Output {
        @Override
        void finding(Finding finding);

        @Override
        void rollup(Rollup rollup);

        void edge(CallEdge edge);
    }

    public ServiceBook(String serviceId) {
        this.service = ServiceKey.parse(serviceId);
        this.peers = new Peers(service.environment());
        this.logs = new ServiceLogs(service);
        this.rollups = new ServiceRollups(service);
    }

    /** Under which epoch of the job findings and rollups are written from now on. */
    public void epoch(long jobEpoch) {
        signals.epoch(jobEpoch);
    }

    /** Where what becomes of spans and log records is counted. */
    public void count(ItemCounts ofSpans, ItemCounts ofLogs) {
        intake.count(ofSpans);
        logCounts = ofLogs;
    }

    /** {@code ServiceKey.id()} of its service. */
    public String service() {
        return service.id();
    }

    /** The priors its signals go by; kept apart from the book. */
    public TakenPriors priors() {
        return signals.priors();
    }

    /** From now on it learns and never judges. */
    void learnOnly() {
        learnsOnly = true;
        signals.learnOnly();
    }

    /** What its signals have learned. */
    void eachLearned(BiConsumer<SignalKey, Prior> each) {
        signals.eachLearned(each);
    }

    public void accept(SlotRed red, long nowMillis, Catalogue catalogue, Output out) {
        replicas.put(red, nowMillis);
        arrival = nowMillis;
        if (metricsJudged != NEVER && red.binStart < metricsJudged) {
            int width = replicas.width();
            judgeReplicas(Math.floorDiv(red.binStart, width) * width, width, nowMillis, out);
        }
        judge(nowMillis, catalogue, out);
    }

    /**
     * Takes the spans of one Resource of one request, each once however often it comes, see {@link SpanIntake}.
     *
     * @return false when the request as a whole had come before
     */
    public boolean accept(SpanRows rows, long nowMillis, Catalogue catalogue, Output out) {
        long changed = intake.add(rows, spans, nowMillis);
        if (changed == NEVER) {
            return false;
        }
        arrival = nowMillis;
        for (SpanRows.Red red : rows.reds) {
            if (red.view() == SpanRows.View.CLIENT) {
                peers.seen(red.peer(), red.protocol(), red.binStartMillis());
            }
        }
        if (spansJudged != NEVER) {
            for (long bin = changed; bin < spansJudged; bin += BIN) {
                judgeSpans(bin, nowMillis, catalogue, out);
            }
        }
        judge(nowMillis, catalogue, out);
        return true;
    }

    public void accept(LogRows rows, long nowMillis, Catalogue catalogue, Output out) {
        logs.accept(rows, nowMillis, catalogue, signals, logCounts, out);
        arrival = nowMillis;
    }

    public void accept(PeerIdentity identity) {
        peers.joined(identity.peer(), ServiceKey.parse(identity.callee()));
    }

    /**
     * Judges and sends what the passing of processing time makes due.
     *
     * @return true while there is something left to wait for
     */
    public boolean tick(long nowMillis, Catalogue catalogue, Output out) {
        judge(nowMillis, catalogue, out);
        logs.judge(nowMillis, catalogue, signals, out);
        long clock = Math.max(logs.clock(), Math.max(replicas.clock(), spans.clock()));
        signals.abandonSilent(clock, nowMillis, out);
        signals.makeRoom(clock, out);
        tellLimit(nowMillis, out);
        boolean quiet = nowMillis - arrival >= QUIET_MILLIS;
        signals.flush(judgedUpTo(), quiet, out);
        boolean unjudged = replicas.clock() >= metricsJudged || spans.clock() >= spansJudged;
        return !quiet
                || limit.isOpen()
                || logs.isWaiting()
                || unjudged && nowMillis - arrival < 120_000
                || signals.hasWork();
    }

    private void tellLimit(long nowMillis, Output out) {
        long refused = signals.takeRefused();
        if (refused > 0) {
            refusedSteps += refused;
        }
        if (learnsOnly) {
            // Nobody waits for a note about the past.
            return;
        }
        if (refused > 0) {
            limit.refuse(refused, nowMillis);
        }
        SignalKey key = SignalKey.ofRefused(service, "");
        limit.tell(key, 0, nowMillis, signals.epoch(), () -> SeriesLimit.fullest(signals.names()), out::finding);
    }

    /** Steps of operations and calls for which there was no room since this was last asked. */
    public long takeRefused() {
        long taken = refusedSteps;
        refusedSteps = 0;
        return taken;
    }

    private long judgedUpTo() {
        return replicas.isUsed(Math.max(replicas.clock(), spans.clock())) ? metricsJudged : spansJudged;
    }

    private void judge(long nowMillis, Catalogue catalogue, Output out) {
        if (!replicas.isEmpty()) {
            int width = replicas.width();
            long next = next(metricsJudged, replicas.firstBin(), width);
            while (next <= replicas.clock() && replicas.isOver(next, width, nowMillis)) {
                judgeReplicas(next, width, nowMillis, out);
                next += width;
                metricsJudged = next;
            }
        }
        if (!spans.isEmpty()) {
            long next = next(spansJudged, spans.firstBin(), BIN);
            while (next <= spans.clock() && spans.isOver(next, nowMillis)) {
                judgeSpans(next, nowMillis, catalogue, out);
                next += BIN;
                spansJudged = next;
            }
            spanJudge().compare(metricsJudged, spansJudged);
        }
        signals.flush(judgedUpTo(), false, out);
    }

    /** After a gap longer than what is kept, judging goes on at the oldest bin that is there. */
    private static long next(long judged, long first, int width) {
        long from = Math.max(judged, first);
        return Math.floorDiv(from, width) * width < judged
                ? Math.floorDiv(from + width - 1, width) * width
                : Math.floorDiv(from, width) * width;
    }

    private void judgeReplicas(long start, int width, long nowMillis, Output out) {
        Merged merged = replicas.merge(start, width);
        RedSum seen = new RedSum();
        spans.addTo(seen, start, SpanBins.SERVED);
        spans.addTo(seen, start - BIN, SpanBins.SERVED);
        seen.show(merged.exemplars());
        Map<String, String> attributes = new HashMap<>(merged.worst());
        if (!merged.missing().isEmpty()) {
            attributes.put("missing.slots", String.join(",", merged.missing()));
        }
        boolean whole = merged.missing().isEmpty() && merged.ratePerSecond() >= 0;
        Red red = new Red(
                start,
                width,
                merged.count(),
                merged.errors(),
                merged.ratePerSecond(),
                merged.sumSeconds(),
                merged.durations(),
                1,
                Known.ALL);
        new RedJudge(signals, nowMillis, out)
                .judge(key -> SignalKey.ofService(service, key), red, whole, seen, attributes);
        rollups.tens(red, signals, out);
        for (long minute = ServiceRollups.minuteOf(start); minute < start + width; minute += 60_000) {
            rollups.minute(minute, replicas.merge(minute, 60_000), Known.ALL, signals, out);
        }
    }

    private void judgeSpans(long start, long nowMillis, Catalogue catalogue, Output out) {
        SpanJudge judge = spanJudge();
        judge.compare(metricsJudged, start + BIN);
        judge.judge(start, nowMillis, catalogue, out);
    }

    private SpanJudge spanJudge() {
        return new SpanJudge(service, spans, peers, coverage, edges, replicas, signals, rollups);
    }

    /** A book of its own with the same content. */
    public ServiceBook copy() {
        ServiceBook copy = new ServiceBook(service.id());
        copy.replicas = replicas.copy();
        copy.spans = spans.copy();
        copy.peers = peers.copy();
        copy.logs = logs.copy();
        copy.signals = signals.copy();
        copy.coverage = coverage.copy();
        // Goes on in the copy; what is written has none of it.
        copy.limit = limit;
        copy.refusedSteps = refusedSteps;
        copy.learnsOnly = learnsOnly;
        copy.metricsJudged = metricsJudged;
        copy.spansJudged = spansJudged;
        copy.arrival = arrival;
        copy.edges = edges.copy();
        copy.intake = intake.copy();
        return copy;
    }

    /** Writes the whole book; {@link #read} gives an equal one back. The first byte is the version of the layout. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(service.id());
        replicas.write(out);
        spans.write(out);
        peers.write(out);
        logs.write(out);
        coverage.write(out);
        signals.write(out);
        out.writeLong(metricsJudged);
        out.writeLong(spansJudged);
        out.writeLong(arrival);
        edges.write(out);
        intake.write(out);
    }

    /**
     * @throws IOException if the layout is of a version that this release does not know
     */
    public static ServiceBook read(DataInput in) throws IOException {
        byte version = in.readByte();
        if (version < 1 || version > VERSION) {
            throw new IOException(
                    "service state has layout version " + version + "; this release reads 1 to " + VERSION);
        }
        ServiceBook book = new ServiceBook(in.readUTF());
        book.replicas = ReplicaReds.read(in);
        book.spans = SpanBins.read(in, version);
        book.peers = Peers.read(in);
        book.logs = ServiceLogs.read(in, book.service);
        book.coverage = SpanCoverage.read(in, version);
        book.signals = ServiceSignals.read(in, version);
        book.metricsJudged = in.readLong();
        book.spansJudged = in.readLong();
        book.arrival = in.readLong();
        book.edges = EdgeNotices.read(in);
        book.intake = SpanIntake.read(in, version);
        long both = Math.min(book.metricsJudged, book.spansJudged);
        int width = book.replicas.width();
        if (both != NEVER) {
            book.coverage.comparedUpTo(Math.floorDiv(both, width) * width);
        }
        return book;
    }
}
