package io.evenkeel.benchmarks;

import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.SpanRows;
import java.util.Map;

/** One number for everything that both sides of a decode bench must agree on; the order of items does not matter. */
final class Checksums {
    private Checksums() {}

    static long of(EntityRows rows) {
        long sum = 0;
        for (int i = 0; i < rows.size; i++) {
            long point = point(rows.series[i], rows.type[i], rows.timeMillis[i], rows.value[i], rows.count[i]);
            for (int b = 0; b < rows.bucketCount[i]; b++) {
                point = point * 31 + rows.buckets[rows.bucketFrom[i] + b];
            }
            sum += point;
        }
        return sum;
    }

    static long of(GeneratedMetrics columns) {
        long sum = 0;
        int perPoint = columns.bucketsSize / Math.max(1, columns.size);
        for (int i = 0; i < columns.size; i++) {
            // A point without a time, or whose value is no number, the walk leaves out: it would spoil what it enters.
            if (columns.timeMillis[i] == 0 || !Double.isFinite(columns.value[i])) {
                continue;
            }
            long point = point(
                    columns.series[i], columns.type[i], columns.timeMillis[i], columns.value[i], columns.count[i]);
            for (int b = 0; b < perPoint; b++) {
                point = point * 31 + columns.buckets[i * perPoint + b];
            }
            sum += point;
        }
        return sum;
    }

    static long of(SpanRows rows) {
        long sum = 0;
        for (SpanRows.Red red : rows.reds) {
            long key = new GeneratedSpans.Key(red.view(), red.operation(), red.peer(), red.binStartMillis()).hashCode();
            long sums = red(key, Math.round(red.count()), Math.round(red.errors()), red.durationSumSeconds());
            for (int i = 0; i < red.durations().length; i += 2) {
                sums += (red.durations()[i] + 1L) * red.durations()[i + 1];
            }
            sum += sums;
        }
        return sum;
    }

    static long of(Map<GeneratedSpans.Key, GeneratedSpans.Sum> resource) {
        long sum = 0;
        for (Map.Entry<GeneratedSpans.Key, GeneratedSpans.Sum> entry : resource.entrySet()) {
            GeneratedSpans.Sum red = entry.getValue();
            long sums = red(entry.getKey().hashCode(), red.count, red.errors, red.seconds);
            for (int bucket = 0; bucket < red.buckets.length; bucket++) {
                sums += (bucket + 1L) * red.buckets[bucket];
            }
            sum += sums;
        }
        return sum;
    }

    private static long point(long series, byte type, long time, double value, long count) {
        long sum = series;
        sum = sum * 31 + type;
        sum = sum * 31 + time;
        sum = sum * 31 + Double.doubleToLongBits(value);
        return sum * 31 + count;
    }

    private static long red(long key, long count, long errors, double seconds) {
        return ((key * 31 + count) * 31 + errors) * 31 + Double.doubleToLongBits(seconds);
    }
}
