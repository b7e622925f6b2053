package io.evenkeel.detection;

import io.evenkeel.detection.FindingNotes.Circumstances;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineKind;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.learning.baseline.Prior;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The rate, error and duration signals of one service: of itself, its operations and its calls. Judges their steps,
 * writes their findings and their rollup rows.
 */
final class ServiceSignals {
    /** Steps remembered per signal: 30 before the onset and more than five minutes after it. */
    private static final int RING = 64;
    /** Open findings per service: beyond it a service is simply broken. */
    private static final int MOST_OPEN = 24;
    /** Signals per service; beyond it the longest silent make room, and newcomers are refused while none is. */
    static final int MOST_SIGNALS = 600;
    /** A signal without a step for so long, of the service's own time, may make room. */
    private static final long SILENT_MILLIS = 3_600_000;
    /** Between two looks for silent ones. */
    private static final long LOOK_MILLIS = 60_000;
    /** The mean duration follows by this share a step, for the impact of slowness only. */
    private static final float MEAN_STEP = 0.05f;

    private final Map<String, Integer> index = new HashMap<>();
    private final List<SignalKey> keys = new ArrayList<>();
    private JudgedSignals judged = new JudgedSignals(RING, true);
    private RollupWindows tens = new RollupWindows(EntityBook.BIN_MILLIS, 8);
    private RollupWindows minutes = new RollupWindows(60_000, 4);
    /** Mean duration before any deviation, s; NaN while unknown. */
    private float[] mean = {};
    /** Share of the requests that the last step was judged on, 0..1; below 1 where spans are sampled. Not in the state. */
    private float[] seen = {};

    private TakenPriors priors = new TakenPriors();
    /** Whether every signal only learns, with a profile of the day; not part of the state. */
    private boolean learnsOnly;

    private long epoch;
    /** When room was last looked for, and how many steps found none since that was asked; not part of the state. */
    private long lookedAt;

    private long refused;
    private final Band band = new Band();

    /** Where findings and rollups go. */
    interface Output {
        void finding(Finding finding);

        void rollup(Rollup rollup);
    }

    /**
     * One step of one signal.
     *
     * @param start start of the step, ms
     * @param value value in the signal's unit; NaN when the step says nothing
     * @param weight seconds (rates) or requests
     * @param requests requests of the step
     * @param meanSeconds mean duration, s; NaN when unknown
     * @param ratePerSecond requests per second
     * @param seen share of the requests that it stands on, 0..1; below 1 where spans are sampled
     */
    record Step(
            long start,
            int width,
            double value,
            double weight,
            long requests,
            double meanSeconds,
            double ratePerSecond,
            double seen) {}

    void epoch(long jobEpoch) {
        epoch = jobEpoch;
        tens.epoch(jobEpoch);
        minutes.epoch(jobEpoch);
    }

    TakenPriors priors() {
        return priors;
    }

    void learnOnly() {
        learnsOnly = true;
        judged.learnOnly();
    }

    void eachLearned(BiConsumer<SignalKey, Prior> each) {
        for (int row = 0; row < keys.size(); row++) {
            Prior prior = judged.toPrior(row);
            if (prior != null) {
                each.accept(keys.get(row), prior);
            }
        }
    }

    long epoch() {
        return epoch;
    }

    /** Row of a signal, -1 when there is no room for another. */
    int row(SignalKey key) {
        String id = key.id();
        Integer known = index.get(id);
        if (known != null) {
            return known;
        }
        if (keys.size() >= MOST_SIGNALS) {
            return -1;
        }
        int row = judged.add(baselineOf(key.kind()), key.isGolden() || learnsOnly);
        tens.addRow();
        minutes.addRow();
        if (row >= mean.length) {
            mean = Arrays.copyOf(mean, Math.max(16, row * 2));
        }
        if (row >= seen.length) {
            seen = Arrays.copyOf(seen, mean.length);
        }
        mean[row] = Float.NaN;
        seen[row] = 1;
        keys.add(key);
        index.put(id, row);
        priors.link(judged, row, keys::get);
        return row;
    }

