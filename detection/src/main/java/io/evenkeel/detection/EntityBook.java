package io.evenkeel.detection;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The book of one entity (a service on one host or of one owner): takes its points in and watches the clock. Rows go in;
 * findings about single replicas, rollups, the replicas' share of the service's requests and signs of life come out. What
 * is known is its {@link EntityMemory}, what is told its {@link EntityNotes}. Owned by one thread; the packed state of one
 * Flink key.
 */
public final class EntityBook {
    /** Least width of a bin. */
    static final int BIN_MILLIS = 10_000;
    /** A bin is over when the clock has passed its end by this (ARCHITECTURE 3, Time). */
    static final int ALLOWANCE_MILLIS = 2_000;

    private static final int QUIET_MILLIS = 10_000;
    private static final int HEARTBEAT_MILLIS = 1_000;
    private static final int GONE_MILLIS = 180_000;

    private final EntityMemory memory;
    private final EntityNotes notes;
    /** Whether it only learns; not part of the state. */
    private boolean learnsOnly;
    /** When {@link #tick} is called next, ms; 0 when nobody has asked. */
    private long wakes;

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
        this(new EntityMemory(ServiceKey.parse(serviceId), owner));
    }

    private EntityBook(EntityMemory memory) {
        this(memory, new EntityNotes(memory));
    }

    private EntityBook(EntityMemory memory, EntityNotes notes) {
        this.memory = memory;
        this.notes = notes;
    }

    /** Under which epoch of the job findings and rollups are written from now on; a restored book has a new one. */
    public void epoch(long jobEpoch) {
        notes.epoch(jobEpoch);
        memory.windows().epoch(jobEpoch);
    }

    /** {@code ServiceKey.id()} of its service. */
    public String service() {
        return memory.service().id();
    }

    /** The priors its signals go by; kept apart from the book. */
    public TakenPriors priors() {
        return memory.priors();
    }

    /** From now on it learns, every signal with a profile of the day, and never judges. */
    void learnOnly() {
        learnsOnly = true;
        memory.replicas().judged().learnOnly();
    }

    /** What its signals have learned; without the ordinals of replicas, so several may have the same key. */
    void eachLearned(BiConsumer<SignalKey, Prior> each) {
        memory.eachLearned(each);
    }

    /**
     * Takes the points of one Resource of one request.
     *
     * @param nowMillis processing time
     */
    public void accept(EntityRows rows, long nowMillis, Catalogue catalogue, PointCounts counts, Output out) {
        define(rows, counts, out);
        memory.catchUp(catalogue);
        long newest = newest(rows, nowMillis);
        if (newest == Long.MIN_VALUE) {
            counts.received += rows.size;
            counts.quarantined += rows.size;
            return;
        }
        memory.sight(newest, nowMillis);
        Slot slot = memory.roster().of(rows.resource, rows.facts, newest);
        if (slot == null) {
            counts.received += rows.size;
            counts.refused += rows.size;
            notes.refuse(rows.size, nowMillis);
            tellLimit(nowMillis, out);
            return;
        }
        boolean fresh = slot.clock == Long.MIN_VALUE;
        if (fresh) {
            memory.signals().forgetExports(slot.ordinal);
        }
        Arrival arrival = new Arrival(rows, slot, notes.rollups(out), turn(nowMillis, counts, out));
        StreamLedger ledger = memory.ledger();
        ledger.leap();
        for (int i = 0; i < rows.size; i++) {
            ledger.marks = 0;
            StreamLedger.Outcome outcome = accept(arrival, i);
            counts.count(outcome);
            if (outcome == StreamLedger.Outcome.REFUSED) {
                notes.refuse(1, nowMillis);
            }
            if (ledger.marks != 0) {
                counts.mark(ledger.marks);
                if ((ledger.marks & StreamLedger.OVERLAP) != 0) {
                    notes.twoWriters(rows.stream[i], out);
                }
            }
        }
        tellLimit(nowMillis, out);
        slot.advance(newest);
        memory.exemplars().take(rows, ledger);
        counts.newest = Math.max(counts.newest, newest);
        if (memory.makeRoom(rows, arrival.sink)) {
            notes.forgetDoubts();
        }
        notes.red(slot, out);
        if (fresh || nowMillis - slot.arrival >= HEARTBEAT_MILLIS) {
            slot.arrival = nowMillis;
            notes.heartbeat(slot, out);
        }
    }

    private void define(EntityRows rows, PointCounts counts, Output out) {
        for (SeriesDefinition definition : rows.definitions) {
            if (memory.signals().define(definition)) {
                counts.nameConflicts++;
                notes.nameConflict(definition, out);
            }
        }
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

    private ReplicaJudge.Turn turn(long nowMillis, PointCounts counts, Output out) {
        return new ReplicaJudge.Turn(
                memory.signals(),
                signal -> learnsOnly || memory.windows().isCatalogued(signal),
                nowMillis,
                counts,
                (row, tracker) -> note(row, tracker, out),
                memory::linkPrior,
                memory::limit);
    }

    private StreamLedger.Outcome accept(Arrival arrival, int i) {
        EntityRows rows = arrival.rows;
        Slot slot = arrival.slot;
        int row = memory.streamOf(slot, rows.stream[i], rows.series[i]);
        if (row < 0) {
            return StreamLedger.Outcome.REFUSED;
        }
        StreamLedger ledger = memory.ledger();
        SignalTable signals = memory.signals();
        int signal = ledger.signal(row);
        long time = rows.timeMillis[i];
        MetricPolicy policy = signals.policy[signal];
        if (policy != null && policy.isLimit()) {
            ledger.rememberValue(row);
        }
        boolean forgotten = memory.mayBeForgotten(signal, rows.startMillis[i], time);
        StreamLedger.Outcome outcome = ledger.accept(
                row,
                rows,
                i,
                slot.clock,
                arrival.turn.nowMillis(),
                forgotten ? Long.MIN_VALUE : signals.exportBefore(signal, time),
                forgotten ? Long.MAX_VALUE : memory.sightSince());
        if (!outcome.isAccepted()) {
            return outcome;
        }
        signals.noteExport(signal, time);
        long start = rows.startMillis[i];
        if (start > 0 && (slot.processStart == 0 || start < slot.processStart)) {
            slot.processStart = start;
        }
        double on = weightOf(rows.type[i], policy, ledger);
        memory.windows().add(signal, time, ledger.increment, on, arrival.sink);
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
            memory.replicas().fill(arrival.turn, signal, policy.rule(), interval, time, ledger.increment, on);
        } else if (policy.isLimit()) {
            memory.limits().told(rows.stream[i], signal, time, signals);
        }
        return outcome;
    }

    /** What the value of a point stands on: itself, the seconds it covers, or its observations. */
    private static double weightOf(byte type, @Nullable MetricPolicy policy, StreamLedger ledger) {
        if (type == PointType.GAUGE || type == PointType.UP_DOWN) {
            return 1;
        }
        return policy != null && policy.value() == MetricPolicy.Value.HISTOGRAM_MEAN
                ? ledger.countIncrement
                : ledger.coveredSeconds;
    }

    private void note(int row, DeviationTracker tracker, Output out) {
        notes.deviation(row, tracker, out);
        if (tracker.ending == FindingEnding.ACCEPTED_AS_NEW_LEVEL) {
            memory.priors().refuse(memory.key(memory.signals().ofJudgedRow(row)));
        }
    }

    private void tellLimit(long nowMillis, Output out) {
        if (!learnsOnly) {
            notes.limit(nowMillis, out);
        }
    }

    /**
     * Notes when {@link #tick} is to be called next, which forgets it. Not part of the state.
     *
     * @return false when that was noted already
     */
    public boolean wakeAt(long millis) {
        boolean isNew = wakes != millis;
        wakes = millis;
        return isNew;
    }

    /**
     * Sends what the passing of processing time makes due.
     *
     * @return true while there is something left to wait for
     */
    public boolean tick(long nowMillis, Catalogue catalogue, Output out) {
        wakes = 0;
        memory.apply(catalogue);
        EntityWindows windows = memory.windows();
        windows.flush((signal, end) -> mayClose(signal, end, nowMillis), notes.rollups(out));
        ReplicaJudge replicas = memory.replicas();
        replicas.abandon(row -> isGone(row, nowMillis), nowMillis, (row, tracker) -> note(row, tracker, out));
        tellLimit(nowMillis, out);
        return windows.hasDirty() || replicas.judged().openFindings() > 0 || notes.isLimitOpen();
    }

    private boolean mayClose(int signal, long windowEnd, long nowMillis) {
        Slot slot = memory.roster().slots().get(memory.signals().slot[signal]);
        return slot.clock >= windowEnd + ALLOWANCE_MILLIS
                || nowMillis - slot.arrival >= Math.max(QUIET_MILLIS, slot.intervalOrDefault() * 3L / 2);
    }

    private boolean isGone(int row, long nowMillis) {
        SignalTable signals = memory.signals();
        Slot slot = memory.roster().slots().get(signals.slot[signals.ofJudgedRow(row)]);
        return nowMillis - slot.arrival > GONE_MILLIS
                || slot.clock - memory.replicas().judged().lastBin(row) > GONE_MILLIS + 2L * slot.intervalOrDefault();
    }

    /** Called at each checkpoint: lets go of what is only needed while something new comes. */
    public void rest() {
        memory.rest();
    }

    /** A book of its own with the same content, and without spare room. */
    public EntityBook copy() {
        EntityMemory known = memory.copy();
        EntityBook copy = new EntityBook(known, notes.copy(known));
        copy.learnsOnly = learnsOnly;
        copy.wakes = wakes;
        return copy;
    }

    /** Writes the whole book; {@link #read} gives an equal one back. The first byte is the version of the layout. */
    public void write(DataOutput out) throws IOException {
        memory.write(out);
    }

    /**
     * @throws IOException if the layout is of a version that this release does not know
     */
    public static EntityBook read(DataInput in) throws IOException {
        return new EntityBook(EntityMemory.read(in));
    }
}
