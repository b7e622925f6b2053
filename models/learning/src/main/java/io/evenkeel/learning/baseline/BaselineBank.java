package io.evenkeel.learning.baseline;

import io.evenkeel.domain.finding.FrozenBand;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The baselines of many signals, column by column: level, scatter, spread, quantum, and for some a profile of the day.
 * It says what is expected and how strange a value is; it never decides whether a deviation is worth a note.
 *
 * <p>Model, with the measured reasons of the design page DETECTION.md, section 2: an exponentially weighted level (the
 * strongest cheap anchor there), no clipping of what is learned (a clipped model never accepts a new level and alarms
 * for ever), and a scale that never rests on the recent scatter alone but has a floor from the signal's own spread, its
 * quantum and its count noise (without it recall at 0.1 false pages a day falls from .54 to .11).
 *
 * <p>A compact row is 45 B; a row with a profile about 445 B. Not safe for use by several threads.
 */
public final class BaselineBank {
    /**
     * Bins before a level is trusted with a band: one and a half minutes at 10 s, so that a band stands after three
     * minutes even when the first of them went to a cold start. Ratios have a prior and need none.
     */
    public static final int FIRST_BAND_BINS = 9;
    /** Bins below which a band is called young (DETECTION.md, section 2, item 8). */
    public static final int YOUNG_BINS = 64;
    /** Half width of a band in standard units. At 8,640 bins a day 4 leaves < 1 outside for a normal signal. */
    public static final double BAND_WIDTH = 4;

    /** Steady memory of the level: 100 bins, EWMA z's measured setting (DETECTION.md, section 4, a = .01). */
    private static final float STEADY_STEP = 0.01f;
    /**
     * While young the step is 3/(n+3): past bins then weigh as n², so that the first bins of a cold process fade: after
     * 18 bins the first three together weigh 0.9 %, where a plain mean would give them 17 %.
     */
    private static final float YOUNG_STEP = 3f;
    /** Memory of the spread, in bins, once grown: 2,000 bins (5.5 h at 10 s), far slower than the level's. */
    private static final float SPREAD_STEP = 0.0005f;
    /** Share of the own spread that stays in the scale, inside the measured useful range .15 to .8. */
    private static final double SPREAD_FLOOR = 0.4;
    /** Mean absolute deviation to standard deviation of a normal variable, sqrt(pi/2). */
    private static final double TO_SIGMA = 1.2533;
    /** Prior of an error ratio: 1 % seen over 50 requests; a wide prior that a few hundred requests outvote. */
    static final float PRIOR_RATIO = 0.01f;

    static final float PRIOR_REQUESTS = 50f;
    /** An error ratio is never expected below 0.1 %: one failure in a thousand is nobody's surprise. */
    private static final double LEAST_RATIO = 0.001;
    /** The learned ratio remembers at most this many requests, so that it can still move. */
    private static final float MOST_REQUESTS = 20_000f;
    /** A profile is used only when its error is below this share of the level's ("where it wins by a margin"). */
    private static final float SEASON_MARGIN = 0.9f;

    private static final int LEVEL = 0;
    private static final int SCATTER = 1;
    private static final int SLOW_LEVEL = 2;
    private static final int SPREAD = 3;
    private static final int QUANTUM = 4;
    private static final int LAST = 5;
    /** Requests behind a ratio's level. */
    private static final int REQUESTS = 6;
    /** Recent mean absolute error of the profile, to be compared with that of the level beside it. */
    private static final int SEASON_ERROR = 7;

    private static final int LEVEL_ERROR = 8;
    private static final int FLOATS = 9;

    private final DayProfile days;
    private int rows;
    private byte[] kind = {};
    private int[] bins = {};
    /** Row in the profile of the day, -1 for compact rows. */
    private int[] profile = {};

    private final float[][] column = new float[FLOATS][0];

    public BaselineBank(ZoneId zone) {
        this(new DayProfile(zone));
    }

    private BaselineBank(DayProfile days) {
        this.days = days;
    }

    /**
     * @param withProfile true for the signals that matter (service level, catalogued); the others are learned compactly
     * @return the new row
     */
    public int add(BaselineKind rowKind, boolean withProfile) {
        if (rows == bins.length) {
            grow(Math.max(8, rows * 2));
        }
        int row = rows++;
        kind[row] = (byte) rowKind.ordinal();
        profile[row] = withProfile ? days.add() : -1;
        reset(row);
        return row;
    }

    /** Forgets what a row has learned; its kind and profile stay. */
    public void reset(int row) {
        bins[row] = 0;
        column[LEVEL][row] = kindOf(row) == BaselineKind.RATIO ? PRIOR_RATIO : 0;
        column[REQUESTS][row] = PRIOR_REQUESTS;
        column[SCATTER][row] = 0;
        column[SLOW_LEVEL][row] = column[LEVEL][row];
        column[SPREAD][row] = 0;
        column[QUANTUM][row] = 0;
        column[LAST][row] = Float.NaN;
        column[SEASON_ERROR][row] = 0;
        column[LEVEL_ERROR][row] = 0;
    }

