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
 * The baselines of many signals, row by row: what is expected of each, and how strange a value is, from what its
 * {@link LearnedRows row} has learned and what history says. It never decides whether a deviation is worth a note.
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
 * <p>A compact row is 29 B, one with a profile of the day about 445 B. Not safe for use by several threads.
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

    /** Share of the own spread that stays in the scale, inside the measured useful range .15 to .8. */
    private static final double SPREAD_FLOOR = 0.4;
    /** Mean absolute deviation to standard deviation of a normal variable, sqrt(pi/2). */
    private static final double TO_SIGMA = 1.2533;
    /** An error ratio is never expected below 0.1 %: one failure in a thousand is nobody's surprise. */
    private static final double LEAST_RATIO = 0.001;
    /** A rate stands on at least so many seconds; on fewer than it covers where its requests are sampled. */
    private static final double LEAST_SECONDS = 1e-3;
    /** A profile is used only when its error is below this share of the level's ("where it wins by a margin"). */
    private static final float SEASON_MARGIN = 0.9f;

    private final LearnedRows learned;
    /** Per row, null where there is none; shorter than the rows until one is given. */
    private @Nullable Prior[] priors = {};

    /** The row in hand, with its prior. */
    private final float[] seen = new float[LearnedRows.FLOATS];

    public BaselineBank(ZoneId zone) {
        this(new LearnedRows(zone));
    }

    private BaselineBank(LearnedRows learned) {
        this.learned = learned;
    }

    /**
     * @param withProfile true for the signals that matter (service level, catalogued); the others are learned compactly
     * @return the new row
     */
    public int add(BaselineKind kind, boolean withProfile) {
        return learned.add(kind, withProfile);
    }

    /** Forgets what a row has learned and its prior; its kind and profile stay. */
    public void reset(int row) {
        if (row < priors.length) {
            priors[row] = null;
        }
        learned.reset(row);
    }

    /** Gives a row what another of the same kind has learned, such as a surplus slot its service's priors. */
    public void inherit(int row, int from) {
        learned.inherit(row, from);
    }

    /** Gives a row everything that a row of another bank, of the same kind and with or without a profile alike, knows. */
    public void take(int row, BaselineBank other, int otherRow) {
        Prior prior = other.priorOf(otherRow);
        if (prior != null) {
            prior(row, prior);
        }
        learned.take(row, other.learned, otherRow);
    }

    public int rows() {
        return learned.rows();
    }

    public boolean hasProfile(int row) {
        return learned.hasProfile(row);
    }

    /** Steps learned, those of its prior too. */
    public int bins(int row) {
        Prior prior = priorOf(row);
        int own = learned.bins(row);
        return prior == null ? own : (int) Math.min(Integer.MAX_VALUE, (long) own + prior.bins);
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
            priors = Arrays.copyOf(priors, Math.max(row + 1, learned.room()));
        }
        priors[row] = prior;
        if (prior.isSeasoned() && !hasProfile(row)) {
            learned.giveProfile(row);
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
        return learned.bins(row) < FIRST_BAND_BINS ? null : learned.toPrior(row, untilMillis);
    }

    private float[] seen(int row, @Nullable Prior prior) {
        learned.show(row, seen);
        if (prior != null) {
            // Until two days have passed, the row has no errors of a profile of its own.
            prior.mixInto(seen, learned.bins(row), learned.isSeasoned(row) ? learned.faded(row) : 1);
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
        if (prior == null && learned.bins(row) < FIRST_BAND_BINS && rowKind != BaselineKind.RATIO) {
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
        if (rowKind != BaselineKind.LEVEL || of[LearnedRows.SLOW_LEVEL] - BAND_WIDTH * of[LearnedRows.SPREAD] >= 0) {
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
        return seasonWins(row, prior, of) ? expected(row, prior, of, true, timeMillis) : of[LearnedRows.SLOW_LEVEL];
    }

    private double expected(int row, @Nullable Prior prior, float[] of, boolean seasonal, long timeMillis) {
        float expected = of[LearnedRows.LEVEL];
        if (seasonal) {
            float mean = learned.seasonal(row, timeMillis, prior == null ? null : prior.profile);
            expected = Float.isNaN(mean) ? expected : mean;
        }
        return kindOf(row) == BaselineKind.RATIO ? Math.max(LEAST_RATIO, expected) : expected;
    }

    private boolean seasonWins(int row, @Nullable Prior prior, float[] of) {
        return hasProfile(row)
                && (learned.isSeasoned(row) || prior != null && prior.isSeasoned())
                && of[LearnedRows.SEASON_ERROR] < SEASON_MARGIN * of[LearnedRows.LEVEL_ERROR];
    }

    private double scale(int row, BaselineKind rowKind, float[] of, boolean seasonal, double expected, double weight) {
        double own = TO_SIGMA * (seasonal ? of[LearnedRows.SEASON_ERROR] : of[LearnedRows.SCATTER])
                + SPREAD_FLOOR * of[LearnedRows.SPREAD];
        // An estimate from n bins scatters itself: close to the 4-sigma quantile of Student's t against the normal's.
        own *= 1 + 4.0 / Math.max(4, bins(row));
        double floor = switch (rowKind) {
            // What never moved has no scale of its own: a tenth of itself, at least one unit.
            case LEVEL ->
                of[LearnedRows.QUANTUM] == 0
                        ? Math.max(1, 0.1 * Math.abs(expected))
                        : Math.max(of[LearnedRows.QUANTUM], 0.001 * Math.abs(expected));
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
        learned.learn(row, timeMillis, value, weight);
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
        long midnight = learned.startOfDay(timeMillis);
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
        return learned.kindOf(row);
    }

    /** A bank of its own with the same content. */
    public BaselineBank copy() {
        BaselineBank copy = new BaselineBank(learned.copy());
        copy.priors = priors.length == 0 ? priors : Arrays.copyOf(priors, Math.min(priors.length, rows()));
        return copy;
    }

    /** Writes every row; {@link #read} gives an equal bank back. */
    public void write(DataOutput out) throws IOException {
        learned.write(out);
    }

    public static BaselineBank read(DataInput in, ZoneId zone) throws IOException {
        return new BaselineBank(LearnedRows.read(in, zone));
    }

    /** Reads what 0.1.0 has written: every cell of every row. */
    public static BaselineBank readFirstLayout(DataInput in, ZoneId zone) throws IOException {
        return new BaselineBank(LearnedRows.readFirstLayout(in, zone));
    }
}
