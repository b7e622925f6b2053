package io.evenkeel.benchmarks.series;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.config.TransformMethod;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import java.util.function.Function;

/**
 * Random cut forests as published (aws/random-cut-forest-by-aws 4.4.0): 50 trees of 256 samples, first score after 32
 * points, otherwise the builders' defaults. Scores are the forest's own, not its grade.
 */
final class RandomCutRival {
    private static final int TREES = 50;
    private static final int SAMPLES = 256;
    private static final int SILENT = 32;

    private RandomCutRival() {}

    /**
     * The plain forest; a point is scored before the forest learns it.
     *
     * @param shingle how many neighbouring values are seen as one, 1 or more
     * @param seed joined with the series' name, so that no series' score depends on which others there are
     */
    static Function<String, SeriesDetector> plain(int shingle, long seed) {
        return series -> {
            RandomCutForest forest = RandomCutForest.builder()
                    .dimensions(shingle)
                    .shingleSize(shingle)
                    .internalShinglingEnabled(shingle > 1)
                    .numberOfTrees(TREES)
                    .sampleSize(SAMPLES)
                    .outputAfter(SILENT)
                    .randomSeed(seed + series.hashCode())
                    .build();
            return (time, value) -> {
                float[] point = {(float) value};
                double score = forest.getAnomalyScore(point);
                forest.update(point);
                return score;
            };
        };
    }

    /**
     * The forest in its thresholding frame.
     *
     * @param transform what the frame makes of values before the forest sees them
     */
    static Function<String, SeriesDetector> thresholded(int shingle, TransformMethod transform, long seed) {
        return series -> {
            ThresholdedRandomCutForest forest = ThresholdedRandomCutForest.builder()
                    .dimensions(shingle)
                    .shingleSize(shingle)
                    .numberOfTrees(TREES)
                    .sampleSize(SAMPLES)
                    .outputAfter(SILENT)
                    .transformMethod(transform)
                    .randomSeed(seed + series.hashCode())
                    .build();
            return (time, value) -> forest.process(new double[] {value}, time).getRCFScore();
        };
    }
}
