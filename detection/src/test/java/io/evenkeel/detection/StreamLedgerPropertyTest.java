package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.detection.PointReference.Fate;
import io.evenkeel.detection.PointStory.Sent;
import io.evenkeel.detection.StreamLedger.Outcome;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever comes, in whatever order: the ledger agrees with a list of all points that is counted anew each time. */
class StreamLedgerPropertyTest {
    private static final long SIGHT = PointStory.START - 10_000;

    static EntityRows rows(Sent point) {
        RowsBuilder rows = new RowsBuilder("demo/shop/load", "h", "i", "1", point.start(), point.time());
        String metric = "load." + point.stream();
        if (point.type() >= PointType.HISTOGRAM_CUMULATIVE) {
            rows.histogram(metric, "", point.count(), point.value(), point.bounds(), point.buckets());
            EntityRows built = rows.rows();
            built.type[0] = point.type();
            built.bucketFrom[0] = point.buckets().length == 0 ? -1 : 0;
            return built;
        }
        return rows.point(metric, "1", point.type(), "", point.start(), point.time(), point.value())
                .rows();
    }

    @Property(tries = 400)
    void addsUpToWhatEveryPointSays(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        StreamLedger ledger = new StreamLedger();
        PointReference reference = new PointReference(SIGHT);
        double[] sums = new double[6];
        Map<Integer, Map<String, long[]>> buckets = new TreeMap<>();
        long clock = Long.MIN_VALUE;
        for (Sent point : PointStory.of(seed)) {
            int row = ledger.find(point.stream());
            row = row < 0 ? ledger.add(point.stream(), point.stream()) : row;
            EntityRows rows = rows(point);
            Outcome outcome = ledger.accept(row, rows, 0, clock, point.arrival(), Long.MIN_VALUE, SIGHT);
            clock = outcome == Outcome.FUTURE ? clock : Math.max(clock, point.time());

            assertThat(fate(outcome)).as("%s", point).isEqualTo(reference.take(point));
            if (outcome.isAccepted() && !Double.isNaN(ledger.increment)) {
                sums[point.stream()] += ledger.increment;
                assertThat(ledger.increment).isGreaterThanOrEqualTo(0);
            }
            if (outcome.isAccepted()) {
                add(buckets.computeIfAbsent(point.stream(), key -> new TreeMap<>()), point, ledger.buckets);
            }
            if (random.nextInt(40) == 0) {
                ledger = random.nextBoolean() ? ledger.copy() : restored(ledger);
            }
        }
        for (int stream = 0; stream < sums.length; stream++) {
            assertThat(sums[stream]).as("stream %d", stream).isCloseTo(reference.increments(stream), within(1e-6));
            if (stream >= PointType.HISTOGRAM_CUMULATIVE) {
                assertThat(text(buckets.get(stream)))
                        .as("stream %d", stream)
                        .isEqualTo(text(reference.buckets(stream)));
            }
        }
    }

    private static Fate fate(Outcome outcome) {
        return switch (outcome) {
            case FIRST, NEXT, OLD -> Fate.ACCEPTED;
            case DUPLICATE -> Fate.DUPLICATE;
            case LATE -> Fate.LATE;
            case FUTURE -> Fate.QUARANTINED;
            case REFUSED -> throw new AssertionError("the ledger refuses nothing");
        };
    }

    private static void add(Map<String, long[]> sums, Sent point, BucketTotals added) {
        if (added.incrementLength == 0) {
            return;
        }
        assertThat(added.incrementLength).isEqualTo(point.buckets().length);
        long[] sum = sums.computeIfAbsent(Arrays.toString(point.bounds()), key -> new long[point.buckets().length]);
        for (int b = 0; b < sum.length; b++) {
            assertThat(added.increment[b]).isGreaterThanOrEqualTo(0);
            sum[b] += added.increment[b];
        }
    }

    private static List<String> text(Map<String, long[]> sums) {
        return sums.entrySet().stream()
                .filter(entry -> Arrays.stream(entry.getValue()).anyMatch(count -> count != 0))
                .map(entry -> entry.getKey() + Arrays.toString(entry.getValue()))
                .toList();
    }

    private static StreamLedger restored(StreamLedger ledger) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ledger.write(new DataOutputStream(bytes));
        return StreamLedger.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    /** Per minute and by outcome, through the whole book: nothing is dropped without a count. */
    @Property(tries = 100)
    void everyPointIsInOneCountAndEveryAcceptedOneInItsMinute(@ForAll long seed) {
        House house = new House(PointStory.START);
        PointReference reference = new PointReference(SIGHT);
        Map<Fate, Long> fates = new EnumMap<>(Fate.class);
        for (Sent point : PointStory.of(seed)) {
            house.now = Math.max(house.now, point.arrival());
            house.metrics(rows(point));
            fates.merge(reference.take(point), 1L, Long::sum);
        }
        for (int i = 0; i < 90; i++) {
            house.second();
        }

        PointCounts counts = house.counts;
        assertThat(counts.accepted).isEqualTo(fates.getOrDefault(Fate.ACCEPTED, 0L));
        assertThat(counts.duplicates).isEqualTo(fates.getOrDefault(Fate.DUPLICATE, 0L));
        assertThat(counts.late).isEqualTo(fates.getOrDefault(Fate.LATE, 0L));
        assertThat(counts.quarantined).isEqualTo(fates.getOrDefault(Fate.QUARANTINED, 0L));
        assertThat(counts.received)
                .isEqualTo(counts.accepted + counts.duplicates + counts.late + counts.quarantined + counts.refused);
        for (int stream = 0; stream < 6; stream++) {
            String metric = "load." + stream;
            Map<Long, Long> minutes = new TreeMap<>();
            house.rollups.values().stream()
                    .filter(row -> row.signal().metric().equals(metric) && row.widthSeconds() == 60)
                    .forEach(row -> minutes.put(row.start().toEpochMilli(), row.count()));
            assertThat(minutes).as(metric).isEqualTo(reference.perMinute(stream));
        }
    }
}
