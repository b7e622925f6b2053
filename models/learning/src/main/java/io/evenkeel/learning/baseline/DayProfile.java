package io.evenkeel.learning.baseline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * What time of day does to a set of signals: one row of 96 quarter hours each, in civil time of the entity's zone. The
 * hour that a clock change repeats is learned twice into the same quarters, the one it skips is left alone.
 *
 * <p>{@code mean[row * 96 + quarter]}, quarter 0 = 00:00 civil time. 96 × 4 B = 384 B a row beside two floats and an int.
 */
final class DayProfile {
    static final int QUARTERS = 96;
    static final int QUARTER_SECONDS = 900;
    /** A quarter's mean moves by this share each day: about three days of memory, so that a new habit wins in a week. */
    private static final float DAY_STEP = 0.3f;

    private static final float[] NO_NUMBERS = {};
    private static final int[] NO_COUNTS = {};

    private final ZoneId zone;
    private int rows;
    private float[] mean = NO_NUMBERS;
    /** Whether a copy reads the same means. */
    private boolean shared;

    /** Running mean and number of steps of the quarter in progress. */
    private float[] current = NO_NUMBERS;

    private int[] steps = NO_COUNTS;
    /** Absolute quarter (days × 96 + quarter) in progress; 0 before the first. */
    private int[] quarter = NO_COUNTS;
    /** Quarters folded so far; two full days are 192. */
    private int[] folded = NO_COUNTS;
    /** Recent mean absolute error of the profile, and that of the level beside it. */
    private float[] error = NO_NUMBERS;

    private float[] levelError = NO_NUMBERS;

    private long offsetHour = Long.MIN_VALUE;
    private long offsetMillis;

    DayProfile(ZoneId zone) {
        this.zone = zone;
    }

    int add() {
        if (rows == steps.length) {
            shared = false;
            int capacity = Math.max(4, rows * 2);
            mean = Arrays.copyOf(mean, capacity * QUARTERS);
            current = Arrays.copyOf(current, capacity);
            steps = Arrays.copyOf(steps, capacity);
            quarter = Arrays.copyOf(quarter, capacity);
            folded = Arrays.copyOf(folded, capacity);
            error = Arrays.copyOf(error, capacity);
            levelError = Arrays.copyOf(levelError, capacity);
        }
        own();
        Arrays.fill(mean, rows * QUARTERS, (rows + 1) * QUARTERS, Float.NaN);
        return rows++;
    }

    private void own() {
        if (shared) {
            mean = mean.clone();
            shared = false;
        }
    }

    void take(int row, DayProfile other, int otherRow) {
        own();
        System.arraycopy(other.mean, otherRow * QUARTERS, mean, row * QUARTERS, QUARTERS);
        current[row] = other.current[otherRow];
        steps[row] = other.steps[otherRow];
        quarter[row] = other.quarter[otherRow];
        folded[row] = other.folded[otherRow];
        errors(row, other.error[otherRow], other.levelError[otherRow]);
    }

    float error(int row) {
        return error[row];
    }

    float levelError(int row) {
        return levelError[row];
    }

    void errors(int row, float own, float level) {
        error[row] = own;
        levelError[row] = level;
    }

    /** True once two full days have been folded: before, a profile only repeats yesterday's accidents. */
    boolean isSeasoned(int row) {
        return folded[row] >= 2 * QUARTERS;
    }

    /** Mean of the quarter hour of that time, NaN where none was learned. */
    float at(int row, long timeMillis) {
        return mean[row * QUARTERS + Math.floorMod(civilQuarter(timeMillis), QUARTERS)];
    }

    /** The same where another profile, learned before, has a share that this one's days take over. */
    float at(int row, long timeMillis, float[] before) {
        int quarter = Math.floorMod(civilQuarter(timeMillis), QUARTERS);
        float own = mean[row * QUARTERS + quarter];
        float past = before[quarter];
        if (Float.isNaN(own) || Float.isNaN(past)) {
            return Float.isNaN(own) ? past : own;
        }
        return own + faded(row) * (past - own);
    }

