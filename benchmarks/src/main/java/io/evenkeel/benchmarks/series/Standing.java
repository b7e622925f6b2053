package io.evenkeel.benchmarks.series;

import io.evenkeel.benchmarks.series.PairedBootstrap.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is told of one detector.
 *
 * @param name of the detector
 * @param ops what it does at each budget of {@link SeriesSet#BUDGETS}, the threshold fixed on the same series
 * @param curve of all thresholds; null for an oracle without one
 * @param recall of telemetry at {@link SeriesSet#BUDGET}, the middle 90 % over draws of series
 * @param elsewhere at {@link SeriesSet#BUDGET}, the threshold of each domain fixed on the others; null for an oracle
 * @param nab on NAB; null for an oracle
 * @param own what its own alarms do on telemetry; null when it gives none
 * @param pointsPerSecond scored on this machine, one thread, cold; 0 for an oracle
 */
public record Standing(
        String name,
        List<OpsOutcome> ops,
        @Nullable OpsCurve curve,
        @Nullable Interval recall,
        @Nullable OpsOutcome elsewhere,
        @Nullable OfNab nab,
        @Nullable OpsOutcome own,
        double pointsPerSecond) {
    /**
     * What a detector does on NAB.
     *
     * @param standard score of all of NAB's series, 100 at best
     * @param lowFalsePositives the same with false alarms at double weight
     * @param lowFalseNegatives the same with missed windows at double weight
     * @param real standard score of the recorded series alone
     * @param recalls share of windows found in the recorded series at each budget of {@link SeriesSet#BUDGETS}
     */
    public record OfNab(
            double standard, double lowFalsePositives, double lowFalseNegatives, double real, List<Double> recalls) {
        public OfNab {
            recalls = List.copyOf(recalls);
        }
    }

    public Standing {
        ops = List.copyOf(ops);
    }

    /** At {@link SeriesSet#BUDGET}. */
    OpsOutcome atBudget() {
        return ops.get(SeriesSet.BUDGETS.indexOf(SeriesSet.BUDGET));
    }
}
