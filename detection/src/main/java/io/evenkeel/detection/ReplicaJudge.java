package io.evenkeel.detection;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineKind;
import java.util.Arrays;
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
    /** Steps remembered of a replica's signal: the evidence of a finding and its course. */
    private static final int RING = 32;
    /** Open findings per entity: a replica in trouble moves everything, eight notes say so as well as eighty. */
    private static final int MOST_OPEN = 8;

    private final JudgedSignals judged;
    /** Row in {@link SignalTable} per row of {@link #judged}. */
    private int[] signalOf;

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
        void begins(int row);
    }

    ReplicaJudge() {
        this(new JudgedSignals(RING, false), new int[0]);
    }

    /** As {@link #judged} and {@link #signals} have given it. */
    ReplicaJudge(JudgedSignals judged, int[] signalOf) {
        this.judged = judged;
        this.signalOf = signalOf;
    }

    JudgedSignals judged() {
        return judged;
    }

    /** Signal per judged row. */
    int[] signals() {
        return Arrays.copyOf(signalOf, judged.size());
    }

    /** Signal of a judged row. */
    int signal(int row) {
        return signalOf[row];
    }

    /** What is expected of a signal's step; an unknown band when the signal is not judged. */
    void band(SignalTable signals, int signal, long start, Band out) {
        out.clear();
        int row = signals.judged[signal];
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
        long current = signals.binStart[signal];
        if (Double.isNaN(value) || time < current) {
            return;
        }
        int width = signals.binMillis[signal];
        if (current == Long.MIN_VALUE || time - current >= width) {
            if (current != Long.MIN_VALUE && !signals.done[signal]) {
                judge(turn, signal, rule);
            }
            int before = width;
            width = widthFor(interval, before);
            signals.binMillis[signal] = width;
            // Nearly every point opens the bin behind the last; a division is what costs most here.
            boolean isNext = width == before && time - current < 2L * width && current != Long.MIN_VALUE;
            signals.binStart[signal] = isNext ? current + width : Math.floorDiv(time, width) * width;
            signals.sum[signal] = 0;
            signals.weight[signal] = 0;
            signals.done[signal] = false;
        }
        signals.sum[signal] += value;
        signals.weight[signal] += on;
        if (signals.done[signal]) {
            amend(turn, signal, rule);
        } else if (interval > 0 && time + interval >= signals.binStart[signal] + width) {
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
        int row = signals.judged[signal];
        if (row < 0) {
            row = add(signals, signal, turn.catalogued.test(signal));
            turn.priors.begins(row);
        }
        turn.counts.judgedSteps++;
        judged.step(
                row,
                signals.binStart[signal],
                signals.binMillis[signal],
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
        int row = signals.judged[signal];
        if (row >= 0 && signals.weight[signal] > 0) {
            judged.amend(
                    row,
                    signals.binStart[signal],
                    signals.binMillis[signal],
                    signals.sum[signal] / signals.weight[signal],
                    1,
                    rule,
                    turn.limits.applyAsDouble(signal));
        }
    }

    private int add(SignalTable signals, int signal, boolean withProfile) {
        int row = judged.add(BaselineKind.LEVEL, withProfile);
        signals.judged[signal] = row;
        if (row >= signalOf.length) {
            signalOf = Arrays.copyOf(signalOf, Math.max(16, row * 2));
        }
        signalOf[row] = signal;
        // A surplus slot starts from what the service's first one knows.
        int sibling = signals.slot[signal] == 0 ? -1 : signals.find(0, signals.series[signal]);
        if (sibling >= 0 && signals.judged[sibling] >= 0) {
            judged.inherit(row, signals.judged[sibling]);
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
    void keepDeviating(boolean[] isKept) {
        for (int row = 0; row < judged.size(); row++) {
            isKept[signalOf[row]] |= judged.tracker(row) != null;
        }
    }

    /**
     * This without the signals that are not kept.
     *
     * @param moved new row per signal kept
     * @param kept the table of the kept signals, whose rows here are set
     */
    ReplicaJudge only(boolean[] isKept, int[] moved, SignalTable kept) {
        int[] rows = IntStream.range(0, judged.size())
                .filter(row -> isKept[signalOf[row]])
                .toArray();
        int[] signals = IntStream.of(rows).map(row -> moved[signalOf[row]]).toArray();
        for (int row = 0; row < rows.length; row++) {
            kept.judged[signals[row]] = row;
        }
        return new ReplicaJudge(judged.only(rows), signals);
    }

    ReplicaJudge copy() {
        return new ReplicaJudge(judged.copy(), signals());
    }
}