    /**
     * Judges the next step of a signal, or corrects an earlier one when it was judged before.
     *
     * @param mayJudge false when the value stands but says nothing about health, such as the rate while a replica is
     *     missing: it is kept and drawn, and neither judged nor learned
     */
    void judge(SignalKey key, Step step, boolean mayJudge, long nowMillis, Supplier<Circumstances> facts, Output out) {
        int row = row(key);
        if (row < 0) {
            refused++;
        }
        if (row < 0 || Double.isNaN(step.value()) || !mayJudge) {
            return;
        }
        if (priors.isBehind()) {
            priors.catchUp(judged, keys::get);
        }
        JudgeRule rule = ruleOf(key.kind());
        seen[row] = (float) step.seen();
        if (step.start() <= judged.lastBin(row)) {
            judged.amend(row, step.start(), step.width(), step.value(), step.weight(), rule);
            return;
        }
        boolean mayOpen = judged.openFindings() < MOST_OPEN;
        boolean deviates = judged.step(
                row,
                step.start(),
                step.width(),
                step.value(),
                step.weight(),
                rule,
                mayOpen,
                nowMillis,
                (deviating, tracker) -> note(deviating, tracker, step, facts.get(), out));
        if (!deviates && !Double.isNaN(step.meanSeconds())) {
            float seen = (float) step.meanSeconds();
            mean[row] = Float.isNaN(mean[row]) ? seen : mean[row] + MEAN_STEP * (seen - mean[row]);
        }
    }

    private void note(int row, DeviationTracker tracker, Step step, Circumstances facts, Output out) {
        SignalKey key = keys.get(row);
        double expected = tracker.band.expectedAt(Instant.ofEpochMilli(step.start()));
        double excess = step.value() - expected;
        double impact = switch (key.kind()) {
            case ERROR_RATIO -> Math.max(0, excess) * step.ratePerSecond();
            case DURATION_P95 -> waiting(row, step) * step.ratePerSecond();
            case REQUEST_RATE -> Math.max(0, -excess);
            default -> 0;
        };
        String unit = switch (key.kind()) {
            case DURATION_P95 -> "s/s";
            case ERROR_RATIO, REQUEST_RATE -> "{request}/s";
            default -> "";
        };
        Circumstances whole = new Circumstances(impact, unit, facts.exemplars(), facts.attributes());
        out.finding(FindingNotes.of(key, judged, row, tracker, whole, epoch));
        if (tracker.ending == FindingEnding.ACCEPTED_AS_NEW_LEVEL) {
            priors.refuse(key);
        }
    }

    private double waiting(int row, Step step) {
        return Float.isNaN(mean[row]) || Double.isNaN(step.meanSeconds())
                ? 0
                : Math.max(0, step.meanSeconds() - mean[row]);
    }

    /**
     * Sets a rollup window of a signal to what has been counted so far.
     *
     * @param widthSeconds 10 or 60
     */
    void roll(SignalKey key, int widthSeconds, long start, long count, double value, Output out) {
        if (learnsOnly) {
            // a past that is learned from is never drawn
            return;
        }
        int row = row(key);
        if (row < 0) {
            return;
        }
        RollupWindows windows = widthSeconds == 10 ? tens : minutes;
        windows.put(row, start, count, Double.isNaN(value) ? 0 : value, Double.isNaN(value) ? 0 : 1, sink(out));
    }

    /** Sends the windows that end at or before the given time, or all when the service has gone quiet. */
    void flush(long upTo, boolean quiet, Output out) {
        RollupWindows.Clock clock = (row, end) -> quiet || end <= upTo;
        tens.flush(clock, sink(out));
        minutes.flush(clock, sink(out));
    }

    boolean hasWork() {
        return tens.hasDirty() || minutes.hasDirty() || judged.openFindings() > 0;
    }

    /** Steps for whose signals there was no room since this was last asked. */
    long takeRefused() {
        long taken = refused;
        refused = 0;
        return taken;
    }

    /** Operation or callee of every signal, for {@link SeriesLimit#fullest}. */
    Iterable<Map.Entry<String, String>> names() {
        return keys.stream()
                .map(key -> Map.entry(
                        key.isEdge() ? "calls" : "operations",
                        (key.isEdge() ? "callee=" + key.callee() : "operation=" + key.operation()).replace(',', ' ')))
                .toList();
    }

    /**
     * Lets go of operations and calls that have been silent for an hour, when there is no room for another.
     *
     * @param clock the service's own time, ms
     */
    void makeRoom(long clock, Output out) {
        if (keys.size() < MOST_SIGNALS || clock - lookedAt < LOOK_MILLIS) {
            return;
        }
        lookedAt = clock;
        int[] kept = IntStream.range(0, keys.size())
                .filter(row ->
                        keys.get(row).isGolden() || judged.tracker(row) != null || isRecent(judged.lastBin(row), clock))
                .toArray();
        if (kept.length == keys.size()) {
            return;
        }
        // What is complete is told under the old rows.
        flush(clock, true, out);
        keep(kept);
    }

    /** A signal that never had a step, as its values were unknown, is not. */
    private static boolean isRecent(long last, long clock) {
        return last != Long.MIN_VALUE && clock - last < SILENT_MILLIS;
    }

