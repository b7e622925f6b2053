package io.evenkeel.learning.baseline;

/**
 * What {@link SurpriseBank#judge} says of one value. Mutable, so that judging a point allocates nothing; owned by one
 * thread.
 */
public final class Surprise {
    /** What gave the expectation. */
    public enum Forecaster {
        LAST_VALUE,
        LEVEL,
        DAY_PROFILE,
        WEEK_PROFILE
    }

    /** Which view of the value was the most surprising. */
    public enum View {
        /** The value alone. */
        POINT,
        /** The last dozen values, all to one side. */
        DRIFT,
        /** The last few values beside the profile of day or week. */
        SEASON
    }

    /** Larger = stranger, comparable between signals; at {@link SurpriseBank#ALARM} and above worth a note. */
    public double score;
    /** The same without regard to what was said in the last six hours. */
    public double rawScore;
    /** Expectation in the signal's unit; NaN while too little is known. */
    public double expected = Double.NaN;
    /** One standard unit of scatter in the signal's unit, > 0; NaN while too little is known. */
    public double scale = Double.NaN;

    public Forecaster forecaster = Forecaster.LEVEL;
    public View view = View.POINT;

    public boolean isAlarm() {
        return score >= SurpriseBank.ALARM;
    }

    void clear() {
        score = SurpriseBank.NO_SCORE;
        rawScore = SurpriseBank.NO_SCORE;
        expected = Double.NaN;
        scale = Double.NaN;
        forecaster = Forecaster.LEVEL;
        view = View.POINT;
    }
}