    /** What is left of what was learned before: what a row's days, at least one, would have left of it. */
    float faded(int row) {
        return (float) Math.pow(1 - DAY_STEP, Math.max(1, folded[row] / QUARTERS));
    }

    float[] means(int row) {
        return Arrays.copyOfRange(mean, row * QUARTERS, (row + 1) * QUARTERS);
    }

    int folded(int row) {
        return folded[row];
    }

    /** Steps learned of the quarter in progress. */
    int stepsOfQuarter(int row) {
        return steps[row];
    }

    float quarterMean(int row, int civilQuarterOfDay) {
        return mean[row * QUARTERS + civilQuarterOfDay];
    }

    /** @return true when a quarter is full and another begins */
    boolean learn(int row, long timeMillis, float value) {
        int now = civilQuarter(timeMillis);
        boolean isFull = steps[row] > 0 && now != quarter[row];
        if (isFull) {
            fold(row);
        }
        quarter[row] = now;
        steps[row]++;
        current[row] += (value - current[row]) / steps[row];
        return isFull;
    }

    private void fold(int row) {
        own();
        int cell = row * QUARTERS + Math.floorMod(quarter[row], QUARTERS);
        mean[cell] = Float.isNaN(mean[cell]) ? current[row] : mean[cell] + DAY_STEP * (current[row] - mean[cell]);
        folded[row]++;
        steps[row] = 0;
        current[row] = 0;
    }

    /** Quarter hours of civil time since 1970-01-01 00:00 local. */
    int civilQuarter(long timeMillis) {
        return (int) Math.floorDiv(timeMillis + offset(timeMillis), QUARTER_SECONDS * 1000L);
    }

    /** Start of the civil day that holds the time, ms since the epoch. */
    long startOfDay(long timeMillis) {
        long offset = offset(timeMillis);
        return Math.floorDiv(timeMillis + offset, 86_400_000L) * 86_400_000L - offset;
    }

    private long offset(long timeMillis) {
        long hour = Math.floorDiv(timeMillis, 3_600_000L);
        if (hour != offsetHour) {
            offsetHour = hour;
            offsetMillis = 1000L
                    * zone.getRules()
                            .getOffset(Instant.ofEpochMilli(timeMillis))
                            .getTotalSeconds();
        }
        return offsetMillis;
    }

    DayProfile copy() {
        DayProfile copy = new DayProfile(zone);
        if (rows == 0) {
            return copy;
        }
        copy.rows = rows;
        // Nothing of this one is replaced: another thread may be reading it.
        boolean isFull = mean.length == rows * QUARTERS;
        copy.mean = isFull ? mean : Arrays.copyOf(mean, rows * QUARTERS);
        copy.shared = isFull;
        shared |= isFull;
        copy.current = Arrays.copyOf(current, rows);
        copy.steps = Arrays.copyOf(steps, rows);
        copy.quarter = Arrays.copyOf(quarter, rows);
        copy.folded = Arrays.copyOf(folded, rows);
        copy.error = Arrays.copyOf(error, rows);
        copy.levelError = Arrays.copyOf(levelError, rows);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, mean, rows * QUARTERS);
        Columns.write(out, current, rows);
        Columns.write(out, steps, rows);
        Columns.write(out, quarter, rows);
        Columns.write(out, folded, rows);
        Columns.write(out, error, rows);
        Columns.write(out, levelError, rows);
    }

    static DayProfile read(DataInput in, ZoneId zone) throws IOException {
        DayProfile profile = readFirstLayout(in, zone);
        profile.error = Columns.readFloats(in);
        profile.levelError = Columns.readFloats(in);
        return profile;
    }

    /** Reads what 0.1.0 has written; its errors were kept elsewhere. */
    static DayProfile readFirstLayout(DataInput in, ZoneId zone) throws IOException {
        DayProfile profile = new DayProfile(zone);
        profile.mean = Columns.readFloats(in);
        profile.current = Columns.readFloats(in);
        profile.steps = Columns.readInts(in);
        profile.quarter = Columns.readInts(in);
        profile.folded = Columns.readInts(in);
        profile.rows = profile.steps.length;
        profile.error = new float[profile.rows];
        profile.levelError = new float[profile.rows];
        return profile;
    }
}
