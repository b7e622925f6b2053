package io.evenkeel.detection;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.BaselineKind;
import io.evenkeel.learning.baseline.Prior;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The judged signals of one entity or service: each step is scored against the baseline, remembered for a while, and
 * learned only after the persistence window has passed without a finding. So the band at the opening of a finding has
 * not seen the fault, and nothing is learned while a finding is open: neither the fault (bounded: after
 * {@link JudgeRule#acceptBins()} steps it is accepted) nor the way back.
 *
 * <p>The steps are in {@link RecentSteps}. More of them than the ring holds are remembered of the rows with a profile, and
 * of those that deviate.
 */
final class JudgedSignals {
    private final RecentSteps recent;
    private final BaselineBank bank;
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
        this(new RecentSteps(ring, weighted), new BaselineBank(ZoneOffset.UTC), Map.of());
    }

    /**
     * From what was read.
     *
     * @param open open deviations by row
     */
    JudgedSignals(RecentSteps recent, BaselineBank bank, Map<Integer, DeviationTracker> open) {
        this.recent = recent;
        this.bank = bank;
        this.open.putAll(open);
    }

    int add(BaselineKind kind, boolean withProfile) {
        int row = recent.add();
        bank.add(kind, withProfile);
        if (withProfile) {
            recent.follow(row);
        }
        return row;
    }

    int size() {
        return recent.size();
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
        return recent.lastBin(row);
    }

    /** Value {@code back} steps before the newest, NaN where there was none. */
    float valueAt(int row, int back) {
        return recent.valueAt(row, back);
    }

    /** Steps that {@link #valueAt} can tell of. */
    int remembered(int row) {
        return recent.remembered(row);
    }

    /** What is expected of a step; the frozen band while a finding is open. */
    void band(int row, long binStart, double weight, Band out) {
        DeviationTracker tracker = tracker(row);
        if (tracker == null) {
            bank.band(row, binStart, weight, out);
            return;
        }
        tracker.expect(bank.kindOf(row), binStart, weight, out);
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
        recent.put(row, 0, value, weight);
        if (tracker != null) {
            tracker.expect(bank.kindOf(row), binStart, weight, scratch);
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
        recent.mark(row, 0, verdict);
        if (mayOpen && verdict > 0 && rule.opens(recent.deviating(row), recent.extreme(row))) {
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
                && Saturation.isNear(
                        rule, value, recent.mean(row, Saturation.LATELY), limit, bank.usual(row, binStart), scratch);
    }

    private int judge(int row, JudgeRule rule, double value, double weight) {
        int verdict = rule.verdict(scratch, value, weight);
        if (verdict > 0 || !rule.pooled() || value <= scratch.expected) {
            return verdict;
        }
        double events = 0;
        double requests = 0;
        for (int back = 0; back < 3; back++) {
            float seen = recent.valueAt(row, back);
            if (!Float.isNaN(seen)) {
                events += seen * recent.weightAt(row, back);
                requests += recent.weightAt(row, back);
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
        int seen = recent.deviating(row) & ((1 << rule.window()) - 1);
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
        recent.passOver(row);
        recent.follow(row);
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
        recent.clearMarks(row);
        recent.passOver(row);
        if (tracker.ending == FindingEnding.ACCEPTED_AS_NEW_LEVEL) {
            int steps = Math.min(recent.remembered(row), tracker.bins);
            float[] seen = new float[steps];
            float[] on = new float[steps];
            for (int i = 0; i < steps; i++) {
                seen[i] = recent.valueAt(row, steps - 1 - i);
                on[i] = recent.weightAt(row, steps - 1 - i);
            }
            bank.relearn(row, lastBin(row) - (steps - 1L) * tracker.binMillis, tracker.binMillis, seen, on, steps);
        }
        if (!bank.hasProfile(row)) {
            recent.leave(row);
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
        if (lastBin(row) == Long.MIN_VALUE || back < 0 || back >= recent.ring()) {
            return;
        }
        recent.put(row, (int) back, value, weight);
        if (recent.isMarkable(back) && open.get(row) == null) {
            expect(row, binStart, weight, rule);
            boolean isJudged =
                    scratch.isKnown() && bank.bins(row) >= rule.leastBins() && !Saturation.isAmple(rule, value, limit);
            int verdict = isJudged ? rule.verdict(scratch, value, weight) : 0;
            verdict = isJudged && verdict == 0 && isNear(row, binStart, rule, value, limit) ? 1 : verdict;
            recent.mark(row, (int) back, verdict);
        }
    }

    private void learnDue(int row, int binMillis, int lag) {
        while (recent.pending(row) > lag) {
            int back = recent.pending(row) - 1;
            bank.learn(
                    row, lastBin(row) - (long) back * binMillis, recent.valueAt(row, back), recent.weightAt(row, back));
            recent.learned(row);
        }
    }

    /** @param learns whether what the ring has no more room for is learned first: no finding is open about it */
    private void advance(int row, long binStart, int binMillis, boolean learns) {
        long steps = recent.stepsTo(row, binStart, binMillis);
        if (learns) {
            learnDue(row, binMillis, (int) Math.max(0, recent.ring() - steps));
        }
        recent.advance(row, binStart, steps);
    }

    /** These signals without all but the given rows; row i is then what {@code kept[i]} was. */
    JudgedSignals only(int[] kept) {
        JudgedSignals fewer = new JudgedSignals(recent.ring(), recent.isWeighted());
        fewer.learnsOnly = learnsOnly;
        for (int from : kept) {
            int row = fewer.add(bank.kindOf(from), bank.hasProfile(from));
            fewer.bank.take(row, bank, from);
            fewer.recent.take(row, recent, from);
            DeviationTracker tracker = tracker(from);
            if (tracker != null) {
                fewer.open.put(row, tracker);
            }
        }
        return fewer;
    }

    JudgedSignals copy() {
        JudgedSignals copy = new JudgedSignals(recent.copy(), bank.copy(), Map.of());
        copy.learnsOnly = learnsOnly;
        for (Map.Entry<Integer, DeviationTracker> entry : open.entrySet()) {
            copy.open.put(entry.getKey(), entry.getValue().copy());
        }
        return copy;
    }

    void write(DataOutput out) throws IOException {
        recent.write(out);
        DeviationTracker.writeByRow(out, open);
        recent.writeCourses(out);
        bank.write(out);
    }

    static JudgedSignals read(DataInput in) throws IOException {
        RecentSteps recent = RecentSteps.read(in);
        Map<Integer, DeviationTracker> open = DeviationTracker.readByRow(in);
        recent.readCourses(in);
        return new JudgedSignals(recent, BaselineBank.read(in, ZoneOffset.UTC), open);
    }
}
