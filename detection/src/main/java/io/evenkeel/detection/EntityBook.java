package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one entity (a service on one host or of one owner): its slots, streams, signals, baselines and
 * rollup windows. Rows go in; findings about single replicas, rollups, the replicas' share of the service's requests and
 * signs of life come out. Owned by one thread; the packed state of one Flink key.
 */
public final class EntityBook {
    /** Least width of a bin. */
    static final int BIN_MILLIS = 10_000;
    /** A bin is over when the clock has passed its end by this (ARCHITECTURE 3, Time). */
    static final int ALLOWANCE_MILLIS = 2_000;

    private static final int FEW_STREAMS = 1024;
    /** Streams per entity, about 100 B each: four for every signal, as restarts leave them behind for an hour. */
    static final int MOST_STREAMS = 4 * SignalTable.MOST;

    private static final long DEAD_MILLIS = 3_600_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int MINUTE_MILLIS = 60_000;
    private static final int QUIET_MILLIS = 10_000;
    private static final int HEARTBEAT_MILLIS = 1_000;
    private static final int GONE_MILLIS = 180_000;
    private static final byte VERSION = 2;

    private final ServiceKey service;
    private final String owner;
    private long epoch;
    private SlotRoster roster = new SlotRoster();
    private StreamLedger ledger = new StreamLedger();
    private SignalTable signals = new SignalTable();
    private ReplicaJudge replicas = new ReplicaJudge();
    private EntityWindows windows = new EntityWindows();
    private TakenPriors priors = new TakenPriors();
    /** Whether it only learns; not part of the state. */
    private boolean learnsOnly;
    /** Since when the entity is watched (event time), ms. */
    private long sightSince = Long.MAX_VALUE;
    /** Number of streams at which the silent ones are dropped; not part of the state. */
    private int crowded = FEW_STREAMS;

    /** Clock at which silent streams were last dropped, ms; not part of the state. */
    private long clearedAt;

    /** Metrics of which {@link MetricDoubt.Kind#TWO_WRITERS} was told; not part of the state. */
    private final BitSet doubted = new BitSet(0);

    /** Metrics of which streams have been dropped. */
    private final BitSet forgetful = new BitSet(0);

    private MetricExemplars exemplars = new MetricExemplars();
    private SeriesLimit limit = new SeriesLimit();
    /** Which streams bound which signals; not part of the state. */
    private Limits limits = new Limits();

    /** What the points of one record have in common. */
    private record Arrival(EntityRows rows, Slot slot, SignalWindows.Sink sink, ReplicaJudge.Turn turn) {}

    /** Where an entity's results go. */
    public interface Output {
        void finding(Finding finding);

        void rollup(Rollup rollup);

        void red(SlotRed red);

        void heartbeat(Heartbeat heartbeat);

        void doubt(MetricDoubt doubt);
    }

    /**
     * @param serviceId {@code ServiceKey.id()}
     * @param owner pod owner or host
     */
    public EntityBook(String serviceId, String owner) {
        this.service = ServiceKey.parse(serviceId);
        this.owner = owner;
    }

    /** Under which epoch of the job findings and rollups are written from now on; a restored book has a new one. */
    public void epoch(long jobEpoch) {
        epoch = jobEpoch;
        windows.epoch(jobEpoch);
    }

    /** {@code ServiceKey.id()} of its service. */
    public String service() {
        return service.id();
    }

    /** The priors its signals go by; kept apart from the book. */
    public TakenPriors priors() {
        return priors;
    }

    /** From now on it learns, every signal with a profile of the day, and never judges. */
    void learnOnly() {
        learnsOnly = true;
        replicas.judged().learnOnly();
    }

    /** What its signals have learned; without the ordinals of replicas, so several may have the same key. */
    void eachLearned(BiConsumer<SignalKey, Prior> each) {
        for (int signal = 0; signal < signals.size(); signal++) {
            int row = signals.judged[signal];
            Prior prior = row < 0 ? null : replicas.judged().toPrior(row);
            if (prior != null) {
                each.accept(key(signal).ofAnySlot(), prior);
            }
        }
    }

