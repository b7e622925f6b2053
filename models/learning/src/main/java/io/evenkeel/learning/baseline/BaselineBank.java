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
 * <p>A compact row is 29 B; a row with a profile about 445 B. Not safe for use by several threads.
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

    // What a row looks like to who asks; see cells for how it is kept.
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

    /** The first six of them; the errors of its profile are beside the profile, and requests take the quantum's place. */
    private static final int CELLS = 6;

    private static final int REQUESTS_CELL = QUANTUM;

    private final DayProfile days;
    private int rows;
    private byte[] kind = {};
    private int[] bins = {};
    /** Row in the profile of the day, -1 for compact rows; empty while there are no others. */
    private int[] profile = {};

    /**
     * {@code cells[row * CELLS + LEVEL]} and so on: a step of one signal needs them all. A ratio has no quantum and keeps
     * its requests there.
     */
    private float[] cells = {};

    /** Per row, null where there is none; shorter than the rows until one is given. */
    private @Nullable Prior[] priors = {};

    /** The row in hand, with its prior. */
    private final float[] seen = new float[FLOATS];

    public BaselineBank(ZoneId zone) {
        this(new DayProfile(zone));
    }

    private BaselineBank(DayProfile days) {
        this.days = days;
    }

    private BaselineBank(DayProfile days, byte[] kind, int[] bins, int[] profile, float[] cells) {
        this(days);
        this.rows = kind.length;
        this.kind = kind;
        this.bins = bins;
        this.profile = profile;
        this.cells = cells;
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
        if (withProfile) {
            giveProfile(row);
        }
        reset(row);
        return row;
    }

    private int profileOf(int row) {
        return row < profile.length ? profile[row] : -1;
    }

    private void giveProfile(int row) {
        if (row >= profile.length) {
            int known = profile.length;
            profile = Arrays.copyOf(profile, Math.max(row + 1, bins.length));
            Arrays.fill(profile, known, profile.length, -1);
        }
        profile[row] = days.add();
    }

    /** Forgets what a row has learned and its prior; its kind and profile stay. */
    public void reset(int row) {
        int at = row * CELLS;
        if (row < priors.length) {
            priors[row] = null;
        }
        boolean ratio = kindOf(row) == BaselineKind.RATIO;
        bins[row] = 0;
        cells[at + LEVEL] = ratio ? PRIOR_RATIO : 0;
        cells[at + SCATTER] = 0;
        cells[at + SLOW_LEVEL] = cells[at + LEVEL];
        cells[at + SPREAD] = 0;
        cells[at + QUANTUM] = ratio ? PRIOR_REQUESTS : 0;
        cells[at + LAST] = Float.NaN;
        if (hasProfile(row)) {
            days.errors(profile[row], 0, 0);
        }
    }

    /** Gives a row what another of the same kind has learned, such as a surplus slot its service's priors. */
    public void inherit(int row, int from) {
        int at = row * CELLS;
        bins[row] = Math.min(bins[from], YOUNG_BINS);
        System.arraycopy(cells, from * CELLS, cells, at, LAST);
        if (kindOf(row) == BaselineKind.RATIO) {
            cells[at + REQUESTS_CELL] = Math.min(cells[at + REQUESTS_CELL], 4 * PRIOR_REQUESTS);
        }
    }

    /** Gives a row everything that a row of another bank, of the same kind and with or without a profile alike, knows. */
    public void take(int row, BaselineBank other, int otherRow) {
        bins[row] = other.bins[otherRow];
        Prior prior = other.priorOf(otherRow);
        if (prior != null) {
            prior(row, prior);
        }
        System.arraycopy(other.cells, otherRow * CELLS, cells, row * CELLS, CELLS);
        if (hasProfile(row)) {
            days.take(profile[row], other.days, other.profile[otherRow]);
        }
    }

    public int rows() {
        return rows;
    }

    public boolean hasProfile(int row) {
        return profileOf(row) >= 0;
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
        if (prior.isSeasoned() && !hasProfile(row)) {
            giveProfile(row);
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
        float[] own = new float[FLOATS];
        show(row, own);
        boolean seasoned = hasProfile(row) && days.isSeasoned(profile[row]);
        return new Prior(
                kindOf(row),
                bins[row],
                untilMillis,
                own,
                seasoned ? days.means(profile[row]) : null,
                seasoned ? days.folded(profile[row]) : 0);
    }

    /** What the row itself has learned. */
    private void show(int row, float[] out) {
        System.arraycopy(cells, row * CELLS, out, 0, CELLS);
        boolean ratio = kindOf(row) == BaselineKind.RATIO;
        out[QUANTUM] = ratio ? 0 : cells[row * CELLS + QUANTUM];
        out[REQUESTS] = ratio ? cells[row * CELLS + REQUESTS_CELL] : PRIOR_REQUESTS;
        int season = profileOf(row);
        out[SEASON_ERROR] = season < 0 ? 0 : days.error(season);
        out[LEVEL_ERROR] = season < 0 ? 0 : days.levelError(season);
    }

    private float[] seen(int row, @Nullable Prior prior) {
        show(row, seen);
        if (prior != null) {
            // Until two days have passed, the row has no errors of a profile of its own.
            boolean seasoned = hasProfile(row) && days.isSeasoned(profile[row]);
            prior.mixInto(seen, bins[row], seasoned ? days.faded(profile[row]) : 1);
        }
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
        float[] of = seen(row, prior);
        boolean seasonal = seasonWins(row, prior, of);
        double expected = expected(row, prior, of, seasonal, timeMillis);
        double scale = scale(row, rowKind, of, seasonal, expected, weight);
        band.kind = rowKind;
        band.weight = weight;
        band.expected = expected;
        band.scale = scale;
        band.upper = expected + BAND_WIDTH * scale;
        band.lower = expected - BAND_WIDTH * scale;
        if (rowKind != BaselineKind.LEVEL || of[SLOW_LEVEL] - BAND_WIDTH * of[SPREAD] >= 0) {
            band.lower = Math.max(0, band.lower);
        }
        if (rowKind == BaselineKind.RATIO) {
            band.upper = Math.min(1, band.upper);
            band.lower = 0;
        }
    }

    /**
     * What has been usual for long, in the signal's unit: the level over the last 2,000 steps, or what the season says where
     * that is used. A slow drift has carried the expectation of {@link #band} along, but this much less.
     *
     * @param timeMillis start of the step
     */
    public double usual(int row, long timeMillis) {
        Prior prior = priorOf(row);
        float[] of = seen(row, prior);
        return seasonWins(row, prior, of) ? expected(row, prior, of, true, timeMillis) : of[SLOW_LEVEL];
    }

    private double expected(int row, @Nullable Prior prior, float[] of, boolean seasonal, long timeMillis) {
        float expected = of[LEVEL];
        if (seasonal) {
            float mean = prior == null || prior.profile == null
                    ? days.at(profile[row], timeMillis)
                    : days.at(profile[row], timeMillis, prior.profile);
            expected = Float.isNaN(mean) ? expected : mean;
        }
        return kindOf(row) == BaselineKind.RATIO ? Math.max(LEAST_RATIO, expected) : expected;
    }

    private boolean seasonWins(int row, @Nullable Prior prior, float[] of) {
        return hasProfile(row)
                && (days.isSeasoned(profile[row]) || prior != null && prior.isSeasoned())
                && of[SEASON_ERROR] < SEASON_MARGIN * of[LEVEL_ERROR];
    }

    private double scale(int row, BaselineKind rowKind, float[] of, boolean seasonal, double expected, double weight) {
        double own = TO_SIGMA * (seasonal ? of[SEASON_ERROR] : of[SCATTER]) + SPREAD_FLOOR * of[SPREAD];
        // An estimate from n bins scatters itself: close to the 4-sigma quantile of Student's t against the normal's.
        own *= 1 + 4.0 / Math.max(4, bins(row));
        double floor = switch (rowKind) {
            // What never moved has no scale of its own: a tenth of itself, at least one unit.
            case LEVEL ->
                of[QUANTUM] == 0
                        ? Math.max(1, 0.1 * Math.abs(expected))
                        : Math.max(of[QUANTUM], 0.001 * Math.abs(expected));
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
        int at = row * CELLS;
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
        if (hasProfile(row)) {
            learnSeason(row, timeMillis, x, error);
        }
    }

    private float levelStep(int row, BaselineKind rowKind, float step, float weight) {
        int at = row * CELLS;
        if (rowKind != BaselineKind.RATIO) {
            return step;
        }
        float pooled = cells[at + REQUESTS_CELL] + weight;
        cells[at + REQUESTS_CELL] = Math.min(MOST_REQUESTS, pooled);
        return weight / pooled;
    }

    private void learnQuantum(int row, float x) {
        int at = row * CELLS;
        float gap = Math.abs(x - cells[at + LAST]);
        if (gap > 0 && (cells[at + QUANTUM] == 0 || gap < cells[at + QUANTUM])) {
            cells[at + QUANTUM] = gap;
        }
        cells[at + LAST] = x;
    }

    private void learnSeason(int row, long timeMillis, float x, float error) {
        int season = profile[row];
        if (days.isSeasoned(season)) {
            float seasonal = days.at(season, timeMillis);
            if (!Float.isNaN(seasonal)) {
                float step = Math.max(SPREAD_STEP, YOUNG_STEP / (contested(row) + YOUNG_STEP));
                float own = days.error(season);
                float level = days.levelError(season);
                days.errors(
                        season, own + step * (Math.abs(x - seasonal) - own), level + step * (Math.abs(error) - level));
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
        if (!seasonWins(row, prior, seen(row, prior))) {
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
        cells = Arrays.copyOf(cells, capacity * CELLS);
    }

    /** A bank of its own with the same content. */
    public BaselineBank copy() {
        BaselineBank copy = new BaselineBank(days.copy());
        copy.rows = rows;
        copy.kind = Arrays.copyOf(kind, rows);
        copy.bins = Arrays.copyOf(bins, rows);
        copy.profile = profile.length == 0 ? profile : Arrays.copyOf(profile, Math.min(profile.length, rows));
        copy.cells = Arrays.copyOf(cells, rows * CELLS);
        copy.priors = priors.length == 0 ? priors : Arrays.copyOf(priors, Math.min(priors.length, rows));
        return copy;
    }

    /** Writes every row; {@link #read} gives an equal bank back. */
    public void write(DataOutput out) throws IOException {
        Columns.write(out, kind, rows);
        Columns.write(out, bins, rows);
        Columns.write(out, profile, Math.min(profile.length, rows));
        Columns.write(out, cells, rows * CELLS);
        days.write(out);
    }

    public static BaselineBank read(DataInput in, ZoneId zone) throws IOException {
        byte[] kind = Columns.readBytes(in);
        int[] bins = Columns.readInts(in);
        int[] profile = Columns.readInts(in);
        float[] cells = Columns.readFloats(in);
        return new BaselineBank(DayProfile.read(in, zone), kind, bins, profile, cells);
    }

    /** Reads what 0.1.0 has written: every cell of every row. */
    public static BaselineBank readFirstLayout(DataInput in, ZoneId zone) throws IOException {
        byte[] kind = Columns.readBytes(in);
        int[] bins = Columns.readInts(in);
        int[] profile = Columns.readInts(in);
        float[] wide = Columns.readFloats(in);
        DayProfile days = DayProfile.readFirstLayout(in, zone);
        float[] cells = new float[kind.length * CELLS];
        for (int row = 0; row < kind.length; row++) {
            int from = row * FLOATS;
            System.arraycopy(wide, from, cells, row * CELLS, CELLS);
            if (KINDS[kind[row]] == BaselineKind.RATIO) {
                cells[row * CELLS + REQUESTS_CELL] = wide[from + REQUESTS];
            }
            if (profile[row] >= 0) {
                days.errors(profile[row], wide[from + SEASON_ERROR], wide[from + LEVEL_ERROR]);
            }
        }
        return new BaselineBank(days, kind, bins, profile, cells);
    }
}
