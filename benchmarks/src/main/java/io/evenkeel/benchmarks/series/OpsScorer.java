package io.evenkeel.benchmarks.series;

import java.util.ArrayList;
import java.util.List;

/**
 * What a detector does to an on-call person: events found against false pages a series-day, with one threshold for all
 * series.
 *
 * <ul>
 *   <li><b>Warm-up</b> floor(0.15 n) points; of NAB at most 750. Alarms before it do not count, nor do events that begin in
 *       it, nor alarms in those.
 *   <li><b>Gap</b> G = max(1 h, 3 steps). Labelled runs whose ends are at most G apart are one event; not for NAB.
 *   <li><b>Found</b> an event is, by an alarm from its start to min(end + G, start + max(7 steps, 30 min)); of NAB to the
 *       end of its window.
 *   <li><b>Pages</b> alarms less than G apart are one page, which ends 6 h after its first alarm: an alarm that never
 *       ends costs four a day. A page is false when none of its alarms lies in an event or within G after it.
 *   <li><b>Rate</b> false pages ÷ days after warm-up that lie in no event.
 * </ul>
 *
 * These are the rules by which the peers' published figures on this data were made; that gaps of exactly G join labelled
 * runs and part pages was found by reproducing them (183 events, 1,246 series-days, and the recalls of {@link EwmaZ}).
 *
 * <p>Exact: every score is tried as a threshold ({@link PageSweep}). Immutable; safe to share.
 */
public final class OpsScorer {
    private final List<SeriesTruth> truths;

    /**
     * A scorer of some series.
     *
     * @param series what will be scored, in the order in which scores will be given
     */
    public OpsScorer(List<LabelledSeries> series) {
        truths = series.stream().map(SeriesTruth::new).toList();
    }

    /** Number of series, in the order of the constructor's. */
    public int size() {
        return truths.size();
    }

    /** Events that can be found. */
    public int events() {
        return truths.stream().mapToInt(truth -> truth.events().size()).sum();
    }

    /** Days in which a page is false, summed over series. */
    public double days() {
        return truths.stream().mapToDouble(SeriesTruth::days).sum();
    }

    /**
     * What every threshold would do.
     *
     * @param scores scores[s][i] of point i of series s; higher is stranger, never NaN
     */
    public OpsCurve curve(List<double[]> scores) {
        if (scores.size() != truths.size()) {
            throw new IllegalArgumentException(scores.size() + " arrays of scores for " + truths.size() + " series");
        }
        return new OpsCurve(truths, scores);
    }

    /**
     * What a detector's own alarms do, without any threshold.
     *
     * @param alarms alarms[s][i] of point i of series s
     */
    public OpsOutcome alarms(List<boolean[]> alarms) {
        List<double[]> scores = new ArrayList<>();
        for (boolean[] bits : alarms) {
            double[] score = new double[bits.length];
            for (int i = 0; i < bits.length; i++) {
                score[i] = bits[i] ? 1 : 0;
            }
            scores.add(score);
        }
        return curve(scores).at(1);
    }
}
