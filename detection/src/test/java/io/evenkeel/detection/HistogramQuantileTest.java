package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.otlp.DurationBuckets;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.MetricsWalk;
import io.evenkeel.wire.otlp.SpanRows;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a percentile read from buckets may be from that of the very durations that fell into them. */
class HistogramQuantileTest {
    private static final long T = 1_800_000_000_000L;
    /** Base of the buckets that exponential histograms are laid over, and of those of spans. */
    private static final double BASE = Math.pow(2, 0.25);

    private static final double EPSILON = 1e-9;

    /** The smallest duration below which the share of all stayed. */
    private static double exact(double[] samples, double share) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
    }

    private static double[] samples(Random random, int size, double median, double sigma) {
        double[] samples = new double[size];
        for (int i = 0; i < size; i++) {
            samples[i] = median * Math.exp(sigma * random.nextGaussian());
        }
        return samples;
    }

    private static DurationHistogram explicit(double[] bounds, double... samples) {
        long[] counts = new long[bounds.length + 1];
        for (double sample : samples) {
            int bucket = 0;
            while (bucket < bounds.length && sample > bounds[bucket]) {
                bucket++;
            }
            counts[bucket]++;
        }
        return new DurationHistogram(bounds, counts);
    }

    private static double[] bounds(Random random) {
        double[] bounds = new double[1 + random.nextInt(20)];
        double bound = 0;
        for (int i = 0; i < bounds.length; i++) {
            bound += 0.001 + random.nextDouble() * 0.3;
            bounds[i] = bound;
        }
        return bounds;
    }

    /** Both lie in one bucket, so they are no further apart than it is wide; the open one answers with where it begins. */
    @Property(tries = 1000)
    void anExplicitHistogramIsOffByABucketsWidthAtMost(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
        Random random = new Random(seed);
        double[] bounds = bounds(random);
        double[] samples = samples(random, 1 + random.nextInt(300), 0.2, 1.5);
        double exact = exact(samples, share);
        double read = explicit(bounds, samples).quantile(share);

        int bucket = 0;
        while (bucket < bounds.length && exact > bounds[bucket]) {
            bucket++;
        }
        double lower = bucket == 0 ? 0 : bounds[bucket - 1];
        double upper = bucket == bounds.length ? lower : bounds[bucket];
        assertThat(read).isBetween(lower - EPSILON, upper + EPSILON);
    }

    @Property(tries = 500)
    void mergingHistogramsWithTheSameBoundsIsThatOfAllDurations(@ForAll long seed) {
        Random random = new Random(seed);
        double[] bounds = bounds(random);
        double[] one = samples(random, random.nextInt(50), 0.2, 1);
        double[] other = samples(random, random.nextInt(50), 0.4, 1);
        double[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);

        DurationHistogram merged = explicit(bounds, one).plus(explicit(bounds, other));
        assertThat(merged.counts()).isEqualTo(explicit(bounds, both).counts());
        assertThat(explicit(bounds, other).plus(explicit(bounds, one)).counts()).isEqualTo(merged.counts());
    }

    /** No duration is lost, and each is moved by no more than the two buckets it was in. */
    @Property(tries = 500)
    void mergingOtherBoundsKeepsTheNumberAndIsOffByTwoBucketsAtMost(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.05, max = 0.99) double share) {
        Random random = new Random(seed);
        double[] bounds = bounds(random);
        double[] others = bounds(random);
        double widest = 0;
        for (double[] each : List.of(bounds, others)) {
            double last = 0;
            double own = 0;
            for (double bound : each) {
                own = Math.max(own, bound - last);
                last = bound;
            }
            widest += own;
        }
        double most = Math.min(bounds[bounds.length - 1], others[others.length - 1]);
        double[] samples = samples(random, 40, most / 4, 1);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.min(samples[i], most);
        }
        DurationHistogram merged = explicit(bounds, Arrays.copyOf(samples, 20))
                .plus(explicit(others, Arrays.copyOfRange(samples, 20, 40)));

        assertThat(merged.total()).isEqualTo(40);
        assertThat(Math.abs(merged.quantile(share) - exact(samples, share))).isLessThanOrEqualTo(widest + EPSILON);
    }

    /** An exponential histogram as an SDK keeps it at a scale, read by the walk. */
    private static DurationHistogram exponential(int scale, double... samples) {
        return walked(point(scale, T, samples));
    }

    private static ExponentialHistogramDataPoint point(int scale, long time, double... samples) {
        double base = Math.pow(2, Math.pow(2, -scale));
        Map<Integer, Long> buckets = new TreeMap<>();
        for (double sample : samples) {
            int index = (int) Math.ceil(Math.log(sample) / Math.log(base)) - 1;
            buckets.merge(index, 1L, Long::sum);
        }
        int first = buckets.keySet().iterator().next();
        ExponentialHistogramDataPoint.Buckets.Builder positive =
                ExponentialHistogramDataPoint.Buckets.newBuilder().setOffset(first);
        buckets.forEach((index, count) -> {
            while (first + positive.getBucketCountsCount() < index) {
                positive.addBucketCounts(0);
            }
            positive.addBucketCounts(count);
        });
        return ExponentialHistogramDataPoint.newBuilder()
                .setStartTimeUnixNano((T - 60_000) * 1_000_000)
                .setTimeUnixNano(time * 1_000_000)
                .setCount(samples.length)
                .setScale(scale)
                .setPositive(positive)
                .build();
    }

    private static EntityRows rows(ExponentialHistogramDataPoint point, AggregationTemporality temporality) {
        byte[] bytes = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("http.server.request.duration")
                                        .setExponentialHistogram(ExponentialHistogram.newBuilder()
                                                .setAggregationTemporality(temporality)
                                                .addDataPoints(point)))))
                .build()
                .toByteArray();
        List<EntityRows> read = new ArrayList<>();
        assertThat(new MetricsWalk(() -> Instant.ofEpochMilli(T)).walk(bytes, 0, bytes.length, read::add))
                .isNull();
        return read.get(0);
    }

    private static DurationHistogram walked(ExponentialHistogramDataPoint point) {
        EntityRows rows = rows(point, AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        int buckets = rows.bucketCount[0];
        return new DurationHistogram(
                Arrays.copyOfRange(rows.bounds, rows.boundFrom[0], rows.boundFrom[0] + buckets - 1),
                Arrays.copyOfRange(rows.buckets, rows.bucketFrom[0], rows.bucketFrom[0] + buckets));
    }

    /** Whatever the durations: at worst one end of a bucket is read for the other. */
    @Property(tries = 500)
    void anExponentialHistogramIsOffByItsBaseAtMost(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 12) int scale,
            @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
        Random random = new Random(seed);
        double[] samples = samples(random, 1 + random.nextInt(200), 0.05, 1.5);
        double ratio = exponential(scale, samples).quantile(share) / exact(samples, share);

        assertThat(ratio).isBetween(1 / BASE - EPSILON, BASE + EPSILON);
    }

    /** Coarser than the buckets it is laid over, a bucket stands at its upper edge: durations seem longer, not shorter. */
    @Property(tries = 300)
    void aCoarseExponentialHistogramOverstatesByItsOwnBaseAtMost(
            @ForAll long seed,
            @ForAll @IntRange(min = -2, max = 1) int scale,
            @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
        Random random = new Random(seed);
        double[] samples = samples(random, 1 + random.nextInt(200), 0.05, 1.5);
        double ratio = exponential(scale, samples).quantile(share) / exact(samples, share);

        assertThat(ratio).isBetween(1 / BASE - EPSILON, Math.pow(2, Math.pow(2, -scale)) + EPSILON);
    }

    /** Durations of many requests lie densely; then reading between the ends is right to half a bucket, and far better. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.9, 0.95, 0.99})
    void ofManyRequestsItIsOffByTheRootOfItsBaseAtMost(double share) {
        for (int seed = 1; seed <= 20; seed++) {
            double[] samples = samples(new Random(seed), 2_000, 0.05, 0.6);
            double exact = exact(samples, share);
            double root = Math.sqrt(BASE);
            assertThat(exponential(4, samples).quantile(share) / exact).isBetween(1 / root, root);
            assertThat(spans(samples).quantile(share) / exact).isBetween(1 / root, root);
        }
    }

    private static DurationHistogram spans(double... samples) {
        DurationHistogram spans = DurationHistogram.ofSpans();
        for (double sample : samples) {
            spans.addSparse(new int[] {DurationBuckets.of(Math.round(sample * 1e9)), 1});
        }
        return spans;
    }

    @Property(tries = 500)
    void aPercentileOfSpansIsOffByItsBaseAtMost(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
        Random random = new Random(seed);
        double[] samples = samples(random, 1 + random.nextInt(200), 0.05, 1.5);
        double ratio = spans(samples).quantile(share) / exact(samples, share);

        assertThat(ratio).isBetween(1 / BASE - 1e-6, BASE + 1e-6);
    }

    /** Two points of a stream whose scale differs can be added, whichever is the finer. */
    @Property(tries = 300)
    void exponentialHistogramsOfAnyTwoScalesAddUpExactly(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 12) int scale,
            @ForAll @IntRange(min = 2, max = 12) int other) {
        double[] samples = samples(new Random(seed), 60, 0.05, 1.5);

        assertThat(exponential(scale, samples).counts())
                .isEqualTo(exponential(other, samples).counts());
        assertThat(exponential(scale, Arrays.copyOf(samples, 30))
                        .plus(exponential(other, Arrays.copyOfRange(samples, 30, 60)))
                        .counts())
                .isEqualTo(exponential(other, samples).counts());
    }

    /** SDKs coarsen a histogram when its range grows: what a total adds must not be told from other buckets. */
    @Property(tries = 200)
    void aTotalWhoseScaleFallsAddsWhatItsNewDurationsAre(@ForAll long seed) {
        Random random = new Random(seed);
        double[] samples = samples(random, 200, 0.05, 1.5);
        StreamLedger ledger = new StreamLedger();
        int row = ledger.add(1, 0);
        int scale = 10;
        int before = 0;
        for (int count = 1 + random.nextInt(20); count <= samples.length; count += 1 + random.nextInt(30)) {
            scale = Math.max(2, scale - random.nextInt(3));
            long time = T + count * 1_000L;
            EntityRows rows = rows(
                    point(scale, time, Arrays.copyOf(samples, count)),
                    AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            ledger.accept(row, rows, 0, Long.MIN_VALUE, time, Long.MIN_VALUE, T - 120_000);

            assertThat(ledger.countIncrement).isEqualTo(count - before);
            assertThat(Arrays.copyOf(ledger.buckets.increment, ledger.buckets.incrementLength))
                    .isEqualTo(exponential(8, Arrays.copyOfRange(samples, before, count))
                            .counts());
            before = count;
        }
    }

    /** Below the scale of the fixed buckets old durations change theirs: one point says nothing, none says what never was. */
    @Test
    void aTotalThatGrowsTooCoarseFillsNoBucketWithWhatWasThereBefore() {
        double[] samples = samples(new Random(1), 400, 0.05, 1.5);
        StreamLedger ledger = new StreamLedger();
        int row = ledger.add(1, 0);
        int[] scales = {2, 1, 1, -1, -1};
        for (int i = 0; i < scales.length; i++) {
            int count = 200 + i * 50;
            EntityRows rows = rows(
                    point(scales[i], T + i * 10_000L, Arrays.copyOf(samples, count)),
                    AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            ledger.accept(row, rows, 0, Long.MIN_VALUE, T + i * 10_000L, Long.MIN_VALUE, T - 120_000);
            boolean changed = i > 0 && scales[i] != scales[i - 1];
            long added = Arrays.stream(ledger.buckets.increment)
                    .limit(ledger.buckets.incrementLength)
                    .sum();
            assertThat(ledger.countIncrement).isEqualTo(i == 0 ? 200 : 50);
            assertThat(added).isEqualTo(changed ? 0 : ledger.countIncrement);
        }
    }

    @Test
    void zeroesAndNegativeDurationsAreTheShortest() {
        DurationHistogram histogram = walked(ExponentialHistogramDataPoint.newBuilder()
                .setTimeUnixNano(T * 1_000_000)
                .setCount(10)
                .setScale(3)
                .setZeroCount(4)
                .setZeroThreshold(0.001)
                .setNegative(ExponentialHistogramDataPoint.Buckets.newBuilder()
                        .setOffset(-3)
                        .addBucketCounts(3))
                .setPositive(ExponentialHistogramDataPoint.Buckets.newBuilder().addBucketCounts(3))
                .build());

        assertThat(histogram.total()).isEqualTo(10);
        assertThat(histogram.counts()[0]).isEqualTo(7);
        assertThat(histogram.quantile(0.7)).isLessThan(1e-6);
        assertThat(histogram.quantile(0.95)).isBetween(1.0, BASE);
    }

    @Test
    void aHistogramWithoutBucketsOrRequestsHasNoPercentile() {
        assertThat(DurationHistogram.EMPTY.quantile(0.95)).isNaN();
        assertThat(new DurationHistogram(new double[] {1, 2}, new long[3]).quantile(0.95))
                .isNaN();
        assertThat(SpanRows.DURATION_BUCKETS)
                .isEqualTo(DurationHistogram.ofSpans().counts().length);
    }
}
