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
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The judged signals of one entity or service: each step is scored against the baseline, remembered in a short ring, and
 * learned only after the persistence window has passed without a finding. So the band at the opening of a finding has
 * not seen the fault, and nothing is learned while a finding is open: neither the fault (bounded: after
 * {@link JudgeRule#acceptBins()} steps it is accepted) nor the way back.
 *
 * <p>{@code values[row * ring + (head + 1 + i) % ring]}, i = 0 oldest; NaN is a step without data. What the ring has no
 * room for goes into the row's {@link StepCourse}, where it has one: the rows with a profile, and those that deviate.
 */
final class JudgedSignals {
    private final int ring;
    private final boolean weighted;
    private final BaselineBank bank;
    private int rows;
    private float[] values = {};
    private float[] weights = {};
    /** Start of the newest step in units of 10 s; {@link Integer#MIN_VALUE} before the first. */
    private int[] newest = {};

    private byte[] head = {};
    /** Newest steps not yet learned. */
    private byte[] pending = {};
    /** Bits 0..7 deviating steps, newest in bit 0; bits 8..15 extreme ones. */
    private char[] flags = {};
    /** Per row, null where there is none; shorter than the rows until one is needed. */
    private @Nullable StepCourse[] courses = {};

    private final Map<Integer, DeviationTracker> open = new HashMap<>();
    /** Nothing is judged, every step is learned at once: history is only learned from. */
    private boolean learnsOnly;

    private final Band scratch = new Band();

    /** Told about a finding that opened, is due for an update, or ended. */
    interface Listener {
        void deviates(int row, DeviationTracker tracker);
    }

    /**
     * @param ring steps remembered per signal, 8 to 127; more than any {@link JudgeRule#window()}
     * @param weighted whether weights are remembered too: service-level signals yes, gauges no (their weight is 1). A
     *     weighted ring is all that is remembered
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
        if (rows == newest.length) {
            int capacity = Math.max(8, rows * 2);
            values = Arrays.copyOf(values, capacity * ring);
            weights = weighted ? Arrays.copyOf(weights, capacity * ring) : weights;
            newest = Arrays.copyOf(newest, capacity);
            head = Arrays.copyOf(head, capacity);
            pending = Arrays.copyOf(pending, capacity);
            flags = Arrays.copyOf(flags, capacity);
        }
        Arrays.fill(values, rows * ring, (rows + 1) * ring, Float.NaN);
        newest[rows] = Integer.MIN_VALUE;
        bank.add(kind, withProfile);
        int row = rows++;
        if (withProfile && !weighted) {
            follow(row);
        }
        return row;
    }

    private @Nullable StepCourse course(int row) {
        return row < courses.length ? courses[row] : null;
    }

    private void follow(int row) {
        if (!weighted && course(row) == null) {
            if (row >= courses.length) {
                courses = Arrays.copyOf(courses, Math.max(row + 1, newest.length));
            }
            courses[row] = new StepCourse();
        }
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
        return bank.toPrior(row, lastBin(row));
    }

    int openFindings() {
        return open.size();
    }

    @Nullable
    DeviationTracker tracker(int row) {
        // Nearly always empty, and asked for every step.
        return open.isEmpty() ? null : open.get(row);
    }

    /** Start of the newest step, ms, to 10 s; {@link Long#MIN_VALUE} before the first. */
    long lastBin(int row) {
        return newest[row] == Integer.MIN_VALUE ? Long.MIN_VALUE : (long) newest[row] * EntityBook.BIN_MILLIS;
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
        DeviationTracker tracker = tracker(row);
        advance(row, binStart, binMillis, tracker == null);
        put(row, 0, value, weight);
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
        flags[row] |= (char) ((verdict > 0 ? 1 : 0) | (verdict > 1 ? 1 << 8 : 0));
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
        bank.band(row, lastBin(row), requests, pool);
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
        follow(row);
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
            int steps = Math.min(remembered(row), tracker.bins);
            float[] seen = new float[steps];
            float[] on = new float[steps];
            for (int i = 0; i < steps; i++) {
                seen[i] = valueAt(row, steps - 1 - i);
                on[i] = weightAt(row, steps - 1 - i);
            }
            bank.relearn(row, lastBin(row) - (steps - 1L) * tracker.binMillis, tracker.binMillis, seen, on, steps);
        }
        if (course(row) != null && !bank.hasProfile(row)) {
            courses[row] = null;
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
        long back = (lastBin(row) - binStart) / binMillis;
        if (lastBin(row) == Long.MIN_VALUE || back < 0 || back >= ring) {
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
            int marks = ((verdict > 0 ? 1 : 0) | (verdict > 1 ? 1 << 8 : 0)) << back;
            flags[row] = (char) (flags[row] & ~bits | marks);
        }
    }

    private void learnDue(int row, int binMillis, int lag) {
        while (pending[row] > lag) {
            int back = pending[row] - 1;
            bank.learn(row, lastBin(row) - (long) back * binMillis, valueAt(row, back), weightAt(row, back));
            pending[row]--;
        }
    }

    /** @param learns whether what the ring has no more room for is learned first: no finding is open about it */
    private void advance(int row, long binStart, int binMillis, boolean learns) {
        boolean isNext = lastBin(row) == Long.MIN_VALUE || binStart - lastBin(row) == binMillis;
        long steps = isNext ? 1 : Math.max(1, (binStart - lastBin(row)) / binMillis);
        int pushed = (int) Math.min(ring, steps);
        if (learns) {
            learnDue(row, binMillis, ring - pushed);
        }
        for (int i = 0; i < pushed; i++) {
            push(row);
        }
        int shifted = (flags[row] & 0xFF) << steps & 0xFF | ((flags[row] >>> 8) << steps & 0xFF) << 8;
        flags[row] = (char) (steps > 8 ? 0 : shifted);
        newest[row] = (int) Math.floorDiv(binStart, (long) EntityBook.BIN_MILLIS);
    }

    private void push(int row) {
        head[row] = (byte) (head[row] + 1 == ring ? 0 : head[row] + 1);
        int place = row * ring + head[row];
        StepCourse course = course(row);
        if (course != null) {
            course.add(values[place]);
        }
        values[place] = Float.NaN;
        pending[row] = (byte) Math.min(ring, pending[row] + 1);
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
        if (back < ring) {
            return values[place(row, back)];
        }
        StepCourse course = course(row);
        return course == null ? Float.NaN : course.at(back - ring);
    }

    float weightAt(int row, int back) {
        return weighted ? weights[place(row, back)] : 1;
    }

    /** Steps that {@link #valueAt} can tell of. */
    int remembered(int row) {
        StepCourse course = course(row);
        return course == null ? ring : ring + course.size();
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
            fewer.newest[row] = newest[from];
            fewer.head[row] = head[from];
            fewer.pending[row] = pending[from];
            fewer.flags[row] = flags[from];
            StepCourse course = course(from);
            if (course != null) {
                fewer.follow(row);
                fewer.courses[row] = course;
            }
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
        copy.weights = weighted ? Arrays.copyOf(weights, rows * ring) : weights;
        copy.newest = Arrays.copyOf(newest, rows);
        copy.head = Arrays.copyOf(head, rows);
        copy.pending = Arrays.copyOf(pending, rows);
        copy.flags = Arrays.copyOf(flags, rows);
        copy.courses = new StepCourse[Math.min(courses.length, rows)];
        for (int row = 0; row < copy.courses.length; row++) {
            StepCourse course = courses[row];
            copy.courses[row] = course == null ? null : course.copy();
        }
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
        Columns.write(out, newest, rows);
        Columns.write(out, head, rows);
        Columns.write(out, pending, rows);
        Columns.write(out, flags, rows);
        out.writeInt(open.size());
        for (Map.Entry<Integer, DeviationTracker> entry : open.entrySet()) {
            out.writeInt(entry.getKey());
            entry.getValue().write(out);
        }
        int followed = (int) Arrays.stream(courses, 0, Math.min(courses.length, rows))
                .filter(Objects::nonNull)
                .count();
        out.writeInt(followed);
        for (int row = 0; row < rows; row++) {
            StepCourse course = course(row);
            if (course != null) {
                out.writeInt(row);
                course.write(out);
            }
        }
        bank.write(out);
    }

    static JudgedSignals read(DataInput in) throws IOException {
        int ring = in.readInt();
        boolean weighted = in.readBoolean();
        float[] values = Columns.readFloats(in);
        float[] weights = Columns.readFloats(in);
        int[] newest = Columns.readInts(in);
        byte[] head = Columns.readBytes(in);
        byte[] pending = Columns.readBytes(in);
        char[] flags = Columns.readChars(in);
        Map<Integer, DeviationTracker> open = readTrackers(in);
        Map<Integer, StepCourse> courses = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            int row = in.readInt();
            courses.put(row, StepCourse.read(in));
        }
        BaselineBank bank = BaselineBank.read(in, ZoneOffset.UTC);
        return restored(ring, bank, values, weighted ? weights : null, newest, head, pending, flags, open, courses);
    }

    /** From columns that were read. */
    static JudgedSignals restored(
            int ring,
            BaselineBank bank,
            float[] values,
            float @Nullable [] weights,
            int[] newest,
            byte[] head,
            byte[] pending,
            char[] flags,
            Map<Integer, DeviationTracker> open,
            Map<Integer, StepCourse> courses) {
        JudgedSignals read = new JudgedSignals(ring, weights != null, bank);
        read.rows = newest.length;
        read.values = values;
        read.weights = weights == null ? new float[0] : weights;
        read.newest = newest;
        read.head = head;
        read.pending = pending;
        read.flags = flags;
        read.open.putAll(open);
        courses.forEach((row, course) -> {
            read.follow(row);
            read.courses[row] = course;
        });
        return read;
    }

    static Map<Integer, DeviationTracker> readTrackers(DataInput in) throws IOException {
        Map<Integer, DeviationTracker> open = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            int row = in.readInt();
            open.put(row, DeviationTracker.read(in));
        }
        return open;
    }
}
