package io.evenkeel.detection;

import io.evenkeel.detection.RecentPoints.Seen;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;

/**
 * The streams of one entity: takes every point once, and turns totals into increments. The rules are those of the OTLP
 * data model (opentelemetry-proto metrics.proto and specification/metrics/data-model.md, "Resets and gaps",
 * "Single-Writer"): a total that fell or has a new start is a reset whose value is the increment; a delta is added as it
 * is; a total first seen says nothing about the past.
 *
 * <p>About 65 B a stream, and as much again for one of totals, beside its histogram buckets. Never judges.
 */
final class StreamLedger {
    /** Points this late still enter statistics (ARCHITECTURE 3, Time). */
    static final long LATE_MILLIS = 60_000;
    /** Points further in the future than this are quarantined and move no clock (ARCHITECTURE 3, Time). */
    static final long FUTURE_MILLIS = 300_000;

    /** A total began anew: its writer restarted, or it fell. */
    static final int RESET = 1;
    /** A point tells of seconds of which another has told: two writers with one identity, or a clock set back. */
    static final int OVERLAP = 2;
    /** A delta begins after the one before ended: idle streams that are left out, or a loss on the way. */
    static final int GAP = 4;

    private static final int NONE = -1;
    /** Rows behind the expected one that are looked at before the index is. */
    private static final int NEAR = 4;

    /** A stream silent for so long, and for {@value #DEAD_INTERVALS} of its intervals, is dead. */
    static final long DEAD_MILLIS = 3_600_000;

    private static final long DEAD_INTERVALS = 4;

    /** A writer silent for two of its intervals, and at least so long, has given its stream to another. */
    private static final long SILENT_MILLIS = 30_000;

    /** What became of a point. */
    enum Outcome {
        /** First of its stream. */
        FIRST,
        /** In order; for totals with an increment. */
        NEXT,
        /**
         * Out of order by at most a minute: counted; a total's increment is already in that of its successor. Also a total
         * of an older writer while a younger one with the same identity is at work: counted, without an increment.
         */
        OLD,
        DUPLICATE,
        LATE,
        FUTURE,
        /** The entity has more signals than are kept. */
        REFUSED;

        boolean isAccepted() {
            return this == FIRST || this == NEXT || this == OLD;
        }
    }

    private final RowIndex index;
    private final IntToLongFunction idOf = row -> this.id[row];
    private final RecentPoints recent;
    private int rows;
    /** Where the next stream is, mostly, and how many in a row were somewhere else; neither is part of the state. */
    private int expected;

    private int astray = NEAR;

    private long[] id = {};
    private long[] lastTime = {};
    /** Learned milliseconds between points, 0 before the second. */
    private int[] interval = {};
    /** Row of the signal that the stream feeds. */
    private int[] signal = {};
    /** Row of the stream in {@link #totals}, {@value #NONE} unless it has given a total. */
    private int[] total = {};

    private final LastTotals totals;

    /** Histogram buckets by row of the total; after a point was accepted, what it added to each. */
    final BucketTotals buckets;

    /** Increment of the point last accepted; NaN when it says nothing (first total, histogram without a sum). */
    double increment;
    /** Histogram observations of the point last accepted. */
    long countIncrement;
    /** Seconds that the increment covers; 0 when there is none. */
    double coveredSeconds;
    /** What was strange about the point last accepted: none or more of the marks below. */
    int marks;

    StreamLedger() {
        this(new RowIndex(), new LastTotals(), new RecentPoints());
    }

    private StreamLedger(RowIndex index, LastTotals totals, RecentPoints recent) {
        this.index = index;
        this.totals = totals;
        this.buckets = totals.buckets;
        this.recent = recent;
    }

    /** From columns that were read. */
    StreamLedger(
            long[] id,
            long[] lastTime,
            int[] interval,
            int[] signal,
            int[] total,
            LastTotals totals,
            RecentPoints recent) {
        this(RowIndex.of(id.length, row -> id[row]), totals, recent);
        this.rows = id.length;
        this.id = id;
        this.lastTime = lastTime;
        this.interval = interval;
        this.signal = signal;
        this.total = total;
    }

