package io.evenkeel.learning.baseline;

/**
 * What time of day and of week do to one signal: means of 96 quarter hours and of 168 hours, and how far off each of the
 * two profiles has been. A profile speaks after two full periods. Times are civil, of whatever zone the caller keeps.
 *
 * <p>State: {@value #FLOATS} cells of a row, all zero before the first value; a mean is kept with a mark of its own, so
 * that zero is a value. Static functions on a caller's array.
 */
final class SeasonMemory {
    static final int QUARTERS = 96;
    static final int HOURS = 168;
    static final long QUARTER_MILLIS = 900_000;
    static final long HOUR_MILLIS = 3_600_000;

    private static final int DAY = 0;
    private static final int WEEK = 8;
    private static final int DAY_MEANS = 16;
    private static final int WEEK_MEANS = DAY_MEANS + QUARTERS;
    static final int FLOATS = WEEK_MEANS + HOURS;

    // Of each of the two profiles.
    private static final int RUNNING = 0;
    private static final int STEPS = 1;
    private static final int FOLDED = 2;
    private static final int ERROR = 3;
    private static final int SLOW_ERROR = 4;
    private static final int COMPARED = 5;

    /** A mean moves by this share each period once there have been as many: a new habit wins within two weeks. */
    private static final float PERIOD_STEP = 0.2f;
    /** Comparisons before a profile's error is believed. */
    private static final int LEAST_COMPARED = 48;

    /** Profiles are asked in this order. */
    static final int NO_PROFILE = 0;

    static final int DAY_PROFILE = 1;
    static final int WEEK_PROFILE = 2;

    private SeasonMemory() {}

    /** Means that a day's values can fill. */
    private static double perDay(double stepSeconds) {
        return QUARTERS * 900 / Math.max(900, stepSeconds);
    }

    private static double perWeek(double stepSeconds) {
        return HOURS * 3600 / Math.max(3600, stepSeconds);
    }

    private static boolean speaksOfDay(float[] cells, int at, double stepSeconds) {
        return cells[at + DAY + FOLDED] >= 2 * perDay(stepSeconds);
    }

    private static boolean speaksOfWeek(float[] cells, int at, double stepSeconds) {
        return cells[at + WEEK + FOLDED] >= 2 * perWeek(stepSeconds);
    }

    private static int quarterOf(long millis) {
        return (int) Math.floorMod(Math.floorDiv(millis, QUARTER_MILLIS), (long) QUARTERS);
    }

    private static int hourOf(long millis) {
        return (int) Math.floorMod(Math.floorDiv(millis, HOUR_MILLIS), (long) HOURS);
    }

    /** Mean of the quarter hour, NaN where none is known. */
    private static float day(float[] cells, int at, long millis) {
        return known(cells[at + DAY_MEANS + quarterOf(millis)]);
    }

    private static float week(float[] cells, int at, long millis) {
        return known(cells[at + WEEK_MEANS + hourOf(millis)]);
    }

    /** A cell of zero is unknown; a mean of zero is kept as the smallest number there is. */
    private static float known(float cell) {
        return cell == 0 ? Float.NaN : cell;
    }

    private static float kept(float mean) {
        return mean == 0 ? Float.MIN_VALUE : mean;
    }

    /** The profile that is less wrong, or {@link #NO_PROFILE} while none speaks or is believed. */
    static int profile(float[] cells, int at, long millis, double stepSeconds, float levelError) {
        boolean day = speaksOfDay(cells, at, stepSeconds) && !Float.isNaN(day(cells, at, millis));
        boolean week = speaksOfWeek(cells, at, stepSeconds) && !Float.isNaN(week(cells, at, millis));
        int profile = week && !(day && cells[at + DAY + ERROR] < cells[at + WEEK + ERROR])
                ? WEEK_PROFILE
                : day ? DAY_PROFILE : NO_PROFILE;
        if (profile == NO_PROFILE) {
            return NO_PROFILE;
        }
        int of = at + (profile == DAY_PROFILE ? DAY : WEEK);
        boolean wins = cells[of + COMPARED] >= LEAST_COMPARED
                && cells[of + SLOW_ERROR] < SurpriseBank.SEASON_MARGIN * levelError;
        return wins ? profile : NO_PROFILE;
    }

