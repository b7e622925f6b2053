package io.evenkeel.learning.baseline;

/**
 * What a signal is expected to do in one step, filled by {@link BaselineBank#band}. Mutable, so that judging a point
 * allocates nothing; owned by one thread.
 */
public final class Band {
    /** Expectation in the signal's unit; NaN while nothing has been learned. */
    public double expected = Double.NaN;
    /** Lower edge; NaN while nothing has been learned. */
    public double lower = Double.NaN;
    /** Upper edge; NaN while nothing has been learned. */
    public double upper = Double.NaN;
    /** One standard unit of scatter, > 0; NaN while nothing has been learned. */
    public double scale = Double.NaN;

    BaselineKind kind = BaselineKind.LEVEL;
    double weight;

    public BaselineKind kind() {
        return kind;
    }

    public boolean isKnown() {
        return !Double.isNaN(expected);
    }

    /**
     * How strange a value is, in standard units: positive above the expectation, negative below. For ratios and rates it
     * is the smaller of the plain deviation and the deviance residual, so that one failed request of ten is not called
     * ten sigma.
     */
    public double score(double value) {
        double plain = (value - expected) / scale;
        return switch (kind) {
            case LEVEL, DURATION -> plain;
            case RATIO -> smaller(plain, Deviance.ofRatio(value, weight, expected));
            case RATE -> smaller(plain, Deviance.ofCount(value * weight, expected * weight));
        };
    }

    private static double smaller(double plain, double deviance) {
        return Math.abs(plain) <= Math.abs(deviance) ? plain : deviance;
    }

    /**
     * Sets the band to one that was frozen, to judge a later value by it.
     *
     * @param newWeight what the value to be judged stands on
     */
    public void set(
            BaselineKind newKind,
            double newWeight,
            double newExpected,
            double newLower,
            double newUpper,
            double newScale) {
        kind = newKind;
        weight = newWeight;
        expected = newExpected;
        lower = newLower;
        upper = newUpper;
        scale = newScale;
    }

    public void clear() {
        expected = Double.NaN;
        lower = Double.NaN;
        upper = Double.NaN;
        scale = Double.NaN;
    }
}