    /** Row of a stream, -1 when it has not been seen. */
    int find(long stream) {
        // Exporters send their streams in the same order each time: the row behind the last costs no hash probe, nor do
        // those behind the few whose streams have ended since.
        int near = Math.min(rows, expected + NEAR);
        for (int row = expected; row < near; row++) {
            if (id[row] == stream) {
                astray = 0;
                expected = row + 1;
                return row;
            }
        }
        int row = index.find(stream, idOf);
        // A few that lie elsewhere, such as new ones, are passed by; many are followed.
        if (row >= 0 && ++astray > NEAR) {
            expected = row + 1;
        }
        return row;
    }

    /** The next stream may lie anywhere: another request's begin. */
    void leap() {
        astray = NEAR;
    }

    int add(long stream, int signalRow) {
        if (rows == id.length) {
            grow(Math.max(16, rows * 2));
        }
        int row = rows++;
        id[row] = stream;
        signal[row] = signalRow;
        lastTime[row] = Long.MIN_VALUE;
        total[row] = NONE;
        index.add(idOf);
        recent.addRow();
        return row;
    }

    int signal(int row) {
        return signal[row];
    }

    /** From now on the stream feeds another signal. */
    void feed(int row, int signalRow) {
        signal[row] = signalRow;
    }

    /** Per signal whether a stream feeds it. */
    boolean[] fed(int signals) {
        boolean[] fed = new boolean[signals];
        for (int row = 0; row < rows; row++) {
            fed[signal[row]] = true;
        }
        return fed;
    }

    /** Signals have moved: what was signal i is now {@code moved[i]}. */
    void follow(int[] moved) {
        for (int row = 0; row < rows; row++) {
            signal[row] = moved[signal[row]];
        }
    }

    int intervalMillis(int row) {
        return interval[row];
    }

    /** From now on the stream's newest value is remembered, which for a gauge nobody else needs. */
    void rememberValue(int row) {
        if (total[row] == NONE) {
            total[row] = totals.add();
            totals.value[total[row]] = Double.NaN;
        }
    }

    /** Newest value of a stream; NaN when it is not remembered or has said nothing since the given time. */
    double valueSince(long stream, long time) {
        int row = index.find(stream, idOf);
        return row >= 0 && total[row] != NONE && lastTime[row] >= time ? totals.value[total[row]] : Double.NaN;
    }

    /** Told of a stream, the signal it feeds and the time of its newest point. */
    interface Visitor {
        void stream(long stream, int signalRow, long newest);
    }

    void forEach(Visitor visitor) {
        for (int row = 0; row < rows; row++) {
            visitor.stream(id[row], signal[row], lastTime[row]);
        }
    }

    int size() {
        return rows;
    }

    /** Streams whose writers are at work. */
    int live(long clock) {
        int live = 0;
        for (int row = 0; row < rows; row++) {
            live += isLive(row, clock) ? 1 : 0;
        }
        return live;
    }

    /**
     * Takes one point.
     *
     * @param clock clock of the process that sent it: largest time accepted from it
     * @param nowMillis processing time
     * @param seenBefore last time at which this process exported the same metric before, {@link Long#MIN_VALUE} if never:
     *     a total that appears later has begun since
     * @param sightSince since when the entity is watched: a total that started later has begun in our sight
     */
    Outcome accept(int row, EntityRows in, int i, long clock, long nowMillis, long seenBefore, long sightSince) {
        long time = in.timeMillis[i];
        if (time > nowMillis + FUTURE_MILLIS) {
            return Outcome.FUTURE;
        }
        if (clock != Long.MIN_VALUE && time < clock - LATE_MILLIS) {
            return Outcome.LATE;
        }
        Seen seen = recent.add(row, in.startMillis[i], time, lastTime[row], LATE_MILLIS);
        if (seen != Seen.NEW) {
            return seen == Seen.DUPLICATE ? Outcome.DUPLICATE : Outcome.LATE;
        }
        boolean first = lastTime[row] == Long.MIN_VALUE;
        boolean old = time < lastTime[row];
        increment = Double.NaN;
        countIncrement = 0;
        coveredSeconds = 0;
        marks = 0;
        buckets.incrementLength = 0;
        switch (in.type[i]) {
            case PointType.COUNTER_CUMULATIVE, PointType.HISTOGRAM_CUMULATIVE -> {
                if (!old && !total(row, in, i, seenBefore, sightSince)) {
                    return Outcome.OLD;
                }
            }
            case PointType.COUNTER_DELTA, PointType.HISTOGRAM_DELTA -> delta(row, in, i, first, old);
            default -> gauge(row, in.value[i], old);
        }
        if (old) {
            return Outcome.OLD;
        }
        if (!first && time > lastTime[row]) {
            learnInterval(row, time - lastTime[row]);
        }
        lastTime[row] = time;
        return first ? Outcome.FIRST : Outcome.NEXT;
    }