    /** Gives a row what another of the same kind has learned, such as a surplus slot its service's priors. */
    public void inherit(int row, int from) {
        bins[row] = Math.min(bins[from], YOUNG_BINS);
        column[LEVEL][row] = column[LEVEL][from];
        column[REQUESTS][row] = Math.min(column[REQUESTS][from], 4 * PRIOR_REQUESTS);
        column[SCATTER][row] = column[SCATTER][from];
        column[SLOW_LEVEL][row] = column[SLOW_LEVEL][from];
        column[SPREAD][row] = column[SPREAD][from];
        column[QUANTUM][row] = column[QUANTUM][from];
    }

    public int rows() {
        return rows;
    }

    public int bins(int row) {
        return bins[row];
    }

    public boolean isYoung(int row) {
        return bins[row] < YOUNG_BINS;
    }

    /**
     * @param timeMillis start of the step
     * @param weight what the observation stands on, see {@link BaselineKind}
     * @param band filled; cleared when the row has not learned enough
     */
    public void band(int row, long timeMillis, double weight, Band band) {
        BaselineKind rowKind = kindOf(row);
        if (bins[row] < FIRST_BAND_BINS && rowKind != BaselineKind.RATIO) {
            band.clear();
            return;
        }
        double expected = expected(row, timeMillis);
        double scale = scale(row, rowKind, expected, weight);
        band.kind = rowKind;
        band.weight = weight;
        band.expected = expected;
        band.scale = scale;
        band.upper = expected + BAND_WIDTH * scale;
        band.lower = expected - BAND_WIDTH * scale;
        if (rowKind != BaselineKind.LEVEL || column[SLOW_LEVEL][row] - BAND_WIDTH * column[SPREAD][row] >= 0) {
            band.lower = Math.max(0, band.lower);
        }
        if (rowKind == BaselineKind.RATIO) {
            band.upper = Math.min(1, band.upper);
            band.lower = 0;
        }
    }

    private double expected(int row, long timeMillis) {
        if (seasonWins(row)) {
            float seasonal = days.at(profile[row], timeMillis);
            if (!Float.isNaN(seasonal)) {
                return seasonal;
            }
        }
        return kindOf(row) == BaselineKind.RATIO ? Math.max(LEAST_RATIO, column[LEVEL][row]) : column[LEVEL][row];
    }

    private boolean seasonWins(int row) {
        return profile[row] >= 0
                && days.isSeasoned(profile[row])
                && column[SEASON_ERROR][row] < SEASON_MARGIN * column[LEVEL_ERROR][row];
    }

    private double scale(int row, BaselineKind rowKind, double expected, double weight) {
        double own = TO_SIGMA * (seasonWins(row) ? column[SEASON_ERROR][row] : column[SCATTER][row])
                + SPREAD_FLOOR * column[SPREAD][row];
        // An estimate from n bins scatters itself: close to the 4-sigma quantile of Student's t against the normal's.
        own *= 1 + 4.0 / Math.max(4, bins[row]);
        double floor = switch (rowKind) {
            // What never moved has no scale of its own: a tenth of itself, at least one unit.
            case LEVEL ->
                column[QUANTUM][row] == 0
                        ? Math.max(1, 0.1 * Math.abs(expected))
                        : Math.max(column[QUANTUM][row], 0.001 * Math.abs(expected));
            case RATE -> Math.sqrt(Math.max(1, expected * weight)) / Math.max(1, weight);
            case RATIO -> Math.sqrt(expected * (1 - expected) / Math.max(1, weight));
            // The 95th percentile of m log-normal durations with sigma .5 scatters by 1.06/sqrt(m) of itself
            // (asymptotic quantile variance p(1-p)/(m f²)); 10 % for the buckets it is read from; 1 ms clock.
            case DURATION -> Math.max(0.001, expected * Math.max(0.1, 1 / Math.sqrt(Math.max(1, weight))));
        };
        return Math.max(1e-9, Math.max(own, floor));
    }

    /** Learns one step. Values that are not finite are left out; a ratio without requests says nothing. */
    public void learn(int row, long timeMillis, double value, double weight) {
        BaselineKind rowKind = kindOf(row);
        if (!Double.isFinite(value) || (rowKind == BaselineKind.RATIO && weight <= 0)) {
            return;
        }
        float x = (float) value;
        int n = bins[row]++;
        float young = YOUNG_STEP / (n + YOUNG_STEP);
        float step = Math.max(STEADY_STEP, young);
        if (n == 0) {
            column[LEVEL][row] = rowKind == BaselineKind.RATIO ? column[LEVEL][row] : x;
            column[SLOW_LEVEL][row] = column[LEVEL][row];
        }
        float error = x - column[LEVEL][row];
        column[SCATTER][row] += step * (Math.abs(error) - column[SCATTER][row]);
        column[LEVEL][row] += levelStep(row, rowKind, step, (float) weight) * error;
        float slow = Math.max(SPREAD_STEP, young);
        column[SPREAD][row] += slow * (Math.abs(x - column[SLOW_LEVEL][row]) - column[SPREAD][row]);
        column[SLOW_LEVEL][row] += slow * (x - column[SLOW_LEVEL][row]);
        if (rowKind == BaselineKind.LEVEL) {
            learnQuantum(row, x);
        }
        if (profile[row] >= 0) {
            learnSeason(row, timeMillis, x, error);
        }
    }

