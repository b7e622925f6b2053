package io.evenkeel.detection;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.BaselineKind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One deviation while it lasts: its onset, its frozen band, how long it has been back. Exists only for signals that
 * deviate. Closes once, either returned to the frozen band or accepted as the new level.
 */
final class DeviationTracker {
    /** Least time between two versions of an open finding, so that a note is no stream. */
    static final long UPDATE_MILLIS = 9_000;

    final long onsetMillis;
    final int binMillis;
    final long openedAtMillis;
    final FrozenBand band;
    /** One standard unit of the frozen band. */
    final double scale;

    final boolean young;
    final Direction direction;
    /** Mean of the quantity before the onset, for the impact of durations, s; NaN when there is none. */
    double meanBefore = Double.NaN;

    long sentAtMillis;
    long sequence;
    int backBins;
    int bins;
    double value;
    double score;

    @Nullable
    FindingEnding ending;

    DeviationTracker(
            long onsetMillis,
            int binMillis,
            long openedAtMillis,
            FrozenBand band,
            double scale,
            boolean young,
            Direction direction) {
        this.onsetMillis = onsetMillis;
        this.binMillis = binMillis;
        this.openedAtMillis = openedAtMillis;
        this.band = band;
        this.scale = scale;
        this.young = young;
        this.direction = direction;
    }

    /**
     * Takes the next step; afterwards {@link #ending} says whether it was the last.
     *
     * @param ample whether it is far from its limit, and so back wherever its band is
     */
    void step(Band frozen, double seen, boolean ample, int acceptBins) {
        value = seen;
        score = Math.abs(frozen.score(seen));
        bins++;
        boolean back =
                ample || score <= BaselineBank.BAND_WIDTH || (seen > frozen.expected) != (direction == Direction.UP);
        backBins = back ? backBins + 1 : 0;
        if (backBins >= JudgeRule.RETURN_BINS) {
            ending = FindingEnding.RETURNED;
        } else if (bins >= acceptBins) {
            ending = FindingEnding.ACCEPTED_AS_NEW_LEVEL;
        }
    }

    /** What is expected of a step by the frozen band. */
    void expect(BaselineKind kind, long binStart, double weight, Band out) {
        Instant at = Instant.ofEpochMilli(binStart);
        out.set(kind, weight, band.expectedAt(at), band.lowerAt(at), band.upperAt(at), scale);
    }

    boolean isDue(long nowMillis) {
        return ending != null || sequence == 0 || nowMillis - sentAtMillis >= UPDATE_MILLIS;
    }

    DeviationTracker copy() {
        DeviationTracker copy =
                new DeviationTracker(onsetMillis, binMillis, openedAtMillis, band, scale, young, direction);
        copy.meanBefore = meanBefore;
        copy.sentAtMillis = sentAtMillis;
        copy.sequence = sequence;
        copy.backBins = backBins;
        copy.bins = bins;
        copy.value = value;
        copy.score = score;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(onsetMillis);
        out.writeInt(binMillis);
        out.writeLong(openedAtMillis);
        out.writeLong(band.anchor().toEpochMilli());
        out.writeInt(band.stepSeconds());
        out.writeInt(band.expected().size());
        for (int i = 0; i < band.expected().size(); i++) {
            out.writeDouble(band.lower().get(i));
            out.writeDouble(band.expected().get(i));
            out.writeDouble(band.upper().get(i));
        }
        out.writeDouble(scale);
        out.writeBoolean(young);
        out.writeBoolean(direction == Direction.UP);
        out.writeDouble(meanBefore);
        out.writeLong(sentAtMillis);
        out.writeLong(sequence);
        out.writeInt(backBins);
        out.writeInt(bins);
        out.writeDouble(value);
        out.writeDouble(score);
    }

    static DeviationTracker read(DataInput in) throws IOException {
        long onset = in.readLong();
        int bin = in.readInt();
        long opened = in.readLong();
        Instant anchor = Instant.ofEpochMilli(in.readLong());
        int stepSeconds = in.readInt();
        int steps = in.readInt();
        List<Double> lower = new ArrayList<>(steps);
        List<Double> expected = new ArrayList<>(steps);
        List<Double> upper = new ArrayList<>(steps);
        for (int i = 0; i < steps; i++) {
            lower.add(in.readDouble());
            expected.add(in.readDouble());
            upper.add(in.readDouble());
        }
        FrozenBand band = new FrozenBand(anchor, stepSeconds, lower, expected, upper);
        double scale = in.readDouble();
        boolean young = in.readBoolean();
        Direction direction = in.readBoolean() ? Direction.UP : Direction.DOWN;
        DeviationTracker tracker = new DeviationTracker(onset, bin, opened, band, scale, young, direction);
        tracker.meanBefore = in.readDouble();
        tracker.sentAtMillis = in.readLong();
        tracker.sequence = in.readLong();
        tracker.backBins = in.readInt();
        tracker.bins = in.readInt();
        tracker.value = in.readDouble();
        tracker.score = in.readDouble();
        return tracker;
    }

    static void writeByRow(DataOutput out, Map<Integer, DeviationTracker> open) throws IOException {
        out.writeInt(open.size());
        for (Map.Entry<Integer, DeviationTracker> entry : open.entrySet()) {
            out.writeInt(entry.getKey());
            entry.getValue().write(out);
        }
    }

    static Map<Integer, DeviationTracker> readByRow(DataInput in) throws IOException {
        Map<Integer, DeviationTracker> open = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            int row = in.readInt();
            open.put(row, read(in));
        }
        return open;
    }
}
