package io.evenkeel.testbed.load;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How much the shop is used at any moment, past or to come: a daily curve in civil time, a little restlessness of the
 * users, a partner's import by the clock of every hour, and when the nightly batch runs. The load generator sends by it
 * and the simulated past is made of it, so the two are the same. Pure: the same seed gives the same at the same instant.
 *
 * @param requestsPerSecond mean of a day without imports, above 0 and at most 1,000, for example 20
 * @param swing half the way from lowest to highest as a share of the mean, 0 to 0.9, for example 0.4; 0 is a caller who
 *     always sends the same: no restlessness, no import and no batch either
 * @param offset by which curve, import and batch are later than usual, -3 h to 3 h; zero has the peak at 15:00
 * @param seed of the restlessness
 * @param zone whose civil time the users live in
 */
public record LoadModel(double requestsPerSecond, double swing, Duration offset, long seed, ZoneId zone) {
    /** Lowest to highest is 3 to 7: 12 to 28 requests/s at a mean of 20. A run of ten minutes sees at most 2 % of it. */
    public static final double SHOP_SWING = 0.4;
    /** Share of users who buy; the others look at a product. */
    public static final double SHARE_OF_BUYERS = 0.25;

    private static final double PEAK_HOUR = 15;
    private static final Duration LARGEST_OFFSET = Duration.ofHours(3);
    private static final int OFFSET_STEP_MINUTES = 5;
    /** Users come and go together a little: standard deviation of a knot, as a share; straight lines lie between. */
    private static final double RESTLESSNESS = 0.015;

    private static final long KNOT_SECONDS = 300;
    /** The import comes at this minute of every hour, when the offset is zero. */
    private static final int IMPORT_MINUTE = 20;

    private static final int IMPORT_SECONDS = 45;
    private static final double IMPORT_SHARE = 0.15;
    /** The batch runs half an hour after the quietest moment of the night. */
    private static final double BATCH_HOUR = 3.5;

    /** How long the nightly batch takes. */
    public static final Duration BATCH_LASTS = Duration.ofMinutes(5);

    /** Gaps between requests are even from this to 2 - this of their mean. */
    private static final double LEAST_GAP = 0.5;
    /** Variance of a gap as a share of its mean squared, of an even spread: (2 - 2 × 0.5)² / 12. */
    private static final double GAP_VARIANCE = 1.0 / 12;

    public LoadModel {
        if (!(requestsPerSecond > 0 && requestsPerSecond <= 1000)) {
            throw new IllegalArgumentException("requests per second must be above 0 and at most 1000");
        }
        if (!(swing >= 0 && swing <= 0.9)) {
            throw new IllegalArgumentException("the swing must be from 0 to 0.9");
        }
        if (offset.abs().compareTo(LARGEST_OFFSET) > 0) {
            throw new IllegalArgumentException("the offset must be from -3 to 3 hours");
        }
    }

    /** The shop's users as a seed draws them: which hours they keep, and how restless they are. */
    public static LoadModel drawn(long seed, double requestsPerSecond, double swing, ZoneId zone) {
        int most = (int) LARGEST_OFFSET.toMinutes() / OFFSET_STEP_MINUTES;
        int drawn = new SplittableRandom(seed).nextInt(-most, most + 1);
        return new LoadModel(
                requestsPerSecond, swing, Duration.ofMinutes((long) drawn * OFFSET_STEP_MINUTES), seed, zone);
    }

    /** Requests per second at that moment, the import's too. */
    public double at(Instant time) {
        return users(time) + (isImporting(time) ? IMPORT_SHARE * requestsPerSecond : 0);
    }

    /** Mean number of requests in a stretch of at most some minutes. */
    public double meanOf(Instant from, Duration length) {
        double seconds = length.toMillis() / 1000.0;
        double importing = 0;
        for (long second = 0; second < length.toSeconds(); second++) {
            importing += isImporting(from.plusSeconds(second)) ? 1 : 0;
        }
        return seconds * users(from.plus(length.dividedBy(2))) + importing * IMPORT_SHARE * requestsPerSecond;
    }

    /**
     * Requests in a stretch, scattered as {@link #gapSeconds} scatters them: a renewal process whose counts have the
     * variance of its gaps times their mean (Cox 1962, Renewal Theory, section 3.3).
     */
    public double drawnOf(Instant from, Duration length, RandomGenerator random) {
        double mean = meanOf(from, length);
        return Math.max(0, mean + Math.sqrt(mean * GAP_VARIANCE) * random.nextGaussian());
    }

    /** Time from one request to the next. */
    public double gapSeconds(Instant time, RandomGenerator random) {
        return (LEAST_GAP + 2 * (1 - LEAST_GAP) * random.nextDouble()) / at(time);
    }

    /** Whether the nightly batch is at work. */
    public boolean isBatching(Instant time) {
        double into = (usualHour(time) - BATCH_HOUR) * 3600;
        return swing > 0 && into >= 0 && into < BATCH_LASTS.toSeconds();
    }

    private boolean isImporting(Instant time) {
        long second = Math.floorMod(
                civilSecond(time) - offset.toSeconds() - IMPORT_MINUTE * 60L,
                Duration.ofHours(1).toSeconds());
        return swing > 0 && second < IMPORT_SECONDS;
    }

    private double users(Instant time) {
        double curve = 1 + swing * Math.cos(2 * Math.PI * (usualHour(time) - PEAK_HOUR) / 24);
        return requestsPerSecond * curve * (swing > 0 ? 1 + RESTLESSNESS * unrest(time) : 1);
    }

    /** Hour of the day as if there were no offset, 0 to 24. */
    private double usualHour(Instant time) {
        return Math.floorMod(civilSecond(time) - offset.toSeconds(), 86_400L) / 3600.0;
    }

    private long civilSecond(Instant time) {
        return LocalTime.ofInstant(time, zone).toSecondOfDay();
    }

    private double unrest(Instant time) {
        long knot = Math.floorDiv(time.getEpochSecond(), KNOT_SECONDS);
        double share = (double) Math.floorMod(time.getEpochSecond(), KNOT_SECONDS) / KNOT_SECONDS;
        return (1 - share) * knot(knot) + share * knot(knot + 1);
    }

    private double knot(long knot) {
        return new SplittableRandom(seed * 0x9e3779b97f4a7c15L + knot).nextGaussian();
    }
}
