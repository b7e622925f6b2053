package io.evenkeel.benchmarks.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PageSweepProperties {
    /**
     * Series with holes and repeated times, few different scores (so that many are equal), long runs of alarms: at every
     * threshold the sweep has the pages that a plain count from the first point to the last finds.
     */
    @Property(tries = 300)
    void countsThePagesOfAPlainCount(
            @ForAll long seed,
            @ForAll @IntRange(min = 20, max = 400) int points,
            @ForAll @IntRange(min = 2, max = 200) int levels,
            @ForAll @IntRange(min = 5, max = 60) int stepMinutes) {
        Random random = new Random(seed);
        LabelledSeries series = series(random, points, stepMinutes * 60L);
        double[] scores = new double[points];
        double drift = 0;
        for (int i = 0; i < points; i++) {
            drift = 0.8 * drift + random.nextGaussian();
            scores[i] = Math.rint(drift * levels / 8);
        }
        SeriesTruth truth = new SeriesTruth(series);

        PageSweep.Steps steps = PageSweep.of(truth, scores);

        for (double theta = -levels; theta <= levels; theta += 0.5) {
            assertThat(steps.falsePagesAt(theta)).as("threshold %s", theta).isEqualTo(plainCount(truth, scores, theta));
        }
    }

    private static LabelledSeries series(Random random, int points, long step) {
        long[] times = new long[points];
        boolean[] labels = new boolean[points];
        long time = 1_400_000_000;
        boolean labelled = false;
        for (int i = 0; i < points; i++) {
            int draw = random.nextInt(40);
            time += draw == 0 ? 0 : draw == 1 ? 20 * step : step;
            labelled = labelled ? random.nextInt(6) != 0 : random.nextInt(30) == 0;
            times[i] = time;
            labels[i] = labelled;
        }
        return new LabelledSeries(random.nextBoolean() ? "a" : "nab__real__a", times, new double[points], labels);
    }

    private static int plainCount(SeriesTruth truth, double[] scores, double theta) {
        int pages = 0;
        boolean excused = true;
        long first = Long.MIN_VALUE / 2;
        long last = Long.MIN_VALUE / 2;
        for (int i = truth.first(); i < scores.length; i++) {
            if (scores[i] < theta || !truth.counts(i)) {
                continue;
            }
            long at = truth.series().epochSecond(i);
            if (at - last >= truth.gapSeconds() || at - first >= 6 * 3600) {
                pages += excused ? 0 : 1;
                excused = false;
                first = at;
            }
            excused |= truth.isExcused(i);
            last = at;
        }
        return pages + (excused ? 0 : 1);
    }
}
