package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * What is kept of one entity: slots, streams, signals, baselines and rollup windows, in tables that know each other's
 * rows. Finds the rows of what comes, makes room when there is none left, and is what is written. Never takes a point and
 * tells nobody of anything.
 */
final class EntityMemory {
    private static final int FEW_STREAMS = 1024;
    /** Streams that may be in any order: their columns fit into a few pages. */
    private static final int UNORDERED_STREAMS = 64;
    /** Of more streams than that, one in so many. */
    private static final int UNORDERED_SHARE = 8;
    /** Rows that are moved for each that is out of order. */
    private static final int MOST_MOVED = 64;
    /**
     * Signals that may be remembered though nothing feeds them: as many as are fed, and at least so many. When there are
     * more, half of these are kept.
     */
    private static final int FEW_GONE = 256;
    /** Streams per entity, about 100 B each: four for every signal, as restarts leave them behind for an hour. */
    private static final int MOST_STREAMS = 4 * SignalTable.MOST;

    private static final long DAY_MILLIS = 86_400_000;
    private static final int MINUTE_MILLIS = 60_000;
    private static final byte VERSION = 2;

    private final ServiceKey service;
    private final String owner;
    private SlotRoster roster = new SlotRoster();
    private StreamLedger ledger = new StreamLedger();
    private SignalTable signals = new SignalTable();
    private ReplicaJudge replicas = new ReplicaJudge();
    private EntityWindows windows = new EntityWindows();
    private TakenPriors priors = new TakenPriors();
    private MetricExemplars exemplars = new MetricExemplars();
    /** Which streams bound which signals; not part of the state. */
    private Limits limits = new Limits();

    /** Since when the entity is watched (event time), ms. */
    private long sightSince = Long.MAX_VALUE;

    /** Number of streams at which the silent ones are dropped; not part of the state. */
    private int crowded = FEW_STREAMS;

    /** Number of streams at which they are put in order; not part of the state. */
    private int untidy = UNORDERED_STREAMS;

    /** Clock at which silent streams were last dropped, ms; not part of the state. */
    private long clearedAt;

    /** Metrics of which streams have been dropped. */
    private final BitSet forgetful = new BitSet(0);

    EntityMemory(ServiceKey service, String owner) {
        this.service = service;
        this.owner = owner;
    }

    ServiceKey service() {
        return service;
    }

    String owner() {
        return owner;
    }

    SlotRoster roster() {
        return roster;
    }

    StreamLedger ledger() {
        return ledger;
    }

    SignalTable signals() {
        return signals;
    }

    ReplicaJudge replicas() {
        return replicas;
    }

    EntityWindows windows() {
        return windows;
    }

    TakenPriors priors() {
        return priors;
    }

    MetricExemplars exemplars() {
        return exemplars;
    }

    Limits limits() {
        return limits;
    }

    /** Since when the entity is watched (event time), ms; {@link Long#MAX_VALUE} before the first point. */
    long sightSince() {
        return sightSince;
    }

    /**
     * The entity is in sight. A process without a clock (its first points are of 1970) must not make every total look as if
     * it had begun in our sight: a day is as long as Kafka keeps a backlog.
     */
    void sight(long newest, long nowMillis) {
        sightSince = Math.min(sightSince, Math.max(newest, nowMillis - DAY_MILLIS));
    }

    /** Follows a catalogue and priors that have changed. */
    void catchUp(Catalogue catalogue) {
        apply(catalogue);
        if (priors.isBehind()) {
            int[] signalOf = signals.ofJudged(replicas.judged().size());
            priors.catchUp(replicas.judged(), row -> key(signalOf[row]));
        }
    }

    /** Follows a catalogue that has changed. */
    void apply(Catalogue catalogue) {
        windows.apply(catalogue, signals, this::id);
    }

    /** Gives a row that begins to be judged its prior, if there is one. */
    void linkPrior(int judgedRow, int signal) {
        priors.link(replicas.judged(), judgedRow, judged -> key(signal));
    }