    /**
     * Takes the points of one Resource of one request.
     *
     * @param nowMillis processing time
     */
    public void accept(EntityRows rows, long nowMillis, Catalogue catalogue, PointCounts counts, Output out) {
        define(rows, counts, out);
        windows.apply(catalogue, signals, this::id);
        if (priors.isBehind()) {
            int[] signalOf = signals.ofJudged(replicas.judged().size());
            priors.catchUp(replicas.judged(), row -> key(signalOf[row]));
        }
        long newest = newest(rows, nowMillis);
        if (newest == Long.MIN_VALUE) {
            counts.received += rows.size;
            counts.quarantined += rows.size;
            return;
        }
        sightSince = sightSince(newest, nowMillis);
        Slot slot = roster.of(rows.resource, rows.facts, newest);
        if (slot == null) {
            counts.received += rows.size;
            counts.refused += rows.size;
            limit.refuse(rows.size, nowMillis);
            tellLimit(nowMillis, out);
            return;
        }
        boolean fresh = slot.clock == Long.MIN_VALUE;
        if (fresh) {
            signals.forgetExports(slot.ordinal);
        }
        ReplicaJudge.Turn turn = new ReplicaJudge.Turn(
                signals,
                signal -> learnsOnly || windows.isCatalogued(signal),
                nowMillis,
                counts,
                (row, tracker) -> note(row, tracker, out),
                row -> priors.link(replicas.judged(), row, judged -> key(signals.ofJudgedRow(judged))),
                this::limit);
        Arrival arrival = new Arrival(rows, slot, sink(out), turn);
        for (int i = 0; i < rows.size; i++) {
            ledger.marks = 0;
            StreamLedger.Outcome outcome = accept(arrival, i);
            counts.count(outcome);
            if (outcome == StreamLedger.Outcome.REFUSED) {
                limit.refuse(1, nowMillis);
            }
            if (ledger.marks != 0) {
                counts.mark(ledger.marks);
                doubt(rows.stream[i], out);
            }
        }
        tellLimit(nowMillis, out);
        slot.advance(newest);
        exemplars.take(rows, ledger);
        counts.newest = Math.max(counts.newest, newest);
        makeRoom(arrival.sink);
        sendRed(slot, out);
        if (fresh || nowMillis - slot.arrival >= HEARTBEAT_MILLIS) {
            slot.arrival = nowMillis;
            out.heartbeat(slot.heartbeat(service, label(slot.ordinal)));
        }
    }

    private void define(EntityRows rows, PointCounts counts, Output out) {
        for (SeriesDefinition definition : rows.definitions) {
            if (signals.define(definition)) {
                counts.nameConflicts++;
                out.doubt(new MetricDoubt(
                        service.id(),
                        definition.metric(),
                        MetricDoubt.Kind.NAME_CONFLICT,
                        signals.conflict(definition)));
            }
        }
    }

    /**
     * A process without a clock (its first points are of 1970) must not make every total look as if it had begun in our
     * sight: a day is as long as Kafka keeps a backlog.
     */
    private long sightSince(long newest, long nowMillis) {
        return Math.min(sightSince, Math.max(newest, nowMillis - DAY_MILLIS));
    }

    /** Restarts and changing attributes leave silent streams behind, and in the end signals that nothing feeds. */
    private void makeRoom(SignalWindows.Sink sink) {
        boolean full = ledger.size() >= MOST_STREAMS || signals.isFull();
        boolean due = full && roster.clock() - clearedAt >= MINUTE_MILLIS;
        if (ledger.size() < crowded && !due) {
            return;
        }
        long silentSince = roster.clock() - DEAD_MILLIS;
        ledger.eachSilent(silentSince, row -> forget(signals.metric[ledger.signal(row)]));
        ledger = ledger.without(silentSince);
        limits = new Limits();
        crowded = Math.max(FEW_STREAMS, 2 * ledger.size());
        clearedAt = roster.clock();
        if (signals.isFull()) {
            dropSilentSignals(sink);
        }
    }

    private void forget(int metric) {
        if (metric >= 0) {
            forgetful.set(metric);
        }
    }

    /**
     * Whether a stream that seems new may be one that was silent for so long that it was dropped: its total, which began
     * before that, must not count as if it had come about since.
     */
    private boolean mayBeForgotten(int signal, long start, long time) {
        int metric = signals.metric[signal];
        return metric >= 0 && forgetful.get(metric) && (start <= 0 || time - start >= DEAD_MILLIS);
    }

