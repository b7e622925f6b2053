package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SpanRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a batch of spans would have been without some of them: the sums they were in are made anew from the others. */
final class SpanRemainder {
    private final SpanRows batch;
    private final boolean[] gone;
    /** Per sum of the batch: what is left of it; null where nothing is gone. */
    private final @Nullable Sum[] changed;
    /** Index of the sum of all that was served, per bin. */
    private final Map<Long, Integer> served = new HashMap<>();

    private static final class Sum {
        private double count;
        private double errors;
        private double squares;
        private double seconds;
        private final double[] buckets = new double[SpanRows.DURATION_BUCKETS];
        private final Set<Integer> gone = new HashSet<>();
    }

    private SpanRemainder(SpanRows batch, boolean[] gone) {
        this.batch = batch;
        this.gone = gone;
        changed = new Sum[batch.reds.size()];
        for (int sum = 0; sum < changed.length; sum++) {
            SpanRows.Red red = batch.reds.get(sum);
            if (red.view() == SpanRows.View.SERVER && red.operation().isEmpty()) {
                served.put(red.binStartMillis(), sum);
            }
        }
    }

    /** @param gone per span of the batch whether to leave it out */
    static SpanRows of(SpanRows batch, boolean[] gone) {
        SpanRemainder remainder = new SpanRemainder(batch, gone);
        remainder.takeOut();
        remainder.addUp();
        return remainder.rows();
    }

    private void takeOut() {
        for (int i = 0; i < batch.spans; i++) {
            if (gone[i]) {
                takeOut(batch.spanSum[i], i);
                takeOut(whole(i), i);
            }
        }
    }

    private void takeOut(int sum, int span) {
        if (sum < 0) {
            return;
        }
        Sum left = changed[sum];
        if (left == null) {
            left = new Sum();
            changed[sum] = left;
        }
        left.gone.add(batch.spanId[span]);
    }

    /** Sum of the whole service that a served request is in beside that of its operation, -1 for a call. */
    private int whole(int span) {
        SpanRows.Red own = batch.reds.get(batch.spanSum[span]);
        return own.view() == SpanRows.View.SERVER ? served.getOrDefault(own.binStartMillis(), -1) : -1;
    }

    private void addUp() {
        for (int i = 0; i < batch.spans; i++) {
            if (!gone[i]) {
                add(batch.spanSum[i], i);
                add(whole(i), i);
            }
        }
    }

    private void add(int sum, int span) {
        Sum left = sum < 0 ? null : changed[sum];
        if (left == null) {
            return;
        }
        double weight = batch.spanWeight.length == 0 ? 1 : batch.spanWeight[span];
        left.count += weight;
        left.squares += weight * weight;
        left.errors += (batch.spanBucket[span] & SpanRows.FAILED) != 0 ? weight : 0;
        left.seconds += weight * (batch.spanNanos[span] * 1e-9);
        left.buckets[batch.spanBucket[span] & ~SpanRows.FAILED & 0xFF] += weight;
    }

    private SpanRows rows() {
        SpanRows left = new SpanRows();
        left.service = batch.service;
        left.owner = batch.owner;
        left.instance = batch.instance;
        left.version = batch.version;
        left.links = batch.links;
        List<SpanRows.Red> reds = new ArrayList<>(changed.length);
        int[] moved = new int[changed.length];
        for (int i = 0; i < changed.length; i++) {
            moved[i] = reds.size();
            Sum sum = changed[i];
            if (sum == null) {
                reds.add(batch.reds.get(i));
            } else if (sum.count > 0) {
                reds.add(red(batch.reds.get(i), sum));
            }
        }
        left.reds = List.copyOf(reds);
        keepColumns(moved, left);
        return left;
    }

    private static SpanRows.Red red(SpanRows.Red red, Sum sum) {
        return new SpanRows.Red(
                red.view(),
                red.operation(),
                red.peer(),
                red.protocol(),
                red.binStartMillis(),
                sum.count,
                sum.errors,
                sum.seconds,
                sparse(sum.buckets),
                red.exemplars().stream()
                        .filter(sample -> !sum.gone.contains(idOf(red, sample)))
                        .toList(),
                sum.squares);
    }

    private static int idOf(SpanRows.Red red, SpanRows.Sample sample) {
        return SpanRows.idOf(sample.traceHigh(), sample.traceLow(), sample.span(), red.view() == SpanRows.View.SERVER);
    }

    private void keepColumns(int[] moved, SpanRows left) {
        int[] kept = IntStream.range(0, batch.spans).filter(i -> !gone[i]).toArray();
        left.spans = kept.length;
        left.spanId = IntStream.of(kept).map(i -> batch.spanId[i]).toArray();
        left.spanSum = IntStream.of(kept).map(i -> moved[batch.spanSum[i]]).toArray();
        left.spanNanos = IntStream.of(kept).mapToLong(i -> batch.spanNanos[i]).toArray();
        left.spanWeight = batch.spanWeight.length == 0
                ? new double[0]
                : IntStream.of(kept).mapToDouble(i -> batch.spanWeight[i]).toArray();
        left.spanBucket = new byte[kept.length];
        for (int to = 0; to < kept.length; to++) {
            left.spanBucket[to] = batch.spanBucket[kept[to]];
        }
    }

    /** Pairs (bucket, count). */
    private static int[] sparse(double[] buckets) {
        return IntStream.range(0, buckets.length)
                .filter(bucket -> buckets[bucket] > 0)
                .flatMap(bucket -> IntStream.of(bucket, (int)
                        Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(buckets[bucket])))))
                .toArray();
    }
}