    /** What its signals have learned; without the ordinals of replicas, so several may have the same key. */
    void eachLearned(BiConsumer<SignalKey, Prior> each) {
        for (int signal = 0; signal < signals.size(); signal++) {
            int row = signals.judged(signal);
            Prior prior = row < 0 ? null : replicas.judged().toPrior(row);
            if (prior != null) {
                each.accept(key(signal).ofAnySlot(), prior);
            }
        }
    }

    /** What bounds a signal, in its unit; NaN when nothing does. */
    double limit(int signal) {
        return limits.of(signal, signals, ledger);
    }

    /**
     * Row of a point's stream, -1 when there is no room for another. A process that was silent for so long that another
     * took its slot sits in a new one when it speaks again, and its streams feed the signals of that.
     */
    int streamOf(Slot slot, long stream, long series) {
        int row = ledger.find(stream);
        if (row >= 0 && signals.slot[ledger.signal(row)] == slot.ordinal) {
            return row;
        }
        if (row < 0 && ledger.size() >= MOST_STREAMS) {
            return -1;
        }
        int signal = signalOf(slot, series);
        if (signal < 0) {
            return -1;
        }
        if (row < 0) {
            return ledger.add(stream, signal);
        }
        ledger.feed(row, signal);
        return row;
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
     * Restarts and changing attributes leave silent streams behind, and in the end signals that nothing feeds. They are put
     * behind those at work, and dropped when there are many.
     *
     * @param lately what has just been taken
     * @param sink told of the windows of signals that go
     * @return true when metrics have other rows now
     */
    boolean makeRoom(EntityRows lately, SignalWindows.Sink sink) {
        boolean full = ledger.size() >= MOST_STREAMS || signals.isFull();
        long pause = full ? MINUTE_MILLIS : StreamLedger.DEAD_MILLIS;
        boolean due = (full || ledger.size() >= FEW_STREAMS) && roster.clock() - clearedAt >= pause;
        boolean drops = ledger.size() >= crowded || due;
        if (!drops && ledger.size() < untidy) {
            return false;
        }
        if (drops) {
            ledger.eachDead(roster.clock(), row -> forget(signals.metric(ledger.signal(row))));
            ledger = ledger.withoutDead(roster.clock());
            limits = new Limits();
            crowded = Math.max(FEW_STREAMS, 2 * ledger.size());
            clearedAt = roster.clock();
        }
        ledger = ledger.inOrder(lately, roster.clock()).copy();
        untidy = untidy(ledger, roster.clock());
        if (drops && dropGoneSignals(sink)) {
            return true;
        }
        windows.flushUnwanted(sink);
        inOrder();
        return false;
    }

    private static int untidy(StreamLedger ledger, long clock) {
        int more = Math.max(ledger.live(clock) / UNORDERED_SHARE, ledger.size() / MOST_MOVED);
        more = Math.max(more, UNORDERED_SHARE);
        return Math.max(UNORDERED_STREAMS, ledger.size() + more);
    }

    /** Puts the signals in the order of the streams that feed them, behind them those that none feeds. */
    private void inOrder() {
        BitSet placed = new BitSet(signals.size());
        int[] order = new int[signals.size()];
        int next = 0;
        for (int row = 0; row < ledger.size(); row++) {
            int signal = ledger.signal(row);
            if (!placed.get(signal)) {
                placed.set(signal);
                order[next++] = signal;
            }
        }
        for (int signal = placed.nextClearBit(0); signal < order.length; signal = placed.nextClearBit(signal + 1)) {
            order[next++] = signal;
        }
        exemplars.follow(move(order, signals.inOrder(order)));
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
    boolean mayBeForgotten(int signal, long start, long time) {
        int metric = signals.metric(signal);
        return metric >= 0 && forgetful.get(metric) && (start <= 0 || time - start >= StreamLedger.DEAD_MILLIS);
    }

    /** Of the signals that nothing feeds any more, the latest are remembered, as they may come back: a nightly batch. */
    private boolean dropGoneSignals(SignalWindows.Sink sink) {
        boolean[] isKept = ledger.fed(signals.size());
        replicas.keepDeviating(signals, isKept);
        int[] gone = IntStream.range(0, isKept.length)
                .filter(signal -> !isKept[signal])
                .boxed()
                .sorted(Comparator.comparing(signals::binStart).reversed())
                .mapToInt(signal -> signal)
                .toArray();
        int room = Math.max(FEW_GONE, isKept.length - gone.length);
        if (!signals.isFull() && gone.length <= room || gone.length == 0 && signals.size() >= SignalTable.MOST) {
            return false;
        }
        for (int i = 0; i < room / 2 && i < gone.length && !signals.isFull(); i++) {
            isKept[gone[i]] = true;
        }
        int[] kept = IntStream.range(0, isKept.length)
                .filter(signal -> isKept[signal])
                .toArray();
        // What goes is told under the old rows.
        windows.flushAll((signal, end) -> !isKept[signal], sink);
        SignalTable fewer = signals.only(kept);
        BitSet forgotten = new BitSet();
        for (int to = 0; to < kept.length; to++) {
            int metric = signals.metric(kept[to]);
            if (metric >= 0 && forgetful.get(metric)) {
                forgotten.set(fewer.metric(to));
            }
        }
        forgetful.clear();
        forgetful.or(forgotten);
        // Of metrics that are gone altogether nobody knows any more what was seen before.
        sightSince = roster.clock();
        move(kept, fewer);
        exemplars.clear();
        return true;
    }

    /**
     * From now on signal i is what {@code order[i]} was.
     *
     * @return where each signal is now
     */
    private int[] move(int[] order, SignalTable ordered) {
        windows = windows.only(order).copy();
        int[] moved = new int[signals.size()];
        for (int to = 0; to < order.length; to++) {
            moved[order[to]] = to;
        }
        signals = ordered;
        replicas = replicas.only(signals).copy();
        ledger.follow(moved);
        return moved;
    }

    SignalKey key(int signal) {
        return key(signal, definition(signal));
    }

    /** The same where the definition is at hand: they are kept packed. */
    SignalKey key(int signal, SeriesDefinition definition) {
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

    SeriesDefinition definition(int signal) {
        return Objects.requireNonNull(signals.definition(signal));
    }

    private String id(int signal) {
        return key(signal).id();
    }

    /** Name of a replica. */
    String label(int ordinal) {
        return owner + '#' + (ordinal + 1);
    }

    /** Lets go of what is only needed while something new comes. */
    void rest() {
        signals.rest();
    }

    /** A memory of its own with the same content. */
    EntityMemory copy() {
        EntityMemory copy = new EntityMemory(service, owner);
        copy.roster = roster.copy();
        copy.ledger = ledger.copy();
        copy.signals = signals.copy();
        copy.replicas = replicas.copy();
        copy.windows = windows.copy();
        copy.sightSince = sightSince;
        copy.exemplars = exemplars.copy();
        copy.priors = priors.copy();
        copy.crowded = crowded;
        copy.untidy = untidy;
        copy.clearedAt = clearedAt;
        copy.forgetful.or(forgetful);
        return copy;
    }

    /** Writes all that is part of the state; {@link #read} gives an equal memory back. */
    void write(DataOutput out) throws IOException {
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
    static EntityMemory read(DataInput in) throws IOException {
        byte version = in.readByte();
        if (version < 1 || version > VERSION) {
            throw new IOException(
                    "entity state has layout version " + version + "; this release reads 1 to " + VERSION);
        }
        EntityMemory memory = new EntityMemory(ServiceKey.parse(in.readUTF()), in.readUTF());
        memory.sightSince = in.readLong();
        memory.roster = SlotRoster.read(in);
        memory.ledger = version == 1 ? FirstLayout.streams(in) : StreamLedger.read(in);
        memory.signals = version == 1 ? FirstLayout.signals(in) : SignalTable.read(in);
        JudgedSignals judged = version == 1 ? FirstLayout.judged(in, ReplicaJudge.RING) : JudgedSignals.read(in);
        memory.windows = EntityWindows.read(in);
        if (version == 1) {
            Columns.readInts(in);
        } else {
            memory.forgetful.or(BitSet.valueOf(Columns.readBytes(in)));
        }
        memory.replicas = new ReplicaJudge(judged);
        memory.crowded = Math.max(FEW_STREAMS, 2 * memory.ledger.size());
        memory.clearedAt = Math.max(0, memory.roster.clock());
        memory.untidy = untidy(memory.ledger, memory.clearedAt);
        return memory;
    }
}
