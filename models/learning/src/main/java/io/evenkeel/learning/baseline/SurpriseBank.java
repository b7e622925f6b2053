package io.evenkeel.learning.baseline;

import io.evenkeel.learning.baseline.Surprise.Forecaster;
import io.evenkeel.learning.baseline.Surprise.View;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * How surprising each value of many signals is, row by row, without labels and with one set of parameters for all. O(1)
 * in time and state: a row is {@value #ROW_BYTES} B.
 *
 * <p>A value is looked at in three views. As a point: against the forecaster that has been least wrong of late, the
 * last value or a level of a hundred steps; in units of its error, to which the error of the last thousand steps, the
 * signal's quantum and the noise of a count are a floor, so that a calm hour sharpens nobody's tongue. As a drift: the
 * last dozen deviations together. And beside the profile of day or week, where that is less than half as wrong as the
 * level. Each view's strangeness is read against the peaks it has had before ({@link PeakMemory}); the most surprising
 * view counts.
 *
 * <p>What is learned is clipped at a hundred errors only, so that a value in the wrong unit is not the scale of a month:
 * after a shift the last value explains what follows at once and the level does within a few hundred steps, and a shift
 * is told once or twice and not for ever (DETECTION.md, section 2, item 2). Within six hours of a surprise, or twelve
 * steps, only a tenth more is a new one.
 *
 * <p>Not safe for use by several threads.
 */
public final class SurpriseBank {
    /** Scores from here on are worth a note: about one false page in ten series-days on the development data. */
    public static final double ALARM = 2.05;
    /** Score of what says nothing: too early, or no number. */
    public static final double NO_SCORE = -10;
    /** Values before anything is judged. */
    public static final int FIRST_JUDGED = 64;

    /** Memory of a hundred steps: level and errors. */
    static final float STEP = 0.01f;
    /** Memory of a thousand steps. */
    static final float SLOW_STEP = 0.001f;
    /** A profile counts where its error is below this share of the level's. */
    static final float SEASON_MARGIN = 0.5f;

    /** Mean absolute deviation to standard deviation of a normal variable, sqrt(pi/2). */
    private static final double TO_SIGMA = 1.2533;
    /** Share of the day profile's excursion that is no deviation. */
    private static final double STEEPNESS = 0.25;
    /** Steps whose deviations are taken together, and the most that one of them may bring in. */
    private static final int DRIFT_STEPS = 12;

    private static final double DRIFT_CAP = 3.5;
    private static final int SEASON_STEPS = 6;
    private static final double SEASON_CAP = 10;
    private static final long EPISODE_MILLIS = 6 * 3_600_000L;
    private static final int EPISODE_STEPS = 12;
    private static final double NEW_EPISODE = 1.1;

    /** What one value may bring into what is learned: so many times the error, or the interval, so far. */
    private static final float MOST_BROUGHT = 100;
    /** Steps without a value before it is a gap. */
    private static final double LEAST_GAP = 3;

    private static final double MOST_WIDENED = 4;
    private static final double COUNT_NOISE = 0.5;

    private static final double LARGEST = 1e37;

    // A row's cells.
    private static final int LAST = 0;
    private static final int LEVEL = 1;
    private static final int FORECASTERS = 2;
    private static final int ERROR = 2;
    private static final int SLOW_ERROR = 4;
    /** Smallest distance of two values that follow each other, 0 = none yet. */
    private static final int QUANTUM = 6;

    private static final int DRIFT = 7;
    private static final int SEASON_DRIFT = 8;
    /** Typical distance of two values, s. */
    private static final int INTERVAL = 9;
    /** Score of the surprise that the episode goes by. */
    private static final int TOLD = 10;
    /** 1 once a value was not whole. */
    private static final int FRACTIONS = 11;

    private static final int POINT_PEAKS = 12;
    private static final int DRIFT_PEAKS = POINT_PEAKS + PeakMemory.FLOATS;
    private static final int SEASON_PEAKS = DRIFT_PEAKS + PeakMemory.FLOATS;
    private static final int SEASON = SEASON_PEAKS + PeakMemory.FLOATS;
    private static final int FLOATS = SEASON + SeasonMemory.FLOATS;

    /** What a row costs. */
    public static final int ROW_BYTES = FLOATS * Float.BYTES + Integer.BYTES + 2 * Long.BYTES;

    /** Of the bytes; rises with every change of the cells. */
    private static final int LAYOUT = 1;

    private static final Forecaster[] NAMES = Forecaster.values();

    private final Parts parts;
    private int rows;
    private float[] cells = {};
    private int[] values = {};
    private long[] lastMillis = {};
    /** Time of the surprise that the episode goes by. */
    private long[] toldMillis = {};

    public SurpriseBank() {
        this(Part.all());
    }

    /** @param with which parts take part; for measuring what each is worth */
    public SurpriseBank(Set<Part> with) {
        this.parts = Parts.of(with);
    }

    public int add() {
        if (rows == values.length) {
            int capacity = Math.max(1, rows * 2);
            cells = Arrays.copyOf(cells, capacity * FLOATS);
            values = Arrays.copyOf(values, capacity);
            lastMillis = Arrays.copyOf(lastMillis, capacity);
            toldMillis = Arrays.copyOf(toldMillis, capacity);
        }
        return rows++;
    }

    public int rows() {
        return rows;
    }

    /**
     * Judges a value by what came before it, and then learns it.
     *
     * @param millis time of the value, not before the one before. One that is earlier counts as the same time; where it is
     *     six hours earlier or more, the times before were wrong, and the clock is set anew
     * @param value in the signal's unit; one that is no number, or beyond ±1e37, is neither judged nor learned
     * @param out filled
     */
    public void judge(int row, long millis, double value, Surprise out) {
        out.clear();
        if (!(Math.abs(value) <= LARGEST)) {
            return;
        }
        int at = row * FLOATS;
        boolean isReset = values[row] > 0 && millis <= lastMillis[row] - PeakMemory.STRETCH_MILLIS;
        long before = values[row] == 0 || isReset ? millis : lastMillis[row];
        long now = Math.max(before, millis);
        if (isReset) {
            cells[at + TOLD] = 0;
        }
        if (isReset
                || Math.floorDiv(now, PeakMemory.STRETCH_MILLIS) != Math.floorDiv(before, PeakMemory.STRETCH_MILLIS)) {
            closeStretch(at);
        }
        float x = (float) value;
        if (value != Math.rint(value)) {
            cells[at + FRACTIONS] = 1;
        }
        if (values[row] >= FIRST_JUDGED) {
            views(at, now, x, gap(at, now - before), out);
            if (parts.episodes()) {
                episode(row, now, out);
            }
        }
        learn(row, before, now, x);
        lastMillis[row] = now;
        values[row] = Math.min(values[row] + 1, Integer.MAX_VALUE - 1);
    }

    private void closeStretch(int at) {
        PeakMemory.close(cells, at + POINT_PEAKS);
        PeakMemory.close(cells, at + DRIFT_PEAKS);
        PeakMemory.close(cells, at + SEASON_PEAKS);
    }

    private void views(int at, long now, float x, double gap, Surprise out) {
        int forecaster = leastWrong(at);
        double quantum = parts.quantum() ? cells[at + QUANTUM] : 0;
        double steep = parts.steepness()
                ? STEEPNESS * SeasonMemory.excursion(cells, at + SEASON, now, cells[at + INTERVAL])
                : 0;
        out.forecaster = NAMES[forecaster];
        out.expected = cells[at + forecaster];
        double floor = quantum + slowError(at, forecaster) + countNoise(at, out.expected);
        out.scale = scale(cells[at + ERROR + forecaster], floor, steep) * gap + resolution(out.expected);
        double deviation = (x - out.expected) / out.scale;
        out.rawScore = surprise(at + POINT_PEAKS, Math.abs(deviation));
        if (parts.drift()) {
            double capped = Math.max(-DRIFT_CAP, Math.min(DRIFT_CAP, deviation));
            cells[at + DRIFT] += (float) ((capped - cells[at + DRIFT]) / DRIFT_STEPS);
            double drift = Math.abs(cells[at + DRIFT]) * Math.sqrt(2.0 * DRIFT_STEPS);
            take(out, View.DRIFT, surprise(at + DRIFT_PEAKS, drift));
        }
        if (parts.season()) {
            season(at, now, x, quantum, out);
        }
        out.score = out.rawScore;
    }

    private void season(int at, long now, float x, double floor, Surprise out) {
        int of = at + SEASON;
        float levelError = cells[at + SLOW_ERROR + LEVEL];
        int profile = SeasonMemory.profile(cells, of, now, cells[at + INTERVAL], levelError);
        if (profile == SeasonMemory.NO_PROFILE) {
            return;
        }
        float expected = SeasonMemory.expected(cells, of, now, profile);
        double scale = TO_SIGMA * SeasonMemory.error(cells, of, profile) + floor + resolution(expected);
        double capped = Math.max(-SEASON_CAP, Math.min(SEASON_CAP, (x - expected) / scale));
        cells[at + SEASON_DRIFT] += (float) ((capped - cells[at + SEASON_DRIFT]) / SEASON_STEPS);
        double before = out.rawScore;
        take(out, View.SEASON, surprise(at + SEASON_PEAKS, Math.abs(cells[at + SEASON_DRIFT])));
        if (out.rawScore > before) {
            out.forecaster = profile == SeasonMemory.DAY_PROFILE ? Forecaster.DAY_PROFILE : Forecaster.WEEK_PROFILE;
            out.expected = expected;
            out.scale = scale;
        }
    }

    private static void take(Surprise out, View view, double surprise) {
        if (surprise > out.rawScore) {
            out.rawScore = surprise;
            out.view = view;
        }
    }

    private double surprise(int at, double strangeness) {
        double surprise = PeakMemory.surprise(cells, at, strangeness, parts);
        PeakMemory.see(cells, at, strangeness);
        return surprise;
    }

    private int leastWrong(int at) {
        return parts.lastValue() && cells[at + ERROR + LAST] <= cells[at + ERROR + LEVEL] ? LAST : LEVEL;
    }

    /** Scatter of an expectation as old as that, beside one of the last step: that of a random walk, at most fourfold. */
    private double gap(int at, long millis) {
        double steps = millis / (1000.0 * cells[at + INTERVAL]);
        return parts.gaps() && steps > LEAST_GAP ? Math.min(MOST_WIDENED, Math.sqrt(steps)) : 1;
    }

    /** Part of a Poisson variable's deviation, where all values are whole. */
    private double countNoise(int at, double expected) {
        return parts.countNoise() && cells[at + FRACTIONS] == 0 ? COUNT_NOISE * Math.sqrt(Math.abs(expected)) : 0;
    }

    private double slowError(int at, int forecaster) {
        return parts.scaleFloor() ? TO_SIGMA * cells[at + SLOW_ERROR + forecaster] : 0;
    }

    private static double scale(float error, double floor, double steep) {
        double own = TO_SIGMA * error;
        return Math.sqrt(own * own + floor * floor + steep * steep);
    }

    /** What a cell can tell apart, so that no scale is zero. */
    private static double resolution(double expected) {
        return Math.ulp((float) expected) + Double.MIN_NORMAL;
    }

    /** Lowers the score of what belongs to a surprise already told. */
    private void episode(int row, long now, Surprise out) {
        int at = row * FLOATS;
        double told = cells[at + TOLD];
        long length = Math.max(EPISODE_MILLIS, (long) (EPISODE_STEPS * 1000.0 * cells[at + INTERVAL]));
        boolean lasts = now - toldMillis[row] <= length;
        boolean belongs = lasts && told > 0 && out.rawScore < told * NEW_EPISODE;
        if (belongs) {
            out.score = Math.min(out.rawScore, 0) - 1;
        } else if (!lasts || out.rawScore >= told) {
            cells[at + TOLD] = (float) out.rawScore;
            toldMillis[row] = now;
        }
    }

    private void learn(int row, long before, long now, float x) {
        int at = row * FLOATS;
        int n = values[row];
        float taken = bounded(at, n, x);
        if (n == 0) {
            cells[at + LAST] = x;
            cells[at + LEVEL] = x;
        } else {
            for (int forecaster = 0; forecaster < FORECASTERS; forecaster++) {
                float error = Math.abs(x - cells[at + forecaster]);
                moveBounded(at + ERROR + forecaster, error, n, STEP);
                moveBounded(at + SLOW_ERROR + forecaster, error, n, SLOW_STEP);
            }
            float gap = Math.abs(x - cells[at + LAST]);
            if (gap > 0 && (cells[at + QUANTUM] == 0 || gap < cells[at + QUANTUM])) {
                cells[at + QUANTUM] = gap;
            }
            moveBounded(at + INTERVAL, (now - before) / 1000f, n, STEP);
            cells[at + LAST] = x;
            move(at + LEVEL, taken, Math.max(STEP, 1f / (n + 1)));
        }
        if (parts.season() || parts.steepness()) {
            SeasonMemory.learn(cells, at + SEASON, before, now, cells[at + INTERVAL], taken);
        }
    }

    /** A value in nanoseconds among seconds would else be the scale of a month, a time of next year an episode of one. */
    private void moveBounded(int cell, float towards, int n, float step) {
        boolean isBounded = n >= FIRST_JUDGED && cells[cell] > 0;
        move(cell, isBounded ? Math.min(towards, MOST_BROUGHT * cells[cell]) : towards, Math.max(step, 1f / n));
    }

    /** The value, but no further from the level than it and the season may learn at once. */
    private float bounded(int at, int n, float x) {
        float most = MOST_BROUGHT * Math.max(cells[at + ERROR + LEVEL], cells[at + SLOW_ERROR + LEVEL]);
        float level = cells[at + LEVEL];
        return n >= FIRST_JUDGED && most > 0 ? Math.max(level - most, Math.min(level + most, x)) : x;
    }

    private void move(int cell, float towards, float step) {
        cells[cell] += step * (towards - cells[cell]);
    }

    /** Writes every row; {@link #read} gives an equal bank back, of all parts. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(LAYOUT);
        Columns.write(out, values, rows);
        Columns.write(out, lastMillis, rows);
        Columns.write(out, toldMillis, rows);
        Columns.write(out, cells, rows * FLOATS);
    }

    /** @throws IOException also when it was written in another layout */
    public static SurpriseBank read(DataInput in) throws IOException {
        int layout = in.readInt();
        if (layout != LAYOUT) {
            throw new IOException("surprises in layout " + layout + ", not " + LAYOUT);
        }
        SurpriseBank bank = new SurpriseBank();
        bank.values = Columns.readInts(in);
        bank.lastMillis = Columns.readLongs(in);
        bank.toldMillis = Columns.readLongs(in);
        bank.cells = Columns.readFloats(in);
        bank.rows = bank.values.length;
        if (bank.lastMillis.length != bank.rows
                || bank.toldMillis.length != bank.rows
                || bank.cells.length != bank.rows * FLOATS) {
            throw new IOException("surprises of " + bank.rows + " rows with columns of other lengths");
        }
        return bank;
    }
}
