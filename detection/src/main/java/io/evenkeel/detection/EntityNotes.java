package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is told of one entity: findings, rollups, requests served, doubts about its metrics, and that there is no room for
 * more of it. Reads the entity's memory and never changes what is known. Not part of the state.
 */
final class EntityNotes {
    private final EntityMemory memory;
    private final SeriesLimit limit;
    /** Metrics of which {@link MetricDoubt.Kind#TWO_WRITERS} was told. */
    private final BitSet doubted = new BitSet(0);

    private long epoch;

    EntityNotes(EntityMemory memory) {
        this(memory, new SeriesLimit());
    }

    private EntityNotes(EntityMemory memory, SeriesLimit limit) {
        this.memory = memory;
        this.limit = limit;
    }

    void epoch(long jobEpoch) {
        epoch = jobEpoch;
    }

    void deviation(int row, DeviationTracker tracker, EntityBook.Output out) {
        SignalTable signals = memory.signals();
        int signal = signals.ofJudgedRow(row);
        Slot slot = memory.roster().slots().get(signals.slot[signal]);
        List<Exemplar> shown = memory.exemplars().of(signal, tracker.onsetMillis, signals);
        FindingNotes.Circumstances facts = new FindingNotes.Circumstances(0, "", shown, facts(slot, signal, tracker));
        out.finding(FindingNotes.of(memory.key(signal), memory.replicas().judged(), row, tracker, facts, epoch));
    }

    /** Those of the process, and how full it is where that is known. */
    private Map<String, String> facts(Slot slot, int signal, DeviationTracker tracker) {
        MetricPolicy policy = Objects.requireNonNull(memory.signals().policy[signal]);
        MetricPolicy.Bound bound = policy.bound();
        // A share of one is its own text.
        String full = bound == null || bound.metric().isEmpty()
                ? ""
                : Saturation.text(
                        tracker.value,
                        memory.limit(signal),
                        memory.definition(signal).unit());
        if (full.isEmpty()) {
            return slot.facts;
        }
        Map<String, String> facts = new HashMap<>(slot.facts);
        facts.put(Finding.SATURATION, full);
        return facts;
    }

    /** Where windows go that are complete or pushed out. */
    SignalWindows.Sink rollups(EntityBook.Output out) {
        return (signal, start, width, count, sum, weight, revision) ->
                rollup(signal, start, width, count, sum, weight, revision, out);
    }

    private void rollup(
            int signal,
            long start,
            int width,
            long count,
            double sum,
            double weight,
            long revision,
            EntityBook.Output out) {
        SeriesDefinition definition = memory.signals().definition(signal);
        // Also while the catalogue is unknown: then only a window that the next one overwrites gets here, and nothing
        // else would ever tell of its points.
        if (definition == null || !memory.windows().isWanted(signal)) {
            return;
        }
        Band band = new Band();
        memory.replicas().band(memory.signals(), signal, start, band);
        out.rollup(new Rollup(
                memory.key(signal, definition),
                Instant.ofEpochMilli(start),
                width / 1000,
                count,
                weight > 0 ? sum / weight : Double.NaN,
                band.expected,
                band.lower,
                band.upper,
                revision));
    }

    /** The requests that a slot's process served, of the bins that have changed. */
    void red(Slot slot, EntityBook.Output out) {
        if (!slot.red.isUsed()) {
            return;
        }
        for (RedBins.Bin bin : slot.red.bins()) {
            if (bin.dirty) {
                bin.dirty = false;
                List<Exemplar> served = memory.exemplars().served(slot.ordinal, bin.start, memory.signals());
                out.red(slot.red(memory.service(), memory.label(slot.ordinal), bin, served));
            }
        }
    }

    void heartbeat(Slot slot, EntityBook.Output out) {
        out.heartbeat(slot.heartbeat(memory.service(), memory.label(slot.ordinal)));
    }

    /** Tells that a metric's name is that of a metric of another unit or type too. */
    void nameConflict(SeriesDefinition definition, EntityBook.Output out) {
        out.doubt(new MetricDoubt(
                memory.service().id(),
                definition.metric(),
                MetricDoubt.Kind.NAME_CONFLICT,
                memory.signals().conflict(definition)));
    }

    /** Tells once per metric and process that two write to one of its streams. */
    void twoWriters(long stream, EntityBook.Output out) {
        SignalTable signals = memory.signals();
        StreamLedger ledger = memory.ledger();
        int signal = ledger.signal(ledger.find(stream));
        int metric = signals.metric(signal);
        if (metric < 0 || doubted.get(metric)) {
            return;
        }
        doubted.set(metric);
        out.doubt(new MetricDoubt(
                memory.service().id(),
                memory.definition(signal).metric(),
                MetricDoubt.Kind.TWO_WRITERS,
                "of " + memory.roster().slots().get(signals.slot[signal]).facts));
    }

    /** Metrics have other rows now; who hears of a doubt remembers whether it was told. */
    void forgetDoubts() {
        doubted.clear();
    }

    /** There was no room for these points. */
    void refuse(long points, long nowMillis) {
        limit.refuse(points, nowMillis);
    }

    /** Whether something is still to be told about the room there is. */
    boolean isLimitOpen() {
        return limit.isOpen();
    }

    /** Tells that there is no room for more, when that is due. */
    void limit(long nowMillis, EntityBook.Output out) {
        SlotRoster roster = memory.roster();
        limit.tell(
                SignalKey.ofRefused(memory.service(), memory.owner()),
                memory.sightSince(),
                nowMillis,
                epoch,
                () -> roster.isFull()
                        ? roster.fullness()
                        : SeriesLimit.fullest(memory.signals().series()),
                out::finding);
    }

    /** The same for a copy of the memory. */
    EntityNotes copy(EntityMemory of) {
        // The limit's note goes on in the copy; what is written has none of it.
        EntityNotes copy = new EntityNotes(of, limit);
        copy.epoch = epoch;
        copy.doubted.or(doubted);
        return copy;
    }
}
