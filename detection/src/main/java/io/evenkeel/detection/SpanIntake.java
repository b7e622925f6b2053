package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Takes out of what comes the spans that have come before, as if they had not been sent: a whole batch by its content, and
 * of a batch in other company each span, as a Collector that sends again after a lost answer may have cut its batches
 * differently. The sums are then made anew from the spans that are left, in their order.
 */
final class SpanIntake {
    /** Two minutes of a service whose twenty processes export every 5 s: a Collector tries again for that long. */
    private static final int REMEMBERED_BATCHES = 512;

    private long[] batches = new long[REMEMBERED_BATCHES];
    private int next;
    private SpanMemory memory = new SpanMemory();
    /** Not part of the state. */
    private ItemCounts counts = new ItemCounts();

    void count(ItemCounts into) {
        counts = into;
    }

    /** Adds the spans of a batch to the bins; {@link Long#MIN_VALUE} when all had come before, else as {@link SpanBins#add}. */
    long add(SpanRows batch, SpanBins bins, long nowMillis) {
        if (isKnown(SpanFingerprint.of(batch))) {
            counts.countDuplicates(batch.spans);
            return Long.MIN_VALUE;
        }
        long changed = bins.add(withoutKnown(batch, bins, nowMillis), nowMillis, counts);
        memory.forgetBefore(bins.oldest());
        return changed;
    }

    private boolean isKnown(long fingerprint) {
        for (long batch : batches) {
            if (batch == fingerprint) {
                return true;
            }
        }
        batches[next] = fingerprint;
        next = (next + 1) % REMEMBERED_BATCHES;
        return false;
    }

    private SpanRows withoutKnown(SpanRows batch, SpanBins bins, long nowMillis) {
        boolean[] known = new boolean[batch.spans];
        int duplicates = 0;
        for (int i = 0; i < batch.spans; i++) {
            long bin = batch.reds.get(batch.spanSum[i]).binStartMillis();
            ItemCounts.Fate fate = bins.fate(bin, nowMillis);
            if (fate == ItemCounts.Fate.ACCEPTED && !memory.add(bin, batch.spanId[i])) {
                known[i] = true;
                duplicates++;
            } else {
                counts.count(fate, bin, 1);
            }
        }
        counts.countDuplicates(duplicates);
        return duplicates == 0 ? batch : without(batch, known);
    }

    private static SpanRows without(SpanRows batch, boolean[] known) {
        SpanRows left = new SpanRows();
        left.service = batch.service;
        left.owner = batch.owner;
        left.instance = batch.instance;
        left.version = batch.version;
        left.links = batch.links;
        List<SpanRows.Red> reds = new ArrayList<>(batch.reds.size());
        int[] moved = new int[batch.reds.size()];
        for (int sum = 0; sum < batch.reds.size(); sum++) {
            SpanRows.Red red = without(batch, known, sum);
            moved[sum] = reds.size();
            if (red.count() > 0) {
                reds.add(red);
            }
        }
        left.reds = List.copyOf(reds);
        keepColumns(batch, known, moved, left);
        return left;
    }

    private static void keepColumns(SpanRows batch, boolean[] known, int[] moved, SpanRows left) {
        int[] kept = IntStream.range(0, batch.spans).filter(i -> !known[i]).toArray();
        left.spans = kept.length;
        left.spanId = new int[kept.length];
        left.spanSum = new int[kept.length];
        left.spanBucket = new byte[kept.length];
        left.spanNanos = new long[kept.length];
        left.spanWeight = new double[batch.spanWeight.length == 0 ? 0 : kept.length];
        for (int to = 0; to < kept.length; to++) {
            int from = kept[to];
            left.spanId[to] = batch.spanId[from];
            left.spanSum[to] = moved[batch.spanSum[from]];
            left.spanBucket[to] = batch.spanBucket[from];
            left.spanNanos[to] = batch.spanNanos[from];
            if (left.spanWeight.length > 0) {
                left.spanWeight[to] = batch.spanWeight[from];
            }
        }
    }

    private static SpanRows.Red without(SpanRows batch, boolean[] known, int sum) {
        SpanRows.Red red = batch.reds.get(sum);
        double[] buckets = new double[SpanRows.DURATION_BUCKETS];
        double count = 0;
        double errors = 0;
        double squares = 0;
        double seconds = 0;
        Set<Integer> gone = new HashSet<>();
        for (int i = 0; i < batch.spans; i++) {
            if (!isIn(batch, i, sum)) {
                continue;
            }
            if (known[i]) {
                gone.add(batch.spanId[i]);
            } else {
                double weight = batch.spanWeight.length == 0 ? 1 : batch.spanWeight[i];
                count += weight;
                squares += weight * weight;
                errors += (batch.spanBucket[i] & SpanRows.FAILED) != 0 ? weight : 0;
                seconds += weight * (batch.spanNanos[i] * 1e-9);
                buckets[batch.spanBucket[i] & ~SpanRows.FAILED & 0xFF] += weight;
            }
        }
        return gone.isEmpty()
                ? red
                : new SpanRows.Red(
                        red.view(),
                        red.operation(),
                        red.peer(),
                        red.protocol(),
                        red.binStartMillis(),
                        count,
                        errors,
                        seconds,
                        sparse(buckets),
                        red.exemplars().stream()
                                .filter(sample -> !gone.contains(idOf(red, sample)))
                                .toList(),
                        squares);
    }

    private static int idOf(SpanRows.Red red, SpanRows.Sample sample) {
        return SpanRows.idOf(sample.traceHigh(), sample.traceLow(), sample.span(), red.view() == SpanRows.View.SERVER);
    }

    /** A served request is in the sum of its operation and in that of the whole service in its bin. */
    private static boolean isIn(SpanRows batch, int span, int sum) {
        int own = batch.spanSum[span];
        if (own == sum) {
            return true;
        }
        SpanRows.Red red = batch.reds.get(sum);
        SpanRows.Red operation = batch.reds.get(own);
        return red.view() == SpanRows.View.SERVER
                && red.operation().isEmpty()
                && operation.view() == SpanRows.View.SERVER
                && operation.binStartMillis() == red.binStartMillis();
    }

    private static int[] sparse(double[] buckets) {
        int filled = 0;
        for (double bucket : buckets) {
            filled += bucket > 0 ? 1 : 0;
        }
        int[] pairs = new int[2 * filled];
        int at = 0;
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            if (buckets[bucket] > 0) {
                pairs[at++] = bucket;
                pairs[at++] = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(buckets[bucket])));
            }
        }
        return pairs;
    }

    SpanIntake copy() {
        SpanIntake copy = new SpanIntake();
        copy.batches = batches.clone();
        copy.next = next;
        copy.memory = memory.copy();
        copy.counts = counts;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, batches, REMEMBERED_BATCHES);
        out.writeInt(next);
        memory.write(out);
    }

    /** @param version of the service's state; before 2 single spans were not known */
    static SpanIntake read(DataInput in, byte version) throws IOException {
        SpanIntake read = new SpanIntake();
        read.batches = Columns.readLongs(in);
        read.next = in.readInt();
        read.memory = version < 2 ? read.memory : SpanMemory.read(in);
        return read;
    }
}
