package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.cause.Figures;

/**
 * How full something is: what is used, against the limit that bounds it. While there is plenty of room no deviation
 * matters; close to the limit it matters even where the baseline has grown along. Never says that a signal which has
 * always been close to its limit is in trouble: a heap pool or a full cache lives there.
 *
 * <p>All limits are in the unit of what is used; NaN where none is known, and then nothing here applies.
 */
final class Saturation {
    /**
     * Below half of the limit as much is free as is used: it would have to double to run out. Our choice, unmeasured; a
     * leak is told once it is past the half, which leaves it half of its time. Where less is bad: of what usually is there.
     */
    static final double AMPLE = 0.5;
    /** From nine tenths on a limit is near: a kubelet evicts below as much room on its disk (nodefs.available<10%, its default). */
    static final double NEAR = 0.9;
    /**
     * And at most half of the usual room is left. What usually sits at 95 % is told at 97.5 %. A steady leak is told at nine
     * tenths when it takes less than 20,000 steps to fill up, a slower one the 2,000 steps of the slow level's memory before
     * the end: 5.5 h at 10 s, 33 h at 60 s ({@code SaturationTest.tellsALeakInTime}).
     */
    static final double ROOM_LEFT = 0.5;
    /**
     * Steps whose mean must be as near as the newest value: 3 min at 10 s. Noise of a standard deviation as large as the way
     * to the edge has a mean of 18 beyond it, 4.2 of its own deviations off, with a chance of 1e-5.
     */
    static final int LATELY = 18;
    /** What is close to its limit is taken for the new usual after so many times the steps: an hour at 10 s. */
    static final int PATIENCE = 4;

    /** "No limit" is often written as the largest number there is; an exabyte is no limit that anything runs into. */
    private static final double LIMITLESS = 0x1p60;

    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Saturation() {}

    static boolean isLimit(double limit) {
        return limit > 0 && limit < LIMITLESS;
    }

    /**
     * Whether so much is free that a deviation is no finding. Where less is bad ({@code available} of {@code desired}) it is
     * enough when all that is wanted is there.
     */
    static boolean isAmple(JudgeRule rule, double value, double limit) {
        if (!isLimit(limit) || rule.up() == rule.down()) {
            return false;
        }
        return rule.up() ? value < AMPLE * limit : value >= limit;
    }

    /**
     * Whether a value is so close to its limit that it is a finding, whatever its own band says; where less is bad, whether
     * less than half of what usually is there is left. Then the band becomes that of what is near.
     *
     * @param lately mean of the last {@link #LATELY} steps
     * @param usual what has been usual for long
     * @param band what is expected of this step; becomes the usual, with what is near beyond its edge
     */
    static boolean isNear(JudgeRule rule, double value, double lately, double limit, double usual, Band band) {
        if (!isLimit(limit) || rule.up() == rule.down() || !band.isKnown()) {
            return false;
        }
        return rule.up() ? isFull(value, lately, limit, usual, band) : isShort(value, lately, limit, usual, band);
    }

    private static boolean isFull(double value, double lately, double limit, double usual, Band band) {
        double edge = Math.max(NEAR * limit, limit - ROOM_LEFT * (limit - usual));
        if (usual >= limit || value <= edge || lately <= edge) {
            return false;
        }
        double unit = (edge - usual) / BaselineBank.BAND_WIDTH;
        band.set(band.kind(), 1, usual, Math.min(band.lower, usual), edge, unit);
        return true;
    }

    private static boolean isShort(double value, double lately, double limit, double usual, Band band) {
        double wanted = Math.min(usual, limit);
        double edge = AMPLE * wanted;
        if (value >= edge || lately >= edge) {
            return false;
        }
        double unit = (wanted - edge) / BaselineBank.BAND_WIDTH;
        band.set(band.kind(), 1, wanted, edge, Math.max(band.upper, wanted), unit);
        return true;
    }

    /** Steps after which a deviation that stayed is the new usual. */
    static int acceptBins(JudgeRule rule, double value, double limit) {
        boolean near = isLimit(limit) && rule.up() && value > NEAR * limit;
        return near ? PATIENCE * rule.acceptBins() : rule.acceptBins();
    }

    /**
     * {@code 412 of 512 connections (80 %)}; empty without a limit.
     *
     * @param unit UCUM unit of both, such as {@code {connection}} or {@code By}
     */
    static String text(double value, double limit, String unit) {
        if (!isLimit(limit) || Double.isNaN(value)) {
            return "";
        }
        String share = " (" + Figures.percent(value / limit) + ")";
        if (unit.equals("By")) {
            int step = 0;
            double size = 1;
            // Of 1 GiB it matters which tenth is used: 858 of 1,024 MiB.
            while (limit / size >= 10 * 1024 && step < BYTES.length - 1) {
                size *= 1024;
                step++;
            }
            return Figures.number(value / size) + " of " + Figures.number(limit / size) + ' ' + BYTES[step] + share;
        }
        String noun = noun(unit);
        return Figures.number(value) + " of " + Figures.number(limit) + (noun.isEmpty() ? "" : ' ' + noun) + share;
    }

    /** {@code {file_descriptor}} are file descriptors; a unit that is no annotation stays as it is, 1 is none. */
    private static String noun(String unit) {
        if (!unit.startsWith("{") || !unit.endsWith("}")) {
            return unit.equals("1") ? "" : unit;
        }
        String one = unit.substring(1, unit.length() - 1).replace('_', ' ');
        if (one.isEmpty() || one.endsWith("s")) {
            return one;
        }
        return one + (one.endsWith("ch") || one.endsWith("x") ? "es" : "s");
    }
}
