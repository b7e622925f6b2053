package io.evenkeel.benchmarks.series;

import com.amazon.randomcutforest.config.TransformMethod;
import java.util.List;
import java.util.Random;

/** The detectors that ours is held against. */
public final class Rivals {
    /** Of one kind and cheap: differences of every other are told from it. */
    static final String PLAIN = "EWMA z";

    /** The named peer. */
    static final String PEER = "RCF shingle 1";

    /** Share of a series' own deviation below which no hour of the week is believed to be steadier. */
    private static final double FLOOR = 0.4;

    private Rivals() {}

    /**
     * All of them, in the order of tables.
     *
     * @param seed of the random ones; same seed and series, same scores
     */
    public static List<Contender> all(long seed) {
        return List.of(
                new Contender(PLAIN, series -> new EwmaZ()),
                new Contender("Holt-Winters day", series -> new HoltWinters()),
                new Contender("hour-of-week z", series -> new HourOfWeek(0)),
                new Contender("hour-of-week z + floor", series -> new HourOfWeek(FLOOR)),
                new Contender(
                        "hour-of-week z + floor + calibration", series -> new TailCalibration(new HourOfWeek(FLOOR))),
                new Contender(PEER, RandomCutRival.plain(1, seed)),
                new Contender(
                        "RCF shingle 1 + de-dupe",
                        series -> new SaidOnce(RandomCutRival.plain(1, seed).apply(series))),
                new Contender("RCF shingle 8", RandomCutRival.plain(8, seed)),
                new Contender("TRCF shingle 4", RandomCutRival.thresholded(4, TransformMethod.NORMALIZE, seed)),
                new Contender("TRCF shingle 8", RandomCutRival.thresholded(8, TransformMethod.NORMALIZE, seed)),
                new Contender(
                        "TRCF shingle 4, differences", RandomCutRival.thresholded(4, TransformMethod.DIFFERENCE, seed)),
                new Contender(
                        "TRCF shingle 4, weighted", RandomCutRival.thresholded(4, TransformMethod.WEIGHTED, seed)),
                new Contender("random score", series -> {
                    Random random = new Random(seed + series.hashCode());
                    return (time, value) -> random.nextDouble();
                }));
    }
}