    private void dropSilentSignals(SignalWindows.Sink sink) {
        boolean[] isKept = ledger.fed(signals.size());
        replicas.keepDeviating(signals, isKept);
        int[] kept = IntStream.range(0, signals.size())
                .filter(signal -> isKept[signal])
                .toArray();
        if (kept.length == signals.size() && signals.size() >= SignalTable.MOST) {
            return;
        }
        // What is complete is told under the old rows.
        windows = windows.only(kept, sink);
        int[] moved = new int[signals.size()];
        for (int to = 0; to < kept.length; to++) {
            moved[kept[to]] = to;
        }
        signals = signals.only(kept);
        replicas = replicas.only(signals);
        ledger.follow(moved);
        exemplars.clear();
        forgetful.set(0, signals.metrics());
        // Metrics have other rows now; who hears of a doubt remembers whether it was told.
        doubted.clear();
    }

    /** Tells once per metric and process that two write to one of its streams. */
    private void doubt(long stream, Output out) {
        int signal = ledger.signal(ledger.find(stream));
        int metric = signals.metric[signal];
        if ((ledger.marks & StreamLedger.OVERLAP) == 0 || metric < 0 || doubted.get(metric)) {
            return;
        }
        doubted.set(metric);
        SeriesDefinition definition = Objects.requireNonNull(signals.definition(signal));
        out.doubt(new MetricDoubt(
                service.id(),
                definition.metric(),
                MetricDoubt.Kind.TWO_WRITERS,
                "of " + roster.slots().get(signals.slot[signal]).facts));
    }

    private StreamLedger.Outcome accept(Arrival arrival, int i) {
        EntityRows rows = arrival.rows;
        int row = streamOf(arrival, i);
        if (row < 0) {
            return StreamLedger.Outcome.REFUSED;
        }
        Slot slot = arrival.slot;
        int signal = ledger.signal(row);
        long time = rows.timeMillis[i];
        MetricPolicy policy = signals.policy[signal];
        if (policy != null && policy.isLimit()) {
            ledger.rememberValue(row);
        }
        boolean forgotten = mayBeForgotten(signal, rows.startMillis[i], time);
        StreamLedger.Outcome outcome = ledger.accept(
                row,
                rows,
                i,
                slot.clock,
                arrival.turn.nowMillis(),
                forgotten ? Long.MIN_VALUE : signals.exportBefore(signal, time),
                forgotten ? Long.MAX_VALUE : sightSince);
        if (!outcome.isAccepted()) {
            return outcome;
        }
        signals.noteExport(signal, time);
        long start = rows.startMillis[i];
        if (start > 0 && (slot.processStart == 0 || start < slot.processStart)) {
            slot.processStart = start;
        }
        double on = weightOf(rows.type[i], policy);
        windows.add(signal, time, ledger.increment, on, arrival.sink);
        if (policy == null) {
            return outcome;
        }
        if (policy.served() && !signals.isToldByNewer(slot.ordinal, policy)) {
            slot.red.add(
                    time,
                    signals.error[signal],
                    policy.seconds(),
                    ledger,
                    rows.bounds,
                    rows.boundFrom[i],
                    Math.max(0, rows.bucketCount[i] - 1));
        }
        if (policy.rule() != null) {
            int interval = ledger.intervalMillis(row);
            replicas.fill(arrival.turn, signal, policy.rule(), interval, time, ledger.increment, on);
        } else if (policy.isLimit()) {
            limits.told(rows.stream[i], signal, time, signals);
        }
        return outcome;
    }

    /**
     * Row of a point's stream, -1 when there is no room for another. A process that was silent for so long that another
     * took its slot sits in a new one when it speaks again, and its streams feed the signals of that.
     */
    private int streamOf(Arrival arrival, int i) {
        EntityRows rows = arrival.rows;
        int row = ledger.find(rows.stream[i]);
        if (row >= 0 && signals.slot[ledger.signal(row)] == arrival.slot.ordinal) {
            return row;
        }
        if (row < 0 && ledger.size() >= MOST_STREAMS) {
            return -1;
        }
        int signal = signalOf(arrival.slot, rows.series[i]);
        if (signal < 0) {
            return -1;
        }
        if (row < 0) {
            return ledger.add(rows.stream[i], signal);
        }
        ledger.feed(row, signal);
        return row;
    }