    private void gauge(int row, double value, boolean old) {
        increment = value;
        if (!old && total[row] != NONE) {
            totals.value[total[row]] = value;
        }
    }

    /** @return false when the point is of another, older writer and changes nothing */
    private boolean total(int row, EntityRows in, int i, long seenBefore, long sightSince) {
        boolean first = total[row] == NONE;
        if (first) {
            total[row] = totals.add();
        }
        int at = total[row];
        long time = in.timeMillis[i];
        long start = in.startMillis[i];
        boolean histogram = in.type[i] == PointType.HISTOGRAM_CUMULATIVE;
        boolean fell = !first && (histogram ? in.count[i] < totals.count[at] : in.value[i] < totals.value[at]);
        boolean renewed = !first && hasNewStart(row, start);
        // A total that goes on though it claims to have begun since its last point began when it always has: boot times
        // are worked out from clocks that are set right, by a second this time and another the next.
        boolean corrected = renewed && start > totals.start[at] && start < lastTime[row] && !fell;
        boolean restarted = renewed && !corrected;
        if (restarted && start < totals.start[at] && isLive(row, time)) {
            marks = OVERLAP;
            return false;
        }
        marks = restarted || fell ? RESET : 0;
        if (corrected || !first && start > 0 && (restarted ? start < lastTime[row] : fell)) {
            marks |= OVERLAP;
        }
        boolean whole = first || restarted || fell;
        boolean appeared = first && seenBefore != Long.MIN_VALUE && seenBefore < time;
        if (whole && !appeared && isUnknownSince(at, in, i, first, restarted, sightSince)) {
            if (histogram) {
                buckets.begin(at, in, i);
            }
        } else {
            long since = lastTime[row];
            if (first) {
                // Where its metric was exported before, the new stream stood at zero until it began.
                since = appeared ? seenBefore : start;
            } else if (whole) {
                since = Math.max(since, start);
            }
            coveredSeconds = Math.max(0, time - since) / 1000.0;
            increment = whole ? in.value[i] : in.value[i] - totals.value[at];
            countIncrement = whole ? in.count[i] : in.count[i] - totals.count[at];
            if (histogram) {
                buckets.total(at, in, i, whole);
            }
        }
        // A start that is left out once does not make the next one new.
        totals.start[at] = start > 0 ? start : totals.start[at];
        totals.value[at] = in.value[i];
        totals.count[at] = in.count[i];
        return true;
    }

    /** A start said for the first time is only news where it lies behind what was known before. */
    private boolean hasNewStart(int row, long start) {
        long known = totals.start[total[row]];
        return start > 0 && start != known && (known > 0 || start > lastTime[row]);
    }

    /** Whether the writer seen last may still be at work: one that begins anew is believed, an older one only later. */
    private boolean isLive(int row, long time) {
        return lastTime[row] >= time - Math.max(SILENT_MILLIS, 2L * interval[row]);
    }

    /**
     * Whether a total that is not the successor of another runs since nobody knows when: it began out of our sight, its
     * writer is older than the one before, or its start is its own time, which says so (specification,
     * metrics/data-model.md, "Cumulative streams: handling unknown start time").
     */
    private boolean isUnknownSince(int at, EntityRows in, int i, boolean first, boolean restarted, long sightSince) {
        long start = in.startMillis[i];
        if (first) {
            return start <= 0 || start < sightSince || start >= in.timeMillis[i];
        }
        return restarted && (start < totals.start[at] || start >= in.timeMillis[i]);
    }

    private void delta(int row, EntityRows in, int i, boolean first, boolean old) {
        long time = in.timeMillis[i];
        long start = in.startMillis[i];
        long last = first || old ? 0 : lastTime[row];
        if (start > 0 && last > 0 && start != last) {
            marks = start < last ? OVERLAP : GAP;
        }
        // Two writers that tell of the same seconds told more of them, not of more seconds.
        long since = start > 0 ? Math.max(start, last) : last;
        coveredSeconds = since > 0 ? Math.max(0, time - since) / 1000.0 : interval[row] / 1000.0;
        increment = in.value[i];
        countIncrement = in.count[i];
        if (in.type[i] == PointType.HISTOGRAM_DELTA) {
            buckets.delta(in, i);
        }
    }

