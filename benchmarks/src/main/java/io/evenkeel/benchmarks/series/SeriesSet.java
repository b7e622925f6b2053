package io.evenkeel.benchmarks.series;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Labelled series of one folder, telemetry and NAB apart, with what is needed to judge any detector on them. */
public final class SeriesSet {
    /** False pages per series-day that are looked at: one in twenty days to one in two. */
    static final List<Double> BUDGETS = List.of(0.05, 0.1, 0.2, 0.5);

    /** The one that goals are told for: a page without cause in ten days of a series. */
    static final double BUDGET = 0.1;

    /** Name of thresholds by hand. */
    static final String ORACLE = "best fixed threshold each (oracle)";

    private final List<LabelledSeries> ops;
    private final List<LabelledSeries> nab;
    private final OpsScorer opsScorer;
    private final OpsScorer nabPages;
    private final NabScorer nabScorer;
    private final NabScorer nabRealScorer;
    private final long seed;

    /**
     * Sorts the series and works out what is true of them.
     *
     * @param series telemetry and NAB in any order, told apart by their names
     * @param seed of the bootstrap's draws
     */
    public SeriesSet(List<LabelledSeries> series, long seed) {
        ops = series.stream().filter(each -> !each.source().isNab()).toList();
        nab = series.stream().filter(each -> each.source().isNab()).toList();
        List<LabelledSeries> real = nab.stream().filter(SeriesSet::isReal).toList();
        opsScorer = new OpsScorer(ops);
        nabPages = new OpsScorer(real);
        nabScorer = new NabScorer(nab);
        nabRealScorer = new NabScorer(real);
        this.seed = seed;
    }

    /** Telemetry of services. */
    public List<LabelledSeries> ops() {
        return ops;
    }

    List<LabelledSeries> all() {
        return Stream.concat(ops.stream(), nab.stream()).toList();
    }

    /** What kind and number of things are judged, for people. */
    public String text() {
        return "%d series of telemetry (%d events, %.0f series-days), %d of NAB (%d windows)"
                .formatted(ops.size(), opsScorer.events(), opsScorer.days(), nab.size(), nabScorer.windows());
    }

    /** Walks a detector through all series and counts. */
    public Standing judge(Contender contender) {
        long start = System.nanoTime();
        List<Contender.Judged> onOps = ops.stream().map(contender::judge).toList();
        List<Contender.Judged> onNab = nab.stream().map(contender::judge).toList();
        double seconds = (System.nanoTime() - start) / 1e9;
        int points = Stream.concat(ops.stream(), nab.stream())
                .mapToInt(LabelledSeries::length)
                .sum();
        OpsCurve curve =
                opsScorer.curve(onOps.stream().map(Contender.Judged::scores).toList());
        return new Standing(
                contender.name(),
                BUDGETS.stream().map(curve::within).toList(),
                curve,
                PairedBootstrap.recall(curve, BUDGET, seed),
                curve.elsewhere(BUDGET),
                nab(onNab),
                ownAlarms(onOps),
                points / seconds);
    }

    private @Nullable OpsOutcome ownAlarms(List<Contender.Judged> judged) {
        boolean decides = judged.stream().anyMatch(Contender.Judged::hasAlarm);
        return decides
                ? opsScorer.alarms(judged.stream().map(Contender.Judged::alarms).toList())
                : null;
    }

    /** The oracle of thresholds by hand, at each budget. */
    public Standing fixedThresholds() {
        FixedThresholds best = new FixedThresholds(ops);
        return new Standing(ORACLE, BUDGETS.stream().map(best::within).toList(), null, null, null, null, null, 0);
    }

    private Standing.OfNab nab(List<Contender.Judged> judged) {
        List<double[]> all = judged.stream().map(Contender.Judged::scores).toList();
        List<double[]> real = IntStream.range(0, nab.size())
                .filter(s -> isReal(nab.get(s)))
                .mapToObj(all::get)
                .toList();
        OpsCurve pages = nabPages.curve(real);
        return new Standing.OfNab(
                nabScorer.best(all, NabScorer.Profile.STANDARD).score(),
                nabScorer.best(all, NabScorer.Profile.LOW_FALSE_POSITIVES).score(),
                nabScorer.best(all, NabScorer.Profile.LOW_FALSE_NEGATIVES).score(),
                nabRealScorer.best(real, NabScorer.Profile.STANDARD).score(),
                BUDGETS.stream().map(budget -> pages.within(budget).recall()).toList());
    }

    private static boolean isReal(LabelledSeries series) {
        return series.source() == LabelledSeries.Source.NAB_REAL;
    }
}
