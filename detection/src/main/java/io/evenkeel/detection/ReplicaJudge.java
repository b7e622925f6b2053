package io.evenkeel.detection;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineKind;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Judges the signals of single replicas: fills the bin of each with its points, and steps the signal's baseline when the
 * bin is over. The bins are columns of {@link SignalTable}, as most signals of an entity are touched by every export.
 */
final class ReplicaJudge {
    /** Widest bin: an exporter slower than this is judged per point. */
    private static final int MOST_BIN_MILLIS = 300_000;
    /** Steps remembered of every signal of a replica: as many as a rule looks at, and two for what comes late. */
    static final int RING = 8;
    /** Open findings per entity: a replica in trouble moves everything, eight notes say so as well as eighty. */
    private static final int MOST_OPEN = 8;

    private final JudgedSignals judged;

    /**
     * What the points of one record have in common.
     *
     * @param catalogued whether a signal is rolled up because the catalogue names it: it then gets a seasonal profile
     * @param nowMillis processing time
     * @param priors given each signal that begins to be judged
     * @param limits what bounds a signal, in its unit; NaN when nothing does
     */
    record Turn(
            SignalTable signals,
            IntPredicate catalogued,
            long nowMillis,
            PointCounts counts,
            JudgedSignals.Listener notes,
            Newcomer priors,
            IntToDoubleFunction limits) {}

    /** Told of a signal that begins to be judged. */
    interface Newcomer {
        void begins(int row, int signal);
    }

    ReplicaJudge() {
        this(new JudgedSignals(RING, false));
    }

    /** As {@link #judged} has given it. */
    ReplicaJudge(JudgedSignals judged) {
        this.judged = judged;
    }

    JudgedSignals judged() {
        return judged;
    }

    /** What is expected of a signal's step; an unknown band when the signal is not judged. */
    void band(SignalTable signals, int signal, long start, Band out) {
        out.clear();
        int row = signals.judged(signal);
        if (row >= 0) {
            judged.band(row, start, 1, out);
        }
    }

    /**
     * Takes a point into its signal's bin.
     *
     * @param interval learned milliseconds between the stream's points, 0 before the second
     * @param value value or increment; NaN says nothing
     * @param on what the value stands on: itself, the seconds it covers, or its observations
     */
    void fill(Turn turn, int signal, JudgeRule rule, int interval, long time, double value, double on) {
        SignalTable signals = turn.signals;
        long current = signals.binStart(signal);
        if (Double.isNaN(value) || time < current) {
            return;
        }
        int width = signals.binMillis(signal);
        if (current == Long.MIN_VALUE || time - current >= width) {
            if (current != Long.MIN_VALUE && !signals.done[signal]) {
                judge(turn, signal, rule);
            }
            int before = width;
            width = widthFor(interval, before);
            // Nearly every point opens the bin behind the last; a division is what costs most here.
            boolean isNext = width == before && time - current < 2L * width && current != Long.MIN_VALUE;
            current = isNext ? current + width : Math.floorDiv(time, width) * width;
            signals.begin(signal, current, width);
        }
        signals.sum[signal] += value;
        signals.weight[signal] += (float) on;
        if (signals.done[signal]) {
            amend(turn, signal, rule);
        } else if (interval > 0 && time + interval >= current + width) {
            judge(turn, signal, rule);
        }
    }

    private static int widthFor(int interval, int known) {
        int bin = EntityBook.BIN_MILLIS;
        int wanted = Math.max(1, Math.round(interval / (float) bin)) * bin;
        int bounded = Math.min(MOST_BIN_MILLIS, wanted);
        // Follows a slower exporter at once; a faster one needs no narrower bin than the next restart gives it.
        return Math.max(known, bounded);
    }

    private void judge(Turn turn, int signal, JudgeRule rule) {
        SignalTable signals = turn.signals;
        signals.done[signal] = true;
        if (signals.weight[signal] <= 0) {
            return;
        }
        int row = signals.judged(signal);
        if (row < 0) {
            row = add(signals, signal, turn.catalogued.test(signal));
            turn.priors.begins(row, signal);
        }
        turn.counts.judgedSteps++;
        judged.step(
                row,
                signals.binStart(signal),
                signals.binMillis(signal),
                signals.sum[signal] / signals.weight[signal],
                1,
                rule,
                turn.limits.applyAsDouble(signal),
                judged.openFindings() < MOST_OPEN,
                turn.nowMillis,
                turn.notes);
    }

    private void amend(Turn turn, int signal, JudgeRule rule) {
        SignalTable signals = turn.signals;
        int row = signals.judged(signal);
        if (row >= 0 && signals.weight[signal] > 0) {
            judged.amend(
                    row,
                    signals.binStart(signal),
                    signals.binMillis(signal),
                    signals.sum[signal] / signals.weight[signal],
                    1,
                    rule,
                    turn.limits.applyAsDouble(signal));
        }
    }

    private int add(SignalTable signals, int signal, boolean withProfile) {
        int row = judged.add(BaselineKind.LEVEL, withProfile);
        signals.judge(signal, row);
        // A surplus slot starts from what the service's first one knows.
        int sibling = signals.slot[signal] == 0 ? -1 : signals.sibling(signal, 0);
        if (sibling >= 0 && signals.judged(sibling) >= 0) {
            judged.inherit(row, signals.judged(sibling));
        }
        return row;
    }

    /** Ends the open findings of signals that have gone. */
    void abandon(IntPredicate isGone, long nowMillis, JudgedSignals.Listener notes) {
        if (judged.openFindings() == 0) {
            return;
        }
        for (int row = 0; row < judged.size(); row++) {
            if (judged.tracker(row) != null && isGone.test(row)) {
                judged.abandon(row, FindingEnding.SUPERSEDED, nowMillis, notes);
            }
        }
    }

    /** Marks the signals about which a finding is open. */
    void keepDeviating(SignalTable signals, boolean[] isKept) {
        for (int signal = 0; signal < signals.size(); signal++) {
            int row = signals.judged(signal);
            isKept[signal] |= row >= 0 && judged.tracker(row) != null;
        }
    }

    /**
     * This for a table of only the kept signals, whose rows here are set.
     *
     * @param kept the table, with the rows of before
     */
    ReplicaJudge only(SignalTable kept) {
        int[] rows = IntStream.range(0, kept.size())
                .map(signal -> kept.judged(signal))
                .filter(row -> row >= 0)
                .toArray();
        int row = 0;
        for (int signal = 0; signal < kept.size(); signal++) {
            if (kept.judged(signal) >= 0) {
                kept.judge(signal, row++);
            }
        }
        return new ReplicaJudge(judged.only(rows));
    }

    ReplicaJudge copy() {
        return new ReplicaJudge(judged.copy());
    }
}
