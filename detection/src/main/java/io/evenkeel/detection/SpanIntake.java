package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Takes out of what comes the spans that have come before, as if they had not been sent: a whole batch by its content, and
 * of a batch in other company each span, as a Collector that sends again after a lost answer may have cut its batches
 * differently.
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
        return duplicates == 0 ? batch : SpanRemainder.of(batch, known);
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
