package io.evenkeel.detection;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.BaselineKind;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.learning.baseline.Prior;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The judged signals of one entity or service: each step is scored against the baseline, remembered in a short ring, and
 * learned only after the persistence window has passed without a finding. So the band at the opening of a finding has
 * not seen the fault, and nothing is learned while a finding is open: neither the fault (bounded: after
 * {@link JudgeRule#acceptBins()} steps it is accepted) nor the way back.
 *
 * <p>{@code values[row * ring + (head + 1 + i) % ring]}, i = 0 oldest; NaN is a step without data.
 */
final class JudgedSignals {
    private final int ring;
    private final boolean weighted;
    private final BaselineBank bank;
    private int rows;
    private float[] values = {};
    private float[] weights = {};
    /** Start of the newest step, ms; {@link Long#MIN_VALUE} before the first. */
    private long[] lastBin = {};

    private int[] head = {};
    /** Newest steps not yet learned. */
    private int[] pending = {};
    /** Bits 0..7 deviating steps, newest in bit 0; bits 8..15 extreme ones. */
    private int[] flags = {};

    private final Map<Integer, DeviationTracker> open = new HashMap<>();
    /** Nothing is judged, every step is learned at once: history is only learned from. */
    private boolean learnsOnly;

    private final Band scratch = new Band();

    /** Told about a finding that opened, is due for an update, or ended. */
    interface Listener {
        void deviates(int row, DeviationTracker tracker);
    }

    /**
     * @param ring steps remembered per signal, for example 64
     * @param weighted whether weights are remembered too: service-level signals yes, gauges no (their weight is 1)
     */
    JudgedSignals(int ring, boolean weighted) {
        this(ring, weighted, new BaselineBank(ZoneOffset.UTC));
    }

    private JudgedSignals(int ring, boolean weighted, BaselineBank bank) {
        this.ring = ring;
        this.weighted = weighted;
        this.bank = bank;
    }

    int add(BaselineKind kind, boolean withProfile) {
        if (rows == lastBin.length) {
            int capacity = Math.max(8, rows * 2);
            values = Arrays.copyOf(values, capacity * ring);
            weights = weighted ? Arrays.copyOf(weights, capacity * ring) : weights;
            lastBin = Arrays.copyOf(lastBin, capacity);
            head = Arrays.copyOf(head, capacity);
            pending = Arrays.copyOf(pending, capacity);
            flags = Arrays.copyOf(flags, capacity);
        }
        Arrays.fill(values, rows * ring, (rows + 1) * ring, Float.NaN);
        lastBin[rows] = Long.MIN_VALUE;
        bank.add(kind, withProfile);
        return rows++;
    }

    int size() {
        return rows;
    }

    void inherit(int row, int from) {
        bank.inherit(row, from);
    }

    /** From now on nothing deviates; not part of the state. */
    void learnOnly() {
        learnsOnly = true;
    }

    /**
     * Sets history's word on a signal.
     *
     * @return false when it is of another kind of number
     */
    boolean prior(int row, Prior prior) {
        if (prior.kind() != bank.kindOf(row)) {
            return false;
        }
        if (!prior.equals(bank.priorOf(row))) {
            bank.prior(row, prior);
        }
        return true;
    }

    /** What a signal has learned by itself; null when it is too little. */
    @Nullable
    Prior toPrior(int row) {
        return bank.toPrior(row, lastBin[row]);
    }

    int openFindings() {
        return open.size();
    }

    @Nullable
    DeviationTracker tracker(int row) {
        // Nearly always empty, and asked for every step.
        return open.isEmpty() ? null : open.get(row);
    }

    long lastBin(int row) {
        return lastBin[row];
    }

    /** What is expected of a step; the frozen band while a finding is open. */
    void band(int row, long binStart, double weight, Band out) {
        DeviationTracker tracker = tracker(row);
        if (tracker == null) {
            bank.band(row, binStart, weight, out);
            return;
        }
        frozen(row, tracker, binStart, weight, out);
    }

    /**
     * Takes the next step of a signal.
     *
     * @param binStart start of the step, ms; steps come in order, see {@link #amend} for what is late
     * @param mayOpen false when the bound on open findings is reached
     * @return true when the step deviates
     */
    boolean step(
            int row,
            long binStart,
            int binMillis,
            double value,
            double weight,
            JudgeRule rule,
            boolean mayOpen,
            long nowMillis,
            Listener listener) {
        return step(row, binStart, binMillis, value, weight, rule, Double.NaN, mayOpen, nowMillis, listener);
    }

    /** @param limit what bounds the signal, in its unit; NaN when nothing does, see {@link Saturation} */
    boolean step(
            int row,
            long binStart,
            int binMillis,
            double value,
            double weight,
            JudgeRule rule,
            double limit,
            boolean mayOpen,
            long nowMillis,
            Listener listener) {
        advance(row, binStart, binMillis);
        put(row, 0, value, weight);
        DeviationTracker tracker = tracker(row);
        if (tracker != null) {
            frozen(row, tracker, binStart, weight, scratch);
            boolean ample = Saturation.isAmple(rule, value, limit);
            tracker.step(scratch, value, ample, Saturation.acceptBins(rule, value, limit));
            report(row, tracker, nowMillis, listener);
            return true;
        }
        if (learnsOnly) {
            learnDue(row, binMillis, 0);
            return false;
        }
        expect(row, binStart, weight, rule);
        boolean isJudged =
                scratch.isKnown() && bank.bins(row) >= rule.leastBins() && !Saturation.isAmple(rule, value, limit);
        int verdict = isJudged ? judge(row, rule, value, weight) : 0;
        boolean near = isJudged && verdict == 0 && isNear(row, binStart, rule, value, limit);
        verdict = near ? 1 : verdict;
        flags[row] |= (verdict > 0 ? 1 : 0) | (verdict > 1 ? 1 << 8 : 0);
        if (mayOpen && verdict > 0 && rule.opens(flags[row] & 0xFF, flags[row] >>> 8)) {
            open(row, binStart, binMillis, value, weight, rule, rule.isLoss() || near, nowMillis, listener);
            return true;
        }
        learnDue(row, binMillis, scratch.isKnown() ? rule.window() : 0);
        return verdict > 0;
    }

    private void expect(int row, long binStart, double weight, JudgeRule rule) {
        if (rule.isLoss()) {
            scratch.set(bank.kindOf(row), weight, 0, 0, rule.absolute(), rule.absolute());
            return;
        }
        bank.band(row, binStart, weight, scratch);
    }

    /** Whether a value is close to its limit; then the band at hand is that of what is near. */
    private boolean isNear(int row, long binStart, JudgeRule rule, double value, double limit) {
        return Saturation.isLimit(limit)
                && Saturation.isNear(rule, value, lately(row), limit, bank.usual(row, binStart), scratch);
    }

    private double lately(int row) {
        double sum = 0;
        int steps = 0;
        for (int back = 0; back < Saturation.LATELY; back++) {
            float seen = valueAt(row, back);
            if (!Float.isNaN(seen)) {
                sum += seen;
                steps++;
            }
        }
        return sum / steps;
    }

    private int judge(int row, JudgeRule rule, double value, double weight) {
        int verdict = rule.verdict(scratch, value, weight);
        if (verdict > 0 || !rule.pooled() || value <= scratch.expected) {
            return verdict;
        }
        double events = 0;
        double requests = 0;
        for (int back = 0; back < 3; back++) {
            float seen = valueAt(row, back);
            if (!Float.isNaN(seen)) {
                events += seen * weightAt(row, back);
                requests += weightAt(row, back);
            }
        }
        if (requests <= weight) {
            return 0;
        }
        Band pool = new Band();
        bank.band(row, lastBin[row], requests, pool);
        return Math.min(1, rule.verdict(pool, events / requests, requests));
    }

    /** @param byBandAtHand whether it deviates from the band at hand, which nothing has learned, and not from its own */
    private void open(
            int row,
            long binStart,
            int binMillis,
            double value,
            double weight,
            JudgeRule rule,
            boolean byBandAtHand,
            long nowMillis,
            Listener listener) {
        int seen = flags[row] & ((1 << rule.window()) - 1);
        int stepsBack = 31 - Integer.numberOfLeadingZeros(Integer.highestOneBit(seen));
        long onset = binStart - (long) stepsBack * binMillis;
        FrozenBand band = byBandAtHand
                ? FrozenBand.constant(Instant.ofEpochMilli(onset), scratch.lower, scratch.expected, scratch.upper)
                : bank.freeze(row, onset, weight);
        DeviationTracker tracker = new DeviationTracker(
                onset,
                binMillis,
                nowMillis,
                band,
                scratch.scale,
                bank.isYoung(row),
                value > scratch.expected ? Direction.UP : Direction.DOWN);
        tracker.bins = stepsBack + 1;
        tracker.value = value;
        tracker.score = Math.abs(scratch.score(value));
        open.put(row, tracker);
        pending[row] = 0;
        report(row, tracker, nowMillis, listener);
    }

    private void report(int row, DeviationTracker tracker, long nowMillis, Listener listener) {
        if (tracker.isDue(nowMillis)) {
            tracker.sequence++;
            tracker.sentAtMillis = nowMillis;
            listener.deviates(row, tracker);
        }
        if (tracker.ending != null) {
            close(row, tracker);
        }
    }

    private void close(int row, DeviationTracker tracker) {
        open.remove(row);
        flags[row] = 0;
        pending[row] = 0;
        if (tracker.ending == FindingEnding.ACCEPTED_AS_NEW_LEVEL) {
            int steps = Math.min(ring, tracker.bins);
            float[] seen = new float[steps];
            float[] on = new float[steps];
            for (int i = 0; i < steps; i++) {
                seen[i] = valueAt(row, steps - 1 - i);
                on[i] = weightAt(row, steps - 1 - i);
            }
            bank.relearn(row, lastBin[row] - (steps - 1L) * tracker.binMillis, tracker.binMillis, seen, on, steps);
        }
    }

    /** Ends an open finding whose signal has gone, such as a gauge of a process that was replaced. */
    void abandon(int row, FindingEnding ending, long nowMillis, Listener listener) {
        DeviationTracker tracker = open.get(row);
        if (tracker != null) {
            tracker.ending = ending;
            report(row, tracker, nowMillis, listener);
        }
    }

    /**
     * Corrects a step already taken, after late points. Only a changed verdict has an effect beyond the ring: the next
     * step then counts it.
     */
    void amend(int row, long binStart, int binMillis, double value, double weight, JudgeRule rule) {
        amend(row, binStart, binMillis, value, weight, rule, Double.NaN);
    }

    /** @param limit what bounds the signal, in its unit; NaN when nothing does */
    void amend(int row, long binStart, int binMillis, double value, double weight, JudgeRule rule, double limit) {
        long back = (lastBin[row] - binStart) / binMillis;
        if (lastBin[row] == Long.MIN_VALUE || back < 0 || back >= ring) {
            return;
        }
        put(row, (int) back, value, weight);
        if (back < 8 && open.get(row) == null) {
            expect(row, binStart, weight, rule);
            boolean isJudged =
                    scratch.isKnown() && bank.bins(row) >= rule.leastBins() && !Saturation.isAmple(rule, value, limit);
            int verdict = isJudged ? rule.verdict(scratch, value, weight) : 0;
            verdict = isJudged && verdict == 0 && isNear(row, binStart, rule, value, limit) ? 1 : verdict;
            int bits = (1 | 1 << 8) << back;
            flags[row] = (flags[row] & ~bits) | ((verdict > 0 ? 1 : 0) | (verdict > 1 ? 1 << 8 : 0)) << back;
        }
    }

    private void learnDue(int row, int binMillis, int lag) {
        while (pending[row] > lag) {
            int back = pending[row] - 1;
            bank.learn(row, lastBin[row] - (long) back * binMillis, valueAt(row, back), weightAt(row, back));
            pending[row]--;
        }
    }

    private void advance(int row, long binStart, int binMillis) {
        boolean isNext = lastBin[row] == Long.MIN_VALUE || binStart - lastBin[row] == binMillis;
        long steps = isNext ? 1 : Math.max(1, (binStart - lastBin[row]) / binMillis);
        int empty = (int) Math.min(ring, steps) - 1;
        for (int i = 0; i < empty; i++) {
            push(row);
        }
        push(row);
        flags[row] = steps > 8 ? 0 : (flags[row] & 0xFF) << steps & 0xFF | ((flags[row] >>> 8) << steps & 0xFF) << 8;
        lastBin[row] = binStart;
    }

    private void push(int row) {
        head[row] = head[row] + 1 == ring ? 0 : head[row] + 1;
        values[row * ring + head[row]] = Float.NaN;
        pending[row] = Math.min(ring, pending[row] + 1);
    }

    private void put(int row, int back, double value, double weight) {
        int place = place(row, back);
        values[place] = (float) value;
        if (weighted) {
            weights[place] = (float) weight;
        }
    }

    private int place(int row, int back) {
        int at = head[row] - back;
        return row * ring + (at < 0 ? at + ring : at);
    }

    /** Value {@code back} steps before the newest, NaN where there was none. */
    float valueAt(int row, int back) {
        return back >= ring ? Float.NaN : values[place(row, back)];
    }

    float weightAt(int row, int back) {
        return weighted ? weights[place(row, back)] : 1;
    }

    int ring() {
        return ring;
    }

    private void frozen(int row, DeviationTracker tracker, long binStart, double weight, Band out) {
        Instant at = Instant.ofEpochMilli(binStart);
        out.set(
                bank.kindOf(row),
                weight,
                tracker.band.expectedAt(at),
                tracker.band.lowerAt(at),
                tracker.band.upperAt(at),
                tracker.scale);
    }

    /** These signals without all but the given rows; row i is then what {@code kept[i]} was. */
    JudgedSignals only(int[] kept) {
        JudgedSignals fewer = new JudgedSignals(ring, weighted);
        fewer.learnsOnly = learnsOnly;
        for (int from : kept) {
            int row = fewer.add(bank.kindOf(from), bank.hasProfile(from));
            fewer.bank.take(row, bank, from);
            System.arraycopy(values, from * ring, fewer.values, row * ring, ring);
            if (weighted) {
                System.arraycopy(weights, from * ring, fewer.weights, row * ring, ring);
            }
            fewer.lastBin[row] = lastBin[from];
            fewer.head[row] = head[from];
            fewer.pending[row] = pending[from];
            fewer.flags[row] = flags[from];
            DeviationTracker tracker = tracker(from);
            if (tracker != null) {
                fewer.open.put(row, tracker);
            }
        }
        return fewer;
    }

    JudgedSignals copy() {
        JudgedSignals copy = new JudgedSignals(ring, weighted, bank.copy());
        copy.rows = rows;
        copy.learnsOnly = learnsOnly;
        copy.values = Arrays.copyOf(values, rows * ring);
        copy.weights = Arrays.copyOf(weights, weighted ? rows * ring : 0);
        copy.lastBin = Arrays.copyOf(lastBin, rows);
        copy.head = Arrays.copyOf(head, rows);
        copy.pending = Arrays.copyOf(pending, rows);
        copy.flags = Arrays.copyOf(flags, rows);
        for (Map.Entry<Integer, DeviationTracker> entry : open.entrySet()) {
            copy.open.put(entry.getKey(), entry.getValue().copy());
        }
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(ring);
        out.writeBoolean(weighted);
        Columns.write(out, values, rows * ring);
        Columns.write(out, weights, weighted ? rows * ring : 0);
        Columns.write(out, lastBin, rows);
        Columns.write(out, head, rows);
        Columns.write(out, pending, rows);
        Columns.write(out, flags, rows);
        out.writeInt(open.size());
        for (Map.Entry<Integer, DeviationTracker> entry : open.entrySet()) {
            out.writeInt(entry.getKey());
            entry.getValue().write(out);
        }
        bank.write(out);
    }

    static JudgedSignals read(DataInput in) throws IOException {
        ZoneId zone = ZoneOffset.UTC;
        int ring = in.readInt();
        boolean weighted = in.readBoolean();
        float[] values = Columns.readFloats(in);
        float[] weights = Columns.readFloats(in);
        long[] lastBin = Columns.readLongs(in);
        int[] head = Columns.readInts(in);
        int[] pending = Columns.readInts(in);
        int[] flags = Columns.readInts(in);
        Map<Integer, DeviationTracker> open = new HashMap<>();
        int trackers = in.readInt();
        for (int i = 0; i < trackers; i++) {
            int row = in.readInt();
            open.put(row, DeviationTracker.read(in));
        }
        JudgedSignals read = new JudgedSignals(ring, weighted, BaselineBank.read(in, zone));
        read.rows = lastBin.length;
        read.values = values;
        read.weights = weights;
        read.lastBin = lastBin;
        read.head = head;
        read.pending = pending;
        read.flags = flags;
        read.open.putAll(open);
        return read;
    }
}