    private float levelStep(int row, BaselineKind rowKind, float step, float weight) {
        if (rowKind != BaselineKind.RATIO) {
            return step;
        }
        float pooled = column[REQUESTS][row] + weight;
        column[REQUESTS][row] = Math.min(MOST_REQUESTS, pooled);
        return weight / pooled;
    }

    private void learnQuantum(int row, float x) {
        float gap = Math.abs(x - column[LAST][row]);
        if (gap > 0 && (column[QUANTUM][row] == 0 || gap < column[QUANTUM][row])) {
            column[QUANTUM][row] = gap;
        }
        column[LAST][row] = x;
    }

    private void learnSeason(int row, long timeMillis, float x, float error) {
        int season = profile[row];
        if (days.isSeasoned(season)) {
            float seasonal = days.at(season, timeMillis);
            if (!Float.isNaN(seasonal)) {
                column[SEASON_ERROR][row] += STEADY_STEP * (Math.abs(x - seasonal) - column[SEASON_ERROR][row]);
                column[LEVEL_ERROR][row] += STEADY_STEP * (Math.abs(error) - column[LEVEL_ERROR][row]);
            }
        }
        days.learn(season, timeMillis, x);
    }

    /**
     * Accepts a new level after a shift that stayed: the level and scatter become those of the given steps, the row is
     * as young as they are many, and the spread restarts, so that the old level no longer widens the band.
     *
     * @param values what was seen since the shift, oldest first; not finite ones are skipped
     * @param weights per value, see {@link BaselineKind}
     */
    public void relearn(int row, long firstMillis, long stepMillis, float[] values, float[] weights, int count) {
        reset(row);
        for (int i = 0; i < count; i++) {
            learn(row, firstMillis + i * stepMillis, values[i], weights[i]);
        }
    }

    /** The band as it is now, projected over the season where the season is used, with the given typical weight. */
    public FrozenBand freeze(int row, long timeMillis, double weight) {
        Band band = new Band();
        if (!seasonWins(row)) {
            band(row, timeMillis, weight, band);
            return FrozenBand.constant(Instant.ofEpochMilli(timeMillis), band.lower, band.expected, band.upper);
        }
        long midnight = days.startOfDay(timeMillis);
        List<Double> lower = new ArrayList<>(DayProfile.QUARTERS);
        List<Double> expected = new ArrayList<>(DayProfile.QUARTERS);
        List<Double> upper = new ArrayList<>(DayProfile.QUARTERS);
        for (int quarter = 0; quarter < DayProfile.QUARTERS; quarter++) {
            band(row, midnight + quarter * DayProfile.QUARTER_SECONDS * 1000L, weight, band);
            lower.add(band.lower);
            expected.add(band.expected);
            upper.add(band.upper);
        }
        return new FrozenBand(Instant.ofEpochMilli(midnight), DayProfile.QUARTER_SECONDS, lower, expected, upper);
    }

    public BaselineKind kindOf(int row) {
        return KINDS[kind[row]];
    }

    private static final BaselineKind[] KINDS = BaselineKind.values();

    private void grow(int capacity) {
        kind = Arrays.copyOf(kind, capacity);
        bins = Arrays.copyOf(bins, capacity);
        profile = Arrays.copyOf(profile, capacity);
        for (int i = 0; i < FLOATS; i++) {
            column[i] = Arrays.copyOf(column[i], capacity);
        }
    }

    /** A bank of its own with the same content. */
    public BaselineBank copy() {
        BaselineBank copy = new BaselineBank(days.copy());
        copy.rows = rows;
        copy.kind = kind.clone();
        copy.bins = bins.clone();
        copy.profile = profile.clone();
        for (int i = 0; i < FLOATS; i++) {
            copy.column[i] = column[i].clone();
        }
        return copy;
    }

    /** Writes every row; {@link #read} gives an equal bank back. */
    public void write(DataOutput out) throws IOException {
        Columns.write(out, kind, rows);
        Columns.write(out, bins, rows);
        Columns.write(out, profile, rows);
        for (float[] floats : column) {
            Columns.write(out, floats, rows);
        }
        days.write(out);
    }

    public static BaselineBank read(DataInput in, ZoneId zone) throws IOException {
        byte[] kind = Columns.readBytes(in);
        int[] bins = Columns.readInts(in);
        int[] profile = Columns.readInts(in);
        float[][] floats = new float[FLOATS][];
        for (int i = 0; i < FLOATS; i++) {
            floats[i] = Columns.readFloats(in);
        }
        BaselineBank bank = new BaselineBank(DayProfile.read(in, zone));
        bank.rows = kind.length;
        bank.kind = kind;
        bank.bins = bins;
        bank.profile = profile;
        System.arraycopy(floats, 0, bank.column, 0, FLOATS);
        return bank;
    }
}
