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
import org.jspecify.annotations.Nullable;

/**
 * The baselines of many signals, row by row: level, scatter, spread, quantum, and for some a profile of the day.
 * It says what is expected and how strange a value is; it never decides whether a deviation is worth a note.
 *
 * <p>Model, with the measured reasons of the design page DETECTION.md, section 2: an exponentially weighted level (the
 * strongest cheap anchor there), no clipping of what is learned (a clipped model never accepts a new level and alarms
 * for ever), and a scale that never rests on the recent scatter alone but has a floor from the signal's own spread, its
 * quantum and its count noise (without it recall at 0.1 false pages a day falls from .54 to .11).
 *
 * <p>A row may have a {@link Prior}, which is history's word on it. It stays beside what the row learns and fades from the
 * answers as that grows, at the pace at which it would have been forgotten had it been learned first: so the answers do
 * not depend on which came first. Priors are not written with the bank; who gave them gives them again.
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
    static final float STEADY_STEP = 0.01f;
    /**
     * While young the step is 3/(n+3): past bins then weigh as n², so that the first bins of a cold process fade: after
     * 18 bins the first three together weigh 0.9 %, where a plain mean would give them 17 %.
     */
    private static final float YOUNG_STEP = 3f;
    /** Memory of the spread, in bins, once grown: 2,000 bins (5.5 h at 10 s), far slower than the level's. */
    static final float SPREAD_STEP = 0.0005f;
    /** Share of the own spread that stays in the scale, inside the measured useful range .15 to .8. */
    private static final double SPREAD_FLOOR = 0.4;
    /** Mean absolute deviation to standard deviation of a normal variable, sqrt(pi/2). */
    private static final double TO_SIGMA = 1.2533;
    /** Prior of an error ratio: 1 % seen over 50 requests; a wide prior that a few hundred requests outvote. */
    static final float PRIOR_RATIO = 0.01f;

    static final float PRIOR_REQUESTS = 50f;
    /** An error ratio is never expected below 0.1 %: one failure in a thousand is nobody's surprise. */
    private static final double LEAST_RATIO = 0.001;
    /** A rate stands on at least so many seconds; on fewer than it covers where its requests are sampled. */
    private static final double LEAST_SECONDS = 1e-3;
    /** The learned ratio remembers at most this many requests, so that it can still move. */
    static final float MOST_REQUESTS = 20_000f;
    /** A profile is used only when its error is below this share of the level's ("where it wins by a margin"). */
    private static final float SEASON_MARGIN = 0.9f;

    /** Sums and differences of a few values up to this stay within a float (3.4e38). */
    private static final double LARGEST = 1e37;

    static final int LEVEL = 0;
    static final int SCATTER = 1;
    static final int SLOW_LEVEL = 2;
    static final int SPREAD = 3;
    static final int QUANTUM = 4;
    static final int LAST = 5;
    /** Requests behind a ratio's level. */
    static final int REQUESTS = 6;
    /** Mean absolute error of the profile over hours, to be compared with that of the level beside it. */
    static final int SEASON_ERROR = 7;

    static final int LEVEL_ERROR = 8;
    static final int FLOATS = 9;

    private final DayProfile days;
    private int rows;
    private byte[] kind = {};
    private int[] bins = {};
    /** Row in the profile of the day, -1 for compact rows. */
    private int[] profile = {};

    /** {@code cells[row * FLOATS + LEVEL]} and so on: a step of one signal needs them all. */
    private float[] cells = {};

    /** Per row, null where there is none; shorter than the rows until one is given. */
    private @Nullable Prior[] priors = {};

    /** One row as it looks with its prior. */
    private final float[] seen = new float[FLOATS];

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

    /** Forgets what a row has learned and its prior; its kind and profile stay. */
    public void reset(int row) {
        int at = row * FLOATS;
        if (row < priors.length) {
            priors[row] = null;
        }
        bins[row] = 0;
        cells[at + LEVEL] = kindOf(row) == BaselineKind.RATIO ? PRIOR_RATIO : 0;
        cells[at + REQUESTS] = PRIOR_REQUESTS;
        cells[at + SCATTER] = 0;
        cells[at + SLOW_LEVEL] = cells[at + LEVEL];
        cells[at + SPREAD] = 0;
        cells[at + QUANTUM] = 0;
        cells[at + LAST] = Float.NaN;
        cells[at + SEASON_ERROR] = 0;
        cells[at + LEVEL_ERROR] = 0;
    }

    /** Gives a row what another of the same kind has learned, such as a surplus slot its service's priors. */
    public void inherit(int row, int from) {
        int at = row * FLOATS;
        bins[row] = Math.min(bins[from], YOUNG_BINS);
        cells[at + LEVEL] = cells[from * FLOATS + LEVEL];
        cells[at + REQUESTS] = Math.min(cells[from * FLOATS + REQUESTS], 4 * PRIOR_REQUESTS);
        cells[at + SCATTER] = cells[from * FLOATS + SCATTER];
        cells[at + SLOW_LEVEL] = cells[from * FLOATS + SLOW_LEVEL];
        cells[at + SPREAD] = cells[from * FLOATS + SPREAD];
        cells[at + QUANTUM] = cells[from * FLOATS + QUANTUM];
    }

    /** Gives a row everything that a row of another bank, of the same kind and with or without a profile alike, knows. */
    public void take(int row, BaselineBank other, int otherRow) {
        bins[row] = other.bins[otherRow];
        Prior prior = other.priorOf(otherRow);
        if (prior != null) {
            prior(row, prior);
        }
        System.arraycopy(other.cells, otherRow * FLOATS, cells, row * FLOATS, FLOATS);
        if (profile[row] >= 0) {
            days.take(profile[row], other.days, other.profile[otherRow]);
        }
    }

    public int rows() {
        return rows;
    }

    public boolean hasProfile(int row) {
        return profile[row] >= 0;
    }

    /** Steps learned, those of its prior too. */
    public int bins(int row) {
        Prior prior = priorOf(row);
        return prior == null ? bins[row] : (int) Math.min(Integer.MAX_VALUE, (long) bins[row] + prior.bins);
    }

    public boolean isYoung(int row) {
        return bins(row) < YOUNG_BINS;
    }

    /**
     * Sets history's word on a row, in place of an earlier one. A compact row begins to learn a profile of its own when
     * its prior has one.
     *
     * @throws IllegalArgumentException if the prior is of another kind of number
     */
    public void prior(int row, Prior prior) {
        if (prior.kind != kindOf(row)) {
            throw new IllegalArgumentException("a prior of a " + prior.kind + " for a " + kindOf(row));
        }
        if (row >= priors.length) {
            priors = Arrays.copyOf(priors, Math.max(row + 1, bins.length));
        }
        priors[row] = prior;
        if (prior.isSeasoned() && profile[row] < 0) {
            profile[row] = days.add();
        }
    }

    public @Nullable Prior priorOf(int row) {
        return row < priors.length ? priors[row] : null;
    }

    /**
     * What a row has learned by itself, as a prior.
     *
     * @param untilMillis end of what it has seen
     * @return null when it is too little for a band
     */
    public @Nullable Prior toPrior(int row, long untilMillis) {
        if (bins[row] < FIRST_BAND_BINS) {
            return null;
        }
        int at = row * FLOATS;
        float[] own = Arrays.copyOfRange(cells, at, at + FLOATS);
        boolean seasoned = profile[row] >= 0 && days.isSeasoned(profile[row]);
        return new Prior(
                kindOf(row),
                bins[row],
                untilMillis,
                own,
                seasoned ? days.means(profile[row]) : null,
                seasoned ? days.folded(profile[row]) : 0);
    }

    /** The row as it looks with its prior; only rows that have one take this way. */
    private float[] withPrior(int row, Prior prior) {
        System.arraycopy(cells, row * FLOATS, seen, 0, FLOATS);
        // Until two days have passed, the row has no errors of a profile of its own.
        float daysFaded = profile[row] >= 0 && days.isSeasoned(profile[row]) ? days.faded(profile[row]) : 1;
        prior.mixInto(seen, bins[row], daysFaded);
        return seen;
    }

    /**
     * @param timeMillis start of the step
     * @param weight what the observation stands on, see {@link BaselineKind}
     * @param band filled; cleared when the row has not learned enough
     */
    public void band(int row, long timeMillis, double weight, Band band) {
        Prior prior = priorOf(row);
        BaselineKind rowKind = kindOf(row);
        if (prior == null && bins[row] < FIRST_BAND_BINS && rowKind != BaselineKind.RATIO) {
            band.clear();
            return;
        }
        float[] of = prior == null ? cells : withPrior(row, prior);
        int at = prior == null ? row * FLOATS : 0;
        boolean seasonal = seasonWins(row, prior, of, at);
        double expected = expected(row, prior, of, at, seasonal, timeMillis);
        double scale = scale(row, rowKind, of, at, seasonal, expected, weight);
        band.kind = rowKind;
        band.weight = weight;
        band.expected = expected;
        band.scale = scale;
        band.upper = expected + BAND_WIDTH * scale;
        band.lower = expected - BAND_WIDTH * scale;
        if (rowKind != BaselineKind.LEVEL || of[at + SLOW_LEVEL] - BAND_WIDTH * of[at + SPREAD] >= 0) {
            band.lower = Math.max(0, band.lower);
        }
        if (rowKind == BaselineKind.RATIO) {
            band.upper = Math.min(1, band.upper);
            band.lower = 0;
        }
    }

    private double expected(int row, @Nullable Prior prior, float[] of, int at, boolean seasonal, long timeMillis) {
        float expected = of[at + LEVEL];
        if (seasonal) {
            float mean = prior == null || prior.profile == null
                    ? days.at(profile[row], timeMillis)
                    : days.at(profile[row], timeMillis, prior.profile);
            expected = Float.isNaN(mean) ? expected : mean;
        }
        return kindOf(row) == BaselineKind.RATIO ? Math.max(LEAST_RATIO, expected) : expected;
    }

    private boolean seasonWins(int row, @Nullable Prior prior, float[] of, int at) {
        return profile[row] >= 0
                && (days.isSeasoned(profile[row]) || prior != null && prior.isSeasoned())
                && of[at + SEASON_ERROR] < SEASON_MARGIN * of[at + LEVEL_ERROR];
    }

    private double scale(
            int row, BaselineKind rowKind, float[] of, int at, boolean seasonal, double expected, double weight) {
        double own = TO_SIGMA * (seasonal ? of[at + SEASON_ERROR] : of[at + SCATTER]) + SPREAD_FLOOR * of[at + SPREAD];
        // An estimate from n bins scatters itself: close to the 4-sigma quantile of Student's t against the normal's.
        own *= 1 + 4.0 / Math.max(4, bins(row));
        double floor = switch (rowKind) {
            // What never moved has no scale of its own: a tenth of itself, at least one unit.
            case LEVEL ->
                of[at + QUANTUM] == 0
                        ? Math.max(1, 0.1 * Math.abs(expected))
                        : Math.max(of[at + QUANTUM], 0.001 * Math.abs(expected));
            case RATE -> Math.sqrt(Math.max(1, expected * weight)) / Math.max(LEAST_SECONDS, weight);
            case RATIO -> Math.sqrt(expected * (1 - expected) / Math.max(1, weight));
            // The 95th percentile of m log-normal durations with sigma .5 scatters by 1.06/sqrt(m) of itself
            // (asymptotic quantile variance p(1-p)/(m f²)); 10 % for the buckets it is read from; 1 ms clock.
            case DURATION -> Math.max(0.001, expected * Math.max(0.1, 1 / Math.sqrt(Math.max(1, weight))));
        };
        return Math.max(1e-9, Math.max(own, floor));
    }

    /**
     * Learns one step. Values that are not finite, and those so large that their differences would not be (a "no limit" of
     * the largest double there is), are left out; a ratio without requests says nothing.
     */
    public void learn(int row, long timeMillis, double value, double weight) {
        int at = row * FLOATS;
        BaselineKind rowKind = kindOf(row);
        boolean isMeasured = Math.abs(value) <= LARGEST;
        if (!isMeasured || (rowKind == BaselineKind.RATIO && weight <= 0)) {
            return;
        }
        float x = (float) value;
        int n = bins[row]++;
        float young = YOUNG_STEP / (n + YOUNG_STEP);
        float step = Math.max(STEADY_STEP, young);
        if (n == 0) {
            cells[at + LEVEL] = rowKind == BaselineKind.RATIO ? cells[at + LEVEL] : x;
            cells[at + SLOW_LEVEL] = cells[at + LEVEL];
        }
        float error = x - cells[at + LEVEL];
        cells[at + SCATTER] += step * (Math.abs(error) - cells[at + SCATTER]);
        cells[at + LEVEL] += levelStep(row, rowKind, step, (float) weight) * error;
        float slow = Math.max(SPREAD_STEP, young);
        cells[at + SPREAD] += slow * (Math.abs(x - cells[at + SLOW_LEVEL]) - cells[at + SPREAD]);
        cells[at + SLOW_LEVEL] += slow * (x - cells[at + SLOW_LEVEL]);
        if (rowKind == BaselineKind.LEVEL) {
            learnQuantum(row, x);
        }
        if (profile[row] >= 0) {
            learnSeason(row, timeMillis, x, error);
        }
    }

    private float levelStep(int row, BaselineKind rowKind, float step, float weight) {
        int at = row * FLOATS;
        if (rowKind != BaselineKind.RATIO) {
            return step;
        }
        float pooled = cells[at + REQUESTS] + weight;
        cells[at + REQUESTS] = Math.min(MOST_REQUESTS, pooled);
        return weight / pooled;
    }

    private void learnQuantum(int row, float x) {
        int at = row * FLOATS;
        float gap = Math.abs(x - cells[at + LAST]);
        if (gap > 0 && (cells[at + QUANTUM] == 0 || gap < cells[at + QUANTUM])) {
            cells[at + QUANTUM] = gap;
        }
        cells[at + LAST] = x;
    }

    private void learnSeason(int row, long timeMillis, float x, float error) {
        int at = row * FLOATS;
        int season = profile[row];
        if (days.isSeasoned(season)) {
            float seasonal = days.at(season, timeMillis);
            if (!Float.isNaN(seasonal)) {
                float step = Math.max(SPREAD_STEP, YOUNG_STEP / (contested(row) + YOUNG_STEP));
                cells[at + SEASON_ERROR] += step * (Math.abs(x - seasonal) - cells[at + SEASON_ERROR]);
                cells[at + LEVEL_ERROR] += step * (Math.abs(error) - cells[at + LEVEL_ERROR]);
            }
        }
        days.learn(season, timeMillis, x);
    }

    /**
     * Steps over which profile and level have been compared, about: those since the profile is two days old, in a row
     * without gaps, or all since the row was reset.
     *
     * <p>The two are compared over hours, with the memory of the spread: with that of the level, 17 min at 10 s, no
     * profile could win around the top and the bottom of a day, where the level has nothing to lag behind, and a prior
     * had the shape of the day or had it not by the hour at which its history ended.
     */
    private int contested(int row) {
        int folded = days.folded(profile[row]);
        if (bins[row] < folded) {
            return bins[row];
        }
        long since = (long) bins[row] * (folded - 2 * DayProfile.QUARTERS) / folded;
        return (int) since + days.stepsOfQuarter(profile[row]);
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
        Prior prior = priorOf(row);
        float[] of = prior == null ? cells : withPrior(row, prior);
        if (!seasonWins(row, prior, of, prior == null ? row * FLOATS : 0)) {
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
        cells = Arrays.copyOf(cells, capacity * FLOATS);
    }

    /** A bank of its own with the same content. */
    public BaselineBank copy() {
        BaselineBank copy = new BaselineBank(days.copy());
        copy.rows = rows;
        copy.kind = Arrays.copyOf(kind, rows);
        copy.bins = Arrays.copyOf(bins, rows);
        copy.profile = Arrays.copyOf(profile, rows);
        copy.cells = Arrays.copyOf(cells, rows * FLOATS);
        copy.priors = Arrays.copyOf(priors, Math.min(priors.length, rows));
        return copy;
    }

    /** Writes every row; {@link #read} gives an equal bank back. */
    public void write(DataOutput out) throws IOException {
        Columns.write(out, kind, rows);
        Columns.write(out, bins, rows);
        Columns.write(out, profile, rows);
        Columns.write(out, cells, rows * FLOATS);
        days.write(out);
    }

    public static BaselineBank read(DataInput in, ZoneId zone) throws IOException {
        byte[] kind = Columns.readBytes(in);
        int[] bins = Columns.readInts(in);
        int[] profile = Columns.readInts(in);
        float[] cells = Columns.readFloats(in);
        BaselineBank bank = new BaselineBank(DayProfile.read(in, zone));
        bank.rows = kind.length;
        bank.kind = kind;
        bank.bins = bins;
        bank.profile = profile;
        bank.cells = cells;
        return bank;
    }
}