    /** What the value of a point stands on: itself, the seconds it covers, or its observations. */
    private double weightOf(byte type, @Nullable MetricPolicy policy) {
        if (type == PointType.GAUGE || type == PointType.UP_DOWN) {
            return 1;
        }
        return policy != null && policy.value() == MetricPolicy.Value.HISTOGRAM_MEAN
                ? ledger.countIncrement
                : ledger.coveredSeconds;
    }

    private void note(int row, DeviationTracker tracker, Output out) {
        int signal = signals.ofJudgedRow(row);
        Slot slot = roster.slots().get(signals.slot[signal]);
        List<Exemplar> shown = exemplars.of(signal, tracker.onsetMillis, signals);
        FindingNotes.Circumstances facts = new FindingNotes.Circumstances(0, "", shown, facts(slot, signal, tracker));
        out.finding(FindingNotes.of(key(signal), replicas.judged(), row, tracker, facts, epoch));
        if (tracker.ending == FindingEnding.ACCEPTED_AS_NEW_LEVEL) {
            priors.refuse(key(signal));
        }
    }

    /** Those of the process, and how full it is where that is known. */
    private Map<String, String> facts(Slot slot, int signal, DeviationTracker tracker) {
        MetricPolicy policy = Objects.requireNonNull(signals.policy[signal]);
        MetricPolicy.Bound bound = policy.bound();
        // A share of one is its own text.
        String full = bound == null || bound.metric().isEmpty()
                ? ""
                : Saturation.text(
                        tracker.value, limit(signal), definition(signal).unit());
        if (full.isEmpty()) {
            return slot.facts;
        }
        Map<String, String> facts = new HashMap<>(slot.facts);
        facts.put(Finding.SATURATION, full);
        return facts;
    }

    private double limit(int signal) {
        return limits.of(signal, signals, ledger);
    }

    /** Row of a signal, -1 when there is no room for another. */
    private int signalOf(Slot slot, long series) {
        int signal = signals.find(slot.ordinal, series);
        if (signal < 0 && signals.size() >= SignalTable.MOST) {
            return -1;
        }
        if (signal < 0) {
            signal = signals.add(slot.ordinal, series);
            windows.want(signals, signal, this::id);
        }
        return signal;
    }

    /**
     * Sends what the passing of processing time makes due.
     *
     * @return true while there is something left to wait for
     */
    public boolean tick(long nowMillis, Catalogue catalogue, Output out) {
        windows.apply(catalogue, signals, this::id);
        windows.flush((signal, end) -> mayClose(signal, end, nowMillis), sink(out));
        replicas.abandon(row -> isGone(row, nowMillis), nowMillis, (row, tracker) -> note(row, tracker, out));
        tellLimit(nowMillis, out);
        return windows.hasDirty() || replicas.judged().openFindings() > 0 || limit.isOpen();
    }

    private void tellLimit(long nowMillis, Output out) {
        if (learnsOnly) return;
        limit.tell(
                SignalKey.ofRefused(service, owner),
                sightSince,
                nowMillis,
                epoch,
                () -> roster.isFull() ? roster.fullness() : SeriesLimit.fullest(signals.series()),
                out::finding);
    }

    private boolean mayClose(int signal, long windowEnd, long nowMillis) {
        Slot slot = roster.slots().get(signals.slot[signal]);
        return slot.clock >= windowEnd + ALLOWANCE_MILLIS
                || nowMillis - slot.arrival >= Math.max(QUIET_MILLIS, slot.intervalOrDefault() * 3L / 2);
    }

    private boolean isGone(int row, long nowMillis) {
        Slot slot = roster.slots().get(signals.slot[signals.ofJudgedRow(row)]);
        return nowMillis - slot.arrival > GONE_MILLIS
                || slot.clock - replicas.judged().lastBin(row) > GONE_MILLIS + 2L * slot.intervalOrDefault();
    }

    private void sendRed(Slot slot, Output out) {
        if (!slot.red.isUsed()) {
            return;
        }
        for (RedBins.Bin bin : slot.red.bins()) {
            if (bin.dirty) {
                bin.dirty = false;
                out.red(slot.red(
                        service, label(slot.ordinal), bin, exemplars.served(slot.ordinal, bin.start, signals)));
            }
        }
    }

