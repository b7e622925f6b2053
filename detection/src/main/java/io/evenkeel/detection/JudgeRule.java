package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Band;

/**
 * When a step of a signal counts as deviating, and when deviating steps become a finding. Two conditions always hold
 * together: strange (a score in standard units) and large enough to matter to somebody (a relative and an absolute
 * size); persistence does the rest, as on 1-min data in DETECTION.md, section 2, item 6.
 *
 * @param up whether a value above the band counts
 * @param down whether a value below the band counts
 * @param score least score, standard units
 * @param relative least deviation as a share of the expectation
 * @param absolute least deviation in the signal's unit
 * @param leastWeight least weight (requests, seconds) a step must stand on to be judged at all
 * @param leastEvents least failed requests (ratios) or expected events (rates) behind a deviating step
 * @param need deviating steps among the last {@code window} that open a finding
 * @param window number of steps looked at, 1..8; learning lags by as many
 * @param extremeScore least score of an extreme step
 * @param extremeRelative least deviation of an extreme step as a share of the expectation
 * @param extremeAbsolute least deviation of an extreme step
 * @param extremeEvents least failed or expected events behind an extreme step
 * @param extremeNeed consecutive extreme steps that open a finding at once
 * @param pooled whether the last three steps together may show what one alone has too few requests for
 * @param leastBins steps learned before anything is judged
 * @param acceptBins steps after which a deviation that stayed is accepted as the new level
 */
record JudgeRule(
        boolean up,
        boolean down,
        double score,
        double relative,
        double absolute,
        double leastWeight,
        double leastEvents,
        int need,
        int window,
        double extremeScore,
        double extremeRelative,
        double extremeAbsolute,
        double extremeEvents,
        int extremeNeed,
        boolean pooled,
        int leastBins,
        int acceptBins) {

    /** Steps inside the frozen band that close a finding as returned: half a minute at 10 s. */
    static final int RETURN_BINS = 3;

    private static final double NEVER = Double.POSITIVE_INFINITY;

    /**
     * Failed requests. Judged from the first step against a wide prior (1 % over 50 requests). Two percentage points and
     * five failures are the least that is worth a note; a tenth of all requests with eight failures in one step, whose
     * chance under the band is below exp(-7²/2) = 2e-11 by the Chernoff bound, needs no second look: that is what
     * brings a half-broken deploy out in the first step after it. A restart that refuses connections for a second
     * stays below a tenth of a 10 s step.
     */
    static final JudgeRule ERROR_RATIO =
            new JudgeRule(true, false, 4, 1, 0.02, 1, 3, 2, 3, 7, 2, 0.10, 8, 1, true, 0, 180);

    /**
     * Waiting. 0.1 s is what people begin to notice (Miller 1968; Nielsen 1993, Response times: the 3 important
     * limits), so nothing smaller is a note, nor what is less than half as slow again. A process just started is
     * slow for 20 to 30 s while its code is compiled, two of them one after the other for longer: five of six steps
     * must be slow, or three in a row by half a second and fourfold.
     */
    static final JudgeRule DURATION =
            new JudgeRule(true, false, 4, 0.5, 0.1, 10, 0, 5, 6, 6, 3, 0.5, 0, 3, false, 0, 180);

    /** Requests missing (more than half of those expected) or doubled. A rise is load, noted and never harm. */
    static final JudgeRule RATE = new JudgeRule(true, true, 5, 0.5, 0.5, 0, 10, 3, 4, 6, 0.9, 1, 20, 2, false, 18, 180);

    /** Errors in the log: three times as many for most of a minute, after five minutes; a note that never pages. */
    static final JudgeRule LOG_ERRORS =
            new JudgeRule(true, false, 6, 2, 0.5, 0, 0, 5, 6, NEVER, 0, 0, 0, 8, false, 30, 90);

    /** A gauge nobody has told us about: both sides, half as much again, for most of a minute, after five minutes. */
    static final JudgeRule GAUGE = new JudgeRule(true, true, 8, 0.5, 0, 0, 0, 5, 6, NEVER, 0, 0, 0, 8, false, 30, 90);

    /**
     * What must not be at all, such as telemetry that an exporter drops: expected is nothing, from the first step and
     * whatever was learned, and two of three steps above the least are a note.
     */
    static JudgeRule loss(double least) {
        return new JudgeRule(true, false, 0, 0, least, 0, 0, 2, 3, NEVER, 0, 0, 0, 8, false, 0, 90);
    }

    boolean isLoss() {
        return score == 0;
    }

    /** A gauge that we have been told about: less strange it may be, as it is known what matters. */
    static JudgeRule known(boolean up, boolean down, double relative, double absolute) {
        return new JudgeRule(up, down, 6, relative, absolute, 0, 0, 5, 6, NEVER, 0, 0, 0, 8, false, 30, 90);
    }

    /** 0 = ordinary, 1 = deviating, 2 = extreme. */
    int verdict(Band band, double value, double weight) {
        double excess = value - band.expected;
        if (!band.isKnown() || weight < leastWeight || (excess > 0 ? !up : !down)) {
            return 0;
        }
        double size = Math.abs(excess);
        double strangeness = Math.abs(band.score(value));
        double events = excess > 0 ? value * weight : band.expected * weight;
        double expected = Math.abs(band.expected);
        if (strangeness < score || size < Math.max(relative * expected, absolute) || events < leastEvents) {
            return 0;
        }
        boolean extreme = strangeness >= extremeScore
                && size >= Math.max(extremeRelative * expected, extremeAbsolute)
                && events >= extremeEvents;
        return extreme ? 2 : 1;
    }

    /**
     * @param deviating newest step in bit 0, one bit per step
     * @param extreme likewise
     */
    boolean opens(int deviating, int extreme) {
        int extremes = (1 << extremeNeed) - 1;
        return Integer.bitCount(deviating & ((1 << window) - 1)) >= need || (extreme & extremes) == extremes;
    }
}
