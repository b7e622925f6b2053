package io.evenkeel.learning.baseline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What many signals have taught about themselves, row by row: level, scatter, spread, quantum, and for some a profile of
 * the day. It learns; what is expected after that, and what history adds to it, is for {@link BaselineBank} to say.
 *
 * <p>A compact row is 29 B; a row with a profile about 445 B. Not safe for use by several threads.
 */
final class LearnedRows {
    /** Steady memory of the level: 100 bins, EWMA z's measured setting (DETECTION.md, section 4, a = .01). */
    static final float STEADY_STEP = 0.01f;
    /**
     * While young the step is 3/(n+3): past bins then weigh as n², so that the first bins of a cold process fade: after
     * 18 bins the first three together weigh 0.9 %, where a plain mean would give them 17 %.
     */
    private static final float YOUNG_STEP = 3f;
    /** Memory of the spread, in bins, once grown: 2,000 bins (5.5 h at 10 s), far slower than the level's. */
    static final float SPREAD_STEP = 0.0005f;
    /** Prior of an error ratio: 1 % seen over 50 requests; a wide prior that a few hundred requests outvote. */
    static final float PRIOR_RATIO = 0.01f;

    static final float PRIOR_REQUESTS = 50f;
    /** The learned ratio remembers at most this many requests, so that it can still move. */
    static final float MOST_REQUESTS = 20_000f;

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

    private static final BaselineKind[] KINDS = BaselineKind.values();
    private static final byte SEASONED = 0x40;

    private final DayProfile days;
    private int rows;
    /**
     * Of {@link #KINDS}, and the mark of a row whose profile holds two full days. Only then has that anything to say, errors
     * included, and until then no step looks at it. The mark is not written: it follows from the profile.
     */
    private byte[] kind = {};

    private int[] bins = {};
    /** Row in the profile of the day, -1 for compact rows; empty while there are no others. */
    private int[] profile = {};

    /**
     * {@code cells[row * CELLS + LEVEL]} and so on: a step of one signal needs them all. A ratio has no quantum and keeps
     * its requests there.
     */
    private float[] cells = {};

    LearnedRows(ZoneId zone) {
        this(new DayProfile(zone));
    }

    private LearnedRows(DayProfile days) {
        this.days = days;
    }

    private LearnedRows(DayProfile days, byte[] kind, int[] bins, int[] profile, float[] cells) {
        this(days);
        this.rows = kind.length;
        this.kind = kind;
        this.bins = bins;
        this.profile = profile;
        this.cells = cells;
        for (int row = 0; row < rows; row++) {
            if (hasProfile(row) && days.isSeasoned(profile[row])) {
                kind[row] |= SEASONED;
            }
        }
    }