    private void learnInterval(int row, long gap) {
        interval[row] = nextInterval(interval[row], gap);
    }

    /**
     * Follows the gap between exports by a fifth each time, and no single gap (an outage, a last flush at shutdown)
     * counts for more than twice or less than half of what was known.
     */
    static int nextInterval(int known, long gap) {
        if (known == 0) {
            return (int) Math.max(1, Math.min(3_600_000, gap));
        }
        long clipped = Math.max(known / 2, Math.min(2L * known, gap));
        return (int) Math.max(1, known + (clipped - known) / 5);
    }

    private void grow(int capacity) {
        id = Arrays.copyOf(id, capacity);
        lastTime = Arrays.copyOf(lastTime, capacity);
        interval = Arrays.copyOf(interval, capacity);
        signal = Arrays.copyOf(signal, capacity);
        total = Arrays.copyOf(total, capacity);
    }

    private boolean isDead(int row, long clock) {
        return lastTime[row] < clock - Math.max(DEAD_MILLIS, DEAD_INTERVALS * interval[row]);
    }

    /**
     * Names the rows of the streams that are dead.
     *
     * @param clock newest time of the entity
     */
    void eachDead(long clock, IntConsumer each) {
        for (int row = 0; row < rows; row++) {
            if (isDead(row, clock)) {
                each.accept(row);
            }
        }
    }

    /** This ledger without the streams that are dead. A stream that comes back later is new. */
    StreamLedger withoutDead(long clock) {
        StreamLedger kept = new StreamLedger();
        for (int row = 0; row < rows; row++) {
            if (!isDead(row, clock)) {
                kept.take(this, row);
            }
        }
        return kept;
    }

    /**
     * This ledger in another order: first the streams of the request at hand in its own order, then the others, those that
     * have been silent for a while last. A tick of an exporter then walks each column from its beginning, and what has
     * ended is not in the way.
     *
     * @param clock newest time of the entity
     */
    StreamLedger inOrder(EntityRows lately, long clock) {
        StreamLedger ordered = new StreamLedger();
        boolean[] done = new boolean[rows];
        leap();
        for (int i = 0; i < lately.size; i++) {
            ordered.take(this, find(lately.stream[i]), done);
        }
        for (boolean silent : new boolean[] {false, true}) {
            for (int row = 0; row < rows; row++) {
                ordered.take(this, silent || isLive(row, clock) ? row : NONE, done);
            }
        }
        return ordered;
    }

    private void take(StreamLedger other, int from, boolean[] done) {
        if (from != NONE && !done[from]) {
            done[from] = true;
            take(other, from);
        }
    }

    private void take(StreamLedger other, int from) {
        int to = add(other.id[from], other.signal[from]);
        lastTime[to] = other.lastTime[from];
        interval[to] = other.interval[from];
        recent.take(to, other.recent, from);
        if (other.total[from] != NONE) {
            total[to] = totals.add(other.totals, other.total[from]);
        }
    }

    /** Holds what is used and no more: most entities gain no stream for hours, and memory is what a checkpoint costs. */
    StreamLedger copy() {
        StreamLedger copy = new StreamLedger(index.copy(), totals.copy(), recent.copy());
        copy.rows = rows;
        copy.id = Arrays.copyOf(id, rows);
        copy.lastTime = Arrays.copyOf(lastTime, rows);
        copy.interval = Arrays.copyOf(interval, rows);
        copy.signal = Arrays.copyOf(signal, rows);
        copy.total = Arrays.copyOf(total, rows);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, id, rows);
        Columns.write(out, lastTime, rows);
        Columns.write(out, interval, rows);
        Columns.write(out, signal, rows);
        Columns.write(out, total, rows);
        totals.write(out);
        recent.write(out);
    }

    static StreamLedger read(DataInput in) throws IOException {
        return new StreamLedger(
                Columns.readLongs(in),
                Columns.readLongs(in),
                Columns.readInts(in),
                Columns.readInts(in),
                Columns.readInts(in),
                LastTotals.read(in),
                RecentPoints.read(in));
    }
}
