package io.evenkeel.detection;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the spans of a service still stand for all of its requests. Sampling that says so (tracestate {@code ot=th}) is
 * counted in by the walk; this is about sampling that does not, above all tail sampling, which keeps what failed and
 * drops most of the rest: its error ratios may be a hundred times too high. What cannot be known is said to be unknown
 * (ARCHITECTURE 3, Sampled spans) and is neither judged, learned nor drawn.
 *
 * <p>Three things tell, each alone: fewer spans than the requests that the service's metrics count; far fewer spans than
 * there used to be while failures stayed as many as they were (a fault turns requests into failures, a loss of traffic
 * takes failures along, only sampling takes the rest alone); and failures that were never rare since the first span, of
 * a service without metrics.
 *
 * <p>Limits, without metrics and without {@code th}: a share of all traces that was taken from the first span on looks
 * like less traffic, whose ratio is right and whose rate is too low; a loss of traffic at a service that hardly fails
 * stays unknown, as nothing tells it from sampling; a service that always failed in more than
 * {@value #RARE} of its requests stays unknown. Not safe for use by several threads.
 */
final class SpanCoverage {
    /** Spans below this share of the requests counted by metrics do not stand for them. */
    private static final double WHOLE_SHARE = 0.7;
    /** An export covers other seconds than a bin: the share follows by a fifth a window. */
    private static final double SHARE_STEP = 0.2;
    /** Spans expected in a window before their number is compared with that of requests. */
    private static final double LEAST_COMPARED = 20;
    /** Below this part of the usual number of spans they have fallen. */
    private static final double FALLEN = 0.5;
    /** Standard units below the usual number, as steps of few spans scatter by half of themselves. */
    private static final double FALLEN_SCORE = 4;
    /** Steps learned before a fall is one. */
    private static final int LEAST_STEPS = 6;
    /** Memory of what is usual, in steps; the steady step of {@code BaselineBank}. */
    private static final double STEADY_STEP = 0.01;
    /** Log of the odds, 100 to 1, at which a fall is held to be of traffic or of sampling (Wald 1945, sequential tests). */
    private static final double DECIDED = Math.log(100);
    /** Steps of a fall in which rising failures still show that it is a fault; sampling held longer than that stays. */
    private static final int FAULT_STEPS = 6;
    /** Steps after which fewer spans with few failures are the new level: half an hour at 10 s, as findings have it. */
    private static final int ACCEPT_STEPS = 180;
    /**
     * Share of failed spans that spans sampled by failure could have only where nearly nothing fails: under it the ratio
     * shown is at most two points off, whatever was left out.
     */
    static final double RARE = 0.02;
    /** Spans seen before their failures count as rare. */
    private static final double LEAST_PROOF = 10;
    /** What was seen before counts a hundredth less with each step. */
    private static final double PROOF_MEMORY = 0.99;

    private static final long NEVER = Long.MIN_VALUE;
    private static final int RECENT = 3;
    private static final int COLUMNS = 3;
    private static final int STEP = EntityBook.BIN_MILLIS;
    /** Steps of which is remembered what was known: as many as late spans may still change the minute of. */
    private static final int REMEMBERED = 16;

    /** What a fall of the number of spans is. */
    enum Fall {
        NONE,
        /** Sampling or traffic: nothing tells yet. */
        UNDECIDED,
        /** Less traffic: failures fell along. */
        TRAFFIC,
        /** Failures rose: requests turned into them, or nobody waits for the answers. */
        FAULT,
        /** The rest was dropped and the failures kept. */
        SAMPLING
    }

    /**
     * What may be said of a step.
     *
     * @param rate requests per second
     * @param ratio share that failed
     * @param durations durations
     */
    record Known(boolean rate, boolean ratio, boolean durations) {
        static final Known ALL = new Known(true, true, true);

        Known and(Known other) {
            return new Known(rate && other.rate, ratio && other.ratio, durations && other.durations);
        }
    }

    /** Smoothed share of the requests counted by metrics that are there as spans; NaN before the first comparison. */
    private double share = Double.NaN;
    /** Requests and failures per step, and the 95th percentile of their durations, s, as they are usually. */
    private double usualRequests;

    private double usualFailures;
    private double usualWait = Double.NaN;
    private int steps;
    /** Whether failures have been seen to be rare, or metrics agreed. */
    private boolean proven;

    private double proofRequests;
    private double proofFailures;
    /** Smoothed worth of one request as evidence, see {@link RedSum#evidence()}. */
    private double evidence = 1;
    /** The same as it was before a fall: what is usual was learned on it. */
    private double usualEvidence = 1;
    /** Requests, failures and slow requests of the newest steps, oldest first. */
    private final double[] recent = new double[COLUMNS * RECENT];

    private Fall fall = Fall.NONE;
    private int fallSteps;
    private double fallRequests;
    private double fallFailures;
    /** See {@link #comparedUpTo()}; not part of the state: it follows from what metrics and spans have been judged for. */
    private long compared = NEVER;

    /** Start of the newest step taken, ms, and of the newest whose rate, ratio and durations are unknown. */
    private long last = NEVER;

    private long rateUnknown = NEVER;
    private long ratioUnknown = NEVER;
    private long waitUnknown = NEVER;

    /**
     * What was known of the newest steps and the starts of these, by start modulo their number: a late span corrects a
     * step from before a fall. Not part of the state; after a restore what came later decides for the steps before.
     */
    private final @Nullable Known[] known = new Known[REMEMBERED];

    private final long[] knownAt = new long[REMEMBERED];

    Fall fall() {
        return fall;
    }

    double evidence() {
        return evidence;
    }

    /** Whether metrics, where there are any, count about as many requests as there are spans. */
    boolean agrees() {
        return Double.isNaN(share) || share > WHOLE_SHARE;
    }

    /** End of the last window for which metrics and spans were compared, ms; {@link Long#MIN_VALUE} before the first. */
    long comparedUpTo() {
        return compared;
    }

    void comparedUpTo(long end) {
        compared = end;
    }

    /**
     * Compares what metrics and spans count of the same window.
     *
     * @param requests by metrics
     * @param served by spans, adjusted
     */
    void compare(double requests, double served) {
        if (requests * evidence < LEAST_COMPARED) {
            return;
        }
        double seen = Math.min(2, served / requests);
        share = Double.isNaN(share) ? seen : share + SHARE_STEP * (seen - share);
        proven |= agrees();
    }

    /**
     * Takes the next step. A step that is not newer than the last one changes nothing: late spans do not make a fall.
     *
     * @param whole all spans of the step, served and called
     */
    void step(long start, RedSum whole) {
        if (start <= last) {
            return;
        }
        last = start;
        if (whole.count > 0) {
            evidence += (steps == 0 ? 1 : 0.1) * (whole.evidence() - evidence);
        }
        prove(whole);
        push(whole.count, whole.errors, slow(whole));
        boolean fell = hasFallen(1) || hasFallen(Math.min(RECENT, steps));
        if (fell) {
            fallen(whole);
        } else {
            fall = Fall.NONE;
            fallSteps = 0;
            fallRequests = 0;
            fallFailures = 0;
            learn(whole);
        }
        note(start, whole.squares > whole.count);
    }

    private void prove(RedSum whole) {
        proofRequests = PROOF_MEMORY * proofRequests + whole.count * whole.evidence();
        proofFailures = PROOF_MEMORY * proofFailures + whole.errors * whole.evidence();
        boolean rare = steps >= LEAST_STEPS
                && proofRequests >= LEAST_PROOF
                && proofFailures <= Math.max(1, RARE * proofRequests);
        proven |= rare || whole.squares > whole.count;
    }

    private void push(double requests, double failures, double slow) {
        System.arraycopy(recent, COLUMNS, recent, 0, recent.length - COLUMNS);
        recent[recent.length - 3] = requests;
        recent[recent.length - 2] = failures;
        recent[recent.length - 1] = slow;
    }

    /** Sum of a column of {@link #recent} over the newest steps. */
    private double recent(int column, int over) {
        double sum = 0;
        for (int back = 1; back <= over; back++) {
            sum += recent[recent.length - COLUMNS * back + column];
        }
        return sum;
    }

    private boolean hasFallen(int over) {
        double usual = over * usualRequests;
        double seen = recent(0, over);
        return steps >= LEAST_STEPS
                && seen < FALLEN * usual
                && (usual - seen) > FALLEN_SCORE * Math.sqrt(usual / leastEvidence());
    }

    private void fallen(RedSum whole) {
        fallSteps++;
        fallRequests += whole.count;
        fallFailures += whole.errors;
        boolean settled = fall == Fall.FAULT || fall == Fall.SAMPLING && fallSteps > FAULT_STEPS;
        if (!settled) {
            fall = rose(1, usualFailures) ? Fall.FAULT : likelier();
        }
        boolean plain = fallFailures <= RARE * fallRequests;
        if (fallSteps >= ACCEPT_STEPS && fall != Fall.SAMPLING && (fall != Fall.UNDECIDED || plain)) {
            steps = 0;
            fall = Fall.NONE;
            learn(whole);
        }
    }

    /**
     * Which of the two is by 100 to 1 the better account of the failures since the fall, Poisson both: as many as usual
     * (sampling keeps them) or fewer in the proportion of the requests (traffic takes them along).
     */
    private Fall likelier() {
        double usual = fallSteps * usualFailures;
        double left = Math.max(1, fallRequests) / Math.max(1, fallSteps * usualRequests);
        double odds = evidence * (fallFailures * Math.log(1 / Math.min(1, left)) - usual * (1 - Math.min(1, left)));
        return odds > DECIDED ? Fall.SAMPLING : odds < -DECIDED ? Fall.TRAFFIC : Fall.UNDECIDED;
    }

    /** Whether more than usual are seen of a column, in the newest step or the newest three. */
    private boolean rose(int column, double usual) {
        return recent(column, 1) > bound(usual) || recent(column, RECENT) > bound(RECENT * usual);
    }

    /** What a Poisson count of that mean stays below but once in a thousand times, each seen one standing for several. */
    private double bound(double mean) {
        return mean + 3 * Math.sqrt(mean / leastEvidence()) + 3 / leastEvidence();
    }

    private double leastEvidence() {
        return Math.min(evidence, usualEvidence);
    }

    private double slow(RedSum whole) {
        return Double.isNaN(usualWait) ? 0 : whole.durations.above(1.2 * usualWait);
    }

    private void learn(RedSum whole) {
        double step = Math.max(STEADY_STEP, 3.0 / (steps + 3));
        double failures = steps == 0 ? whole.errors : Math.min(whole.errors, bound(usualFailures));
        usualRequests += step * (whole.count - usualRequests);
        usualFailures += step * (failures - usualFailures);
        double wait = whole.durations.quantile(0.95);
        if (!Double.isNaN(wait)) {
            usualWait = Double.isNaN(usualWait) ? wait : usualWait + step * (wait - usualWait);
        }
        usualEvidence = evidence;
        steps++;
    }

    private void note(long start, boolean announced) {
        boolean whole = proven && agrees();
        boolean real = fall == Fall.NONE || fall == Fall.TRAFFIC || fall == Fall.FAULT;
        boolean open = fall != Fall.SAMPLING;
        rateUnknown = whole && (real || announced && open) ? rateUnknown : start;
        // A fall without more failures than usual is not about failures, whatever share of the rest they have.
        ratioUnknown = whole && real ? ratioUnknown : start;
        // 5 % of the requests are usually slower than the 95th percentile.
        boolean slower = open && rose(2, 0.05 * usualRequests);
        waitUnknown = whole && (real || slower) ? waitUnknown : start;
        known[slot(start)] = since(start);
        knownAt[slot(start)] = start;
    }

    /** What may be said of a step, or of all the steps in a window so far; what is not remembered goes by what came later. */
    Known of(long start, int width) {
        Known all = Known.ALL;
        for (long step = start; step < start + width && step <= last; step += STEP) {
            Known there = known[slot(step)];
            all = all.and(there != null && knownAt[slot(step)] == step ? there : since(step));
        }
        return all;
    }

    /** What may be said of the steps since the given one. */
    private Known since(long start) {
        return new Known(rateUnknown < start, ratioUnknown < start, waitUnknown < start);
    }

    private static int slot(long start) {
        return (int) Math.floorMod(Math.floorDiv(start, STEP), REMEMBERED);
    }

    SpanCoverage copy() {
        SpanCoverage copy = new SpanCoverage();
        copy.share = share;
        copy.usualRequests = usualRequests;
        copy.usualFailures = usualFailures;
        copy.usualWait = usualWait;
        copy.steps = steps;
        copy.proven = proven;
        copy.proofRequests = proofRequests;
        copy.proofFailures = proofFailures;
        copy.evidence = evidence;
        copy.usualEvidence = usualEvidence;
        System.arraycopy(recent, 0, copy.recent, 0, recent.length);
        copy.fall = fall;
        copy.fallSteps = fallSteps;
        copy.fallRequests = fallRequests;
        copy.fallFailures = fallFailures;
        copy.last = last;
        copy.compared = compared;
        copy.rateUnknown = rateUnknown;
        copy.ratioUnknown = ratioUnknown;
        copy.waitUnknown = waitUnknown;
        System.arraycopy(known, 0, copy.known, 0, REMEMBERED);
        System.arraycopy(knownAt, 0, copy.knownAt, 0, REMEMBERED);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeDouble(share);
        out.writeDouble(usualRequests);
        out.writeDouble(usualFailures);
        out.writeDouble(usualWait);
        out.writeInt(steps);
        out.writeBoolean(proven);
        out.writeDouble(proofRequests);
        out.writeDouble(proofFailures);
        out.writeDouble(evidence);
        out.writeDouble(usualEvidence);
        for (double value : recent) {
            out.writeDouble(value);
        }
        out.writeByte(fall.ordinal());
        out.writeInt(fallSteps);
        out.writeDouble(fallRequests);
        out.writeDouble(fallFailures);
        out.writeLong(last);
        out.writeLong(rateUnknown);
        out.writeLong(ratioUnknown);
        out.writeLong(waitUnknown);
    }

    /**
     * @param version of the service's state; before 2 only the share was known, and spans counted as proven
     */
    static SpanCoverage read(DataInput in, byte version) throws IOException {
        SpanCoverage read = new SpanCoverage();
        read.share = in.readDouble();
        if (version < 2) {
            read.proven = true;
            return read;
        }
        read.usualRequests = in.readDouble();
        read.usualFailures = in.readDouble();
        read.usualWait = in.readDouble();
        read.steps = in.readInt();
        read.proven = in.readBoolean();
        read.proofRequests = in.readDouble();
        read.proofFailures = in.readDouble();
        read.evidence = in.readDouble();
        read.usualEvidence = in.readDouble();
        for (int i = 0; i < read.recent.length; i++) {
            read.recent[i] = in.readDouble();
        }
        read.fall = Fall.values()[in.readByte()];
        read.fallSteps = in.readInt();
        read.fallRequests = in.readDouble();
        read.fallFailures = in.readDouble();
        read.last = in.readLong();
        read.rateUnknown = in.readLong();
        read.ratioUnknown = in.readLong();
        read.waitUnknown = in.readLong();
        return read;
    }
}
