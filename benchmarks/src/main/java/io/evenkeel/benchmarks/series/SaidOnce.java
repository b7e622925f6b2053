package io.evenkeel.benchmarks.series;

/**
 * Lets another detector speak once in six hours and twelve steps, whichever is longer, unless it has something a tenth
 * stranger to say; what it would repeat scores 0. The plainest form of an open page.
 */
final class SaidOnce implements SeriesDetector {
    private static final long QUIET_SECONDS = 6 * 3600;
    private static final long QUIET_POINTS = 12;
    private static final double STRANGER = 1.1;

    private final SeriesDetector detector;
    private boolean hasSpoken;
    private double said;
    private long saidAt;
    private long pointsSince;

    SaidOnce(SeriesDetector detector) {
        this.detector = detector;
    }

    @Override
    public double score(long epochSeconds, double value) {
        double score = detector.score(epochSeconds, value);
        pointsSince++;
        boolean isQuiet = hasSpoken && (epochSeconds - saidAt < QUIET_SECONDS || pointsSince < QUIET_POINTS);
        if (isQuiet && score <= STRANGER * said) {
            return 0;
        }
        hasSpoken = true;
        said = score;
        saidAt = epochSeconds;
        pointsSince = 0;
        return score;
    }
}