    private SignalKey key(int signal) {
        SeriesDefinition definition = definition(signal);
        MetricPolicy policy = Objects.requireNonNull(signals.policy[signal]);
        return new SignalKey(
                service,
                policy.kind(),
                null,
                "",
                label(signals.slot[signal]),
                signals.nameOf(definition),
                definition.attributes());
    }

    private SeriesDefinition definition(int signal) {
        return Objects.requireNonNull(signals.definition(signal));
    }

    private String id(int signal) {
        return key(signal).id();
    }

    private String label(int ordinal) {
        return owner + '#' + (ordinal + 1);
    }

    private SignalWindows.Sink sink(Output out) {
        return (signal, start, width, count, sum, weight, revision) ->
                rollup(signal, start, width, count, sum, weight, revision, out);
    }

    private void rollup(
            int signal, long start, int width, long count, double sum, double weight, long revision, Output out) {
        SeriesDefinition definition = signals.definition(signal);
        // Also while the catalogue is unknown: then only a window that the next one overwrites gets here, and nothing
        // else would ever tell of its points.
        if (definition == null || !windows.isWanted(signal)) {
            return;
        }
        Band band = new Band();
        replicas.band(signals, signal, start, band);
        out.rollup(new Rollup(
                key(signal),
                Instant.ofEpochMilli(start),
                width / 1000,
                count,
                weight > 0 ? sum / weight : Double.NaN,
                band.expected,
                band.lower,
                band.upper,
                revision));
    }

    private static long newest(EntityRows rows, long nowMillis) {
        long newest = Long.MIN_VALUE;
        for (int i = 0; i < rows.size; i++) {
            if (rows.timeMillis[i] <= nowMillis + StreamLedger.FUTURE_MILLIS) {
                newest = Math.max(newest, rows.timeMillis[i]);
            }
        }
        return newest;
    }

    /** A book of its own with the same content. */
    public EntityBook copy() {
        EntityBook copy = new EntityBook(service.id(), owner);
        copy.epoch = epoch;
        copy.roster = roster.copy();
        copy.ledger = ledger.copy();
        copy.signals = signals.copy();
        copy.replicas = replicas.copy();
        copy.windows = windows.copy();
        copy.sightSince = sightSince;
        copy.exemplars = exemplars.copy();
        copy.priors = priors.copy();
        copy.learnsOnly = learnsOnly;
        copy.crowded = crowded;
        copy.clearedAt = clearedAt;
        copy.doubted.or(doubted);
        copy.forgetful.or(forgetful);
        // Goes on in the copy; what is written has none of it.
        copy.limit = limit;
        return copy;
    }

    /** Writes the whole book; {@link #read} gives an equal one back. The first byte is the version of the layout. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(service.id());
        out.writeUTF(owner);
        out.writeLong(sightSince);
        roster.write(out);
        ledger.write(out);
        signals.write(out);
        replicas.judged().write(out);
        windows.write(out);
        byte[] forgotten = forgetful.toByteArray();
        Columns.write(out, forgotten, forgotten.length);
    }

    /**
     * @throws IOException if the layout is of a version that this release does not know
     */
    public static EntityBook read(DataInput in) throws IOException {
        byte version = in.readByte();
        if (version < 1 || version > VERSION) {
            throw new IOException(
                    "entity state has layout version " + version + "; this release reads 1 to " + VERSION);
        }
        EntityBook book = new EntityBook(in.readUTF(), in.readUTF());
        book.sightSince = in.readLong();
        book.roster = SlotRoster.read(in);
        book.ledger = version == 1 ? StreamLedger.readFirstLayout(in) : StreamLedger.read(in);
        book.signals = version == 1 ? SignalTable.readFirstLayout(in) : SignalTable.read(in);
        JudgedSignals judged = version == 1 ? FirstLayout.judged(in, ReplicaJudge.RING) : JudgedSignals.read(in);
        book.windows = EntityWindows.read(in);
        if (version == 1) {
            Columns.readInts(in);
        } else {
            book.forgetful.or(BitSet.valueOf(Columns.readBytes(in)));
        }
        book.replicas = new ReplicaJudge(judged);
        book.crowded = Math.max(FEW_STREAMS, 2 * book.ledger.size());
        return book;
    }
}