    int add(BaselineKind rowKind, boolean withProfile) {
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

    private void grow(int capacity) {
        kind = Arrays.copyOf(kind, capacity);
        bins = Arrays.copyOf(bins, capacity);
        cells = Arrays.copyOf(cells, capacity * CELLS);
    }

    int rows() {
        return rows;
    }

    /** Rows that fit before the columns grow. */
    int room() {
        return bins.length;
    }

    BaselineKind kindOf(int row) {
        return KINDS[kind[row] & ~SEASONED];
    }

    /** Steps learned. */
    int bins(int row) {
        return bins[row];
    }

    boolean hasProfile(int row) {
        return row < profile.length && profile[row] >= 0;
    }

    /** From now on the row learns what the time of day does. */
    void giveProfile(int row) {
        if (row >= profile.length) {
            int known = profile.length;
            profile = Arrays.copyOf(profile, Math.max(row + 1, bins.length));
            Arrays.fill(profile, known, profile.length, -1);
        }
        profile[row] = days.add();
    }

    /** Whether the row has a profile of two full days. */
    boolean isSeasoned(int row) {
        return (kind[row] & SEASONED) != 0;
    }

    /** What is left of what was known before the row's profile, 0..1. */
    float faded(int row) {
        return days.faded(profile[row]);
    }

    /**
     * Mean of the quarter hour of that time, NaN where none was learned.
     *
     * @param before another profile, learned before, of which a part is left
     */
    float seasonal(int row, long timeMillis, float @Nullable [] before) {
        return before == null ? days.at(profile[row], timeMillis) : days.at(profile[row], timeMillis, before);
    }

    /** Start of the civil day that holds the time, ms since the epoch. */
    long startOfDay(long timeMillis) {
        return days.startOfDay(timeMillis);
    }

    /** Forgets what a row has learned; its kind and profile stay. */
    void reset(int row) {
        int at = row * CELLS;
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

    /** See {@link BaselineBank#inherit}. */
    void inherit(int row, int from) {
        int at = row * CELLS;
        bins[row] = Math.min(bins[from], BaselineBank.YOUNG_BINS);
        System.arraycopy(cells, from * CELLS, cells, at, LAST);
        if (kindOf(row) == BaselineKind.RATIO) {
            cells[at + REQUESTS_CELL] = Math.min(cells[at + REQUESTS_CELL], 4 * PRIOR_REQUESTS);
        }
    }

    /** Gives a row everything that a row of another table, of the same kind, has learned. */
    void take(int row, LearnedRows other, int otherRow) {
        bins[row] = other.bins[otherRow];
        System.arraycopy(other.cells, otherRow * CELLS, cells, row * CELLS, CELLS);
        if (hasProfile(row)) {
            days.take(profile[row], other.days, other.profile[otherRow]);
            kind[row] = other.kind[otherRow];
        }
    }

    /** What a row has learned, as a prior. */
    Prior toPrior(int row, long untilMillis) {
        float[] own = new float[FLOATS];
        show(row, own);
        return new Prior(
                kindOf(row),
                bins[row],
                untilMillis,
                own,
                isSeasoned(row) ? days.means(profile[row]) : null,
                isSeasoned(row) ? days.folded(profile[row]) : 0);
    }

    /** Fills in the cells of a row. */
    void show(int row, float[] out) {
        System.arraycopy(cells, row * CELLS, out, 0, CELLS);
        boolean ratio = kindOf(row) == BaselineKind.RATIO;
        out[QUANTUM] = ratio ? 0 : cells[row * CELLS + QUANTUM];
        out[REQUESTS] = ratio ? cells[row * CELLS + REQUESTS_CELL] : PRIOR_REQUESTS;
        out[SEASON_ERROR] = isSeasoned(row) ? days.error(profile[row]) : 0;
        out[LEVEL_ERROR] = isSeasoned(row) ? days.levelError(profile[row]) : 0;
    }

    /** See {@link BaselineBank#learn}. */
    void learn(int row, long timeMillis, double value, double weight) {
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
        if (isSeasoned(row)) {
            float seasonal = days.at(season, timeMillis);
            if (!Float.isNaN(seasonal)) {
                float step = Math.max(SPREAD_STEP, YOUNG_STEP / (contested(row) + YOUNG_STEP));
                float own = days.error(season);
                float level = days.levelError(season);
                days.errors(
                        season, own + step * (Math.abs(x - seasonal) - own), level + step * (Math.abs(error) - level));
            }
        }
        if (days.learn(season, timeMillis, x) && days.isSeasoned(season)) {
            kind[row] |= SEASONED;
        }
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

    /** A table of its own with the same content. */
    LearnedRows copy() {
        LearnedRows copy = new LearnedRows(days.copy());
        copy.rows = rows;
        copy.kind = Arrays.copyOf(kind, rows);
        copy.bins = Arrays.copyOf(bins, rows);
        copy.profile = profile.length == 0 ? profile : Arrays.copyOf(profile, Math.min(profile.length, rows));
        copy.cells = Arrays.copyOf(cells, rows * CELLS);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        byte[] kinds = new byte[rows];
        for (int row = 0; row < rows; row++) {
            kinds[row] = (byte) (kind[row] & ~SEASONED);
        }
        Columns.write(out, kinds, rows);
        Columns.write(out, bins, rows);
        Columns.write(out, profile, Math.min(profile.length, rows));
        Columns.write(out, cells, rows * CELLS);
        days.write(out);
    }

    static LearnedRows read(DataInput in, ZoneId zone) throws IOException {
        byte[] kind = Columns.readBytes(in);
        int[] bins = Columns.readInts(in);
        int[] profile = Columns.readInts(in);
        float[] cells = Columns.readFloats(in);
        return new LearnedRows(DayProfile.read(in, zone), kind, bins, profile, cells);
    }

    /** See {@link BaselineBank#readFirstLayout}. */
    static LearnedRows readFirstLayout(DataInput in, ZoneId zone) throws IOException {
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
        return new LearnedRows(days, kind, bins, profile, cells);
    }
}