    static float expected(float[] cells, int at, long millis, int profile) {
        return profile == DAY_PROFILE ? day(cells, at, millis) : week(cells, at, millis);
    }

    /** Mean absolute error of a profile: the larger of that of the last hundred steps and of the last thousand. */
    static float error(float[] cells, int at, int profile) {
        int of = at + (profile == DAY_PROFILE ? DAY : WEEK);
        return Math.max(cells[of + ERROR], cells[of + SLOW_ERROR]);
    }

    /** How far the day's profile moves around that time: between the step before, that and the next. */
    static float excursion(float[] cells, int at, long millis, double stepSeconds) {
        if (cells[at + DAY + FOLDED] < perDay(stepSeconds)) {
            return 0;
        }
        int quarter = quarterOf(millis);
        int apart = (int) Math.max(1, Math.round(stepSeconds / 900));
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (int side = -1; side <= 1; side++) {
            float mean = known(cells[at + DAY_MEANS + Math.floorMod(quarter + side * apart, QUARTERS)]);
            if (!Float.isNaN(mean)) {
                lowest = Math.min(lowest, mean);
                highest = Math.max(highest, mean);
            }
        }
        return highest > lowest ? highest - lowest : 0;
    }

    /**
     * @param before time of the value before, ms; the same when there is none
     */
    static void learn(float[] cells, int at, long before, long millis, double stepSeconds, float value) {
        if (speaksOfDay(cells, at, stepSeconds)) {
            compare(cells, at + DAY, day(cells, at, millis), value);
        }
        if (speaksOfWeek(cells, at, stepSeconds)) {
            compare(cells, at + WEEK, week(cells, at, millis), value);
        }
        if (Math.floorDiv(before, QUARTER_MILLIS) != Math.floorDiv(millis, QUARTER_MILLIS)) {
            fold(cells, at + DAY, at + DAY_MEANS + quarterOf(before), perDay(stepSeconds));
        }
        if (Math.floorDiv(before, HOUR_MILLIS) != Math.floorDiv(millis, HOUR_MILLIS)) {
            fold(cells, at + WEEK, at + WEEK_MEANS + hourOf(before), perWeek(stepSeconds));
        }
        run(cells, at + DAY, value);
        run(cells, at + WEEK, value);
    }

    private static void compare(float[] cells, int of, float expected, float value) {
        if (Float.isNaN(expected)) {
            return;
        }
        float error = Math.abs(value - expected);
        float compared = Math.min(cells[of + COMPARED] + 1, 1e6f);
        cells[of + COMPARED] = compared;
        cells[of + ERROR] += Math.max(SurpriseBank.STEP, 1 / compared) * (error - cells[of + ERROR]);
        cells[of + SLOW_ERROR] += Math.max(SurpriseBank.SLOW_STEP, 1 / compared) * (error - cells[of + SLOW_ERROR]);
    }

    private static void run(float[] cells, int of, float value) {
        cells[of + STEPS]++;
        cells[of + RUNNING] += (value - cells[of + RUNNING]) / cells[of + STEPS];
    }

    private static void fold(float[] cells, int of, int mean, double perPeriod) {
        if (cells[of + STEPS] == 0) {
            return;
        }
        float periods = 1 + (float) Math.floor(cells[of + FOLDED] / perPeriod);
        float before = known(cells[mean]);
        float now = cells[of + RUNNING];
        cells[mean] = kept(Float.isNaN(before) ? now : before + Math.max(PERIOD_STEP, 1 / periods) * (now - before));
        cells[of + FOLDED] = Math.min(cells[of + FOLDED] + 1, 1e6f);
        cells[of + STEPS] = 0;
        cells[of + RUNNING] = 0;
    }
}