    private void keep(int[] kept) {
        List<SignalKey> before = List.copyOf(keys);
        RollupWindows fewerTens = new RollupWindows(EntityBook.BIN_MILLIS, 8);
        RollupWindows fewerMinutes = new RollupWindows(60_000, 4);
        float[] means = new float[kept.length];
        float[] shares = new float[kept.length];
        keys.clear();
        index.clear();
        for (int row = 0; row < kept.length; row++) {
            int from = kept[row];
            keys.add(before.get(from));
            index.put(before.get(from).id(), row);
            fewerTens.take(tens, from);
            fewerMinutes.take(minutes, from);
            means[row] = mean[from];
            shares[row] = seen[from];
        }
        judged = judged.only(kept);
        tens = fewerTens;
        minutes = fewerMinutes;
        mean = means;
        seen = shares;
        epoch(epoch);
    }

    /** Ends findings whose signal has had no step for half an hour of the service's own time. */
    void abandonSilent(long clock, long nowMillis, Output out) {
        if (judged.openFindings() == 0) {
            return;
        }
        for (int row = 0; row < judged.size(); row++) {
            DeviationTracker tracker = judged.tracker(row);
            if (tracker != null && clock - judged.lastBin(row) > 1_800_000) {
                Step last = new Step(judged.lastBin(row), tracker.binMillis, tracker.value, 1, 0, Double.NaN, 0, 1);
                judged.abandon(
                        row,
                        FindingEnding.SUPERSEDED,
                        nowMillis,
                        (silent, ended) -> note(silent, ended, last, Circumstances.NONE, out));
            }
        }
    }

    private RollupWindows.Sink sink(Output out) {
        return (row, start, width, count, sum, weight, revision) -> {
            SignalKey key = keys.get(row);
            double typical = key.kind() == SignalKind.REQUEST_RATE ? width / 1000.0 : Math.max(1, count);
            judged.band(row, start, typical * seen[row], band);
            out.rollup(new Rollup(
                    key,
                    Instant.ofEpochMilli(start),
                    width / 1000,
                    count,
                    weight > 0 ? sum : Double.NaN,
                    band.expected,
                    band.lower,
                    band.upper,
                    revision));
        };
    }

    static BaselineKind baselineOf(SignalKind kind) {
        return switch (kind) {
            case REQUEST_RATE, COUNTER_RATE -> BaselineKind.RATE;
            case ERROR_RATIO -> BaselineKind.RATIO;
            case DURATION_P95 -> BaselineKind.DURATION;
            case GAUGE, HISTOGRAM_MEAN, PRESENCE -> BaselineKind.LEVEL;
        };
    }

    private static JudgeRule ruleOf(SignalKind kind) {
        return switch (kind) {
            case REQUEST_RATE -> JudgeRule.RATE;
            case ERROR_RATIO -> JudgeRule.ERROR_RATIO;
            case DURATION_P95 -> JudgeRule.DURATION;
            case COUNTER_RATE -> JudgeRule.LOG_ERRORS;
            case GAUGE, HISTOGRAM_MEAN, PRESENCE -> JudgeRule.GAUGE;
        };
    }

    ServiceSignals copy() {
        ServiceSignals copy = new ServiceSignals();
        copy.index.putAll(index);
        copy.keys.addAll(keys);
        copy.judged = judged.copy();
        copy.tens = tens.copy();
        copy.minutes = minutes.copy();
        copy.mean = mean.clone();
        copy.seen = seen.clone();
        copy.lookedAt = lookedAt;
        copy.refused = refused;
        copy.epoch = epoch;
        copy.priors = priors.copy();
        copy.learnsOnly = learnsOnly;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(keys.size());
        for (SignalKey key : keys) {
            out.writeUTF(key.id());
        }
        judged.write(out);
        tens.write(out);
        minutes.write(out);
        Columns.write(out, mean, keys.size());
    }

    static ServiceSignals read(DataInput in, byte version) throws IOException {
        ServiceSignals read = new ServiceSignals();
        int size = in.readInt();
        for (int row = 0; row < size; row++) {
            String id = in.readUTF();
            read.keys.add(SignalKey.parse(id));
            read.index.put(id, row);
        }
        read.judged = version < 3 ? FirstLayout.judged(in, RING) : JudgedSignals.read(in);
        read.tens = RollupWindows.read(in, EntityBook.BIN_MILLIS, 8);
        read.minutes = RollupWindows.read(in, 60_000, 4);
        read.mean = Columns.readFloats(in);
        read.seen = new float[read.mean.length];
        Arrays.fill(read.seen, 1);
        return read;
    }
}
