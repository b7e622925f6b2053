package io.evenkeel.benchmarks;

import com.amazon.randomcutforest.config.ForestMode;
import com.amazon.randomcutforest.config.TransformMethod;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import com.amazon.randomcutforest.parkservices.state.ThresholdedRandomCutForestMapper;
import io.evenkeel.detection.Catalogue;
import io.evenkeel.detection.EntityBook;
import io.evenkeel.detection.Heartbeat;
import io.evenkeel.detection.MetricDoubt;
import io.evenkeel.detection.PointCounts;
import io.evenkeel.detection.SlotRed;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@link Goal#P3}: judging a point with the production book of its entity (duplicates, bins, band, verdict, learning, profile of
 * the day, windows: everything behind the walk) against scoring and updating a random cut forest, the same 1,000 series in turn;
 * and the heap that a series costs. The rival is the published library as it is, once with its defaults and once with
 * the settings of OpenSearch's detector.
 *
 * <p>Of speed and size only: which of the two is right more often is for {@code evenkeel evaluate series} to say.
 *
 * <p>{@code DetectorBench [--seed N] [--rounds 5] [--json FILE]}
 */
final class DetectorBench {
    private static final int SERIES = 1000;
    private static final int PER_ENTITY = 100;
    /** Gauges of {@link SeriesLoad} that one entity of it has: constant and sparse ones would flatter us. */
    private static final int GAUGES = 70;

    private static final int ENTITIES = 10;
    /** Points before the clock runs: a forest's samples of 256 are then full. */
    private static final int TRAINED = 300;

    /** Forests that are trained, and weighed; restored ones are heavier, and training a thousand takes minutes. */
    private static final int TRAINED_FORESTS = 40;

    private static final int TICKS_PER_TURN = 1000;
    /** Books are so much smaller that a thousand series would hardly be seen in the heap. */
    private static final int SERIES_FOR_BYTES = 50_000;

    private static final int TICKS_FOR_BYTES = 40;
    private static final long START_MILLIS = 1_795_000_000_000L;

    private final GoalResult result;
    private final int rounds;
    private final SeriesLoad load;
    /** Keeps the JIT from dropping what nobody reads. */
    private double sink;

    private DetectorBench(Arguments arguments) {
        result = GoalResult.start(Goal.P3, arguments);
        rounds = arguments.number("--rounds", 5);
        load = new SeriesLoad(result.seed(), ENTITIES, START_MILLIS);
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        DetectorBench bench = new DetectorBench(Arguments.of(words));
        double bytes = bench.bytesOfBooks();
        bench.compare("default settings", "forestDefault", bytes, bench::defaultForest);
        bench.compare("OpenSearch's settings", "forestOpenSearch", bytes, bench::openSearchForest);
        bench.result.figure("quality", "of speed and size only; see evenkeel evaluate series");
        bench.result.figure("sink", bench.sink);
        System.exit(bench.result.finish());
    }

    private interface Forests {
        ThresholdedRandomCutForest make(int number);
    }

    /** {@code ThresholdedRandomCutForest} as its builder makes it: 50 trees of 256 samples, no shingle. */
    private ThresholdedRandomCutForest defaultForest(int number) {
        return ThresholdedRandomCutForest.builder()
                .dimensions(1)
                .randomSeed(result.seed() + number)
                .build();
    }

    /**
     * As OpenSearch's anomaly detection makes its real-time models (opensearch-project/anomaly-detection,
     * TimeSeriesSettings and ModelManager): shingle of 8, no bounding boxes kept.
     */
    private ThresholdedRandomCutForest openSearchForest(int number) {
        return ThresholdedRandomCutForest.builder()
                .dimensions(8)
                .shingleSize(8)
                .numberOfTrees(50)
                .sampleSize(256)
                .outputAfter(32)
                .initialAcceptFraction(32.0 / 256)
                .timeDecay(0.0001)
                .boundingBoxCacheFraction(0)
                .parallelExecutionEnabled(false)
                .internalShinglingEnabled(true)
                .forestMode(ForestMode.STANDARD)
                .transformMethod(TransformMethod.NORMALIZE)
                .autoAdjust(true)
                .alertOnce(true)
                .anomalyRate(0.005)
                .randomSeed(result.seed() + number)
                .build();
    }

    private void compare(String settings, String rivalName, double bookBytes, Forests forests)
            throws IOException, InterruptedException {
        Books books = new Books(SERIES);
        Rival rival = new Rival(forests);
        double forestBytes = rival.bytes;
        result.figure(settings + ", bytes of a forest", forestBytes);
        result.figure("bytes of a series in a book", bookBytes);
        books.take(TRAINED);
        Abba.Result measured = Abba.measure(() -> books.take(TICKS_PER_TURN), rival::take, rounds);
        System.out.printf("%-22s %s, %.0f B against %.0f B%n", settings, measured.text(), bookBytes, forestBytes);
        result.figure(settings, measured.figures("book", "forest"));
        if (measured.isNoisy()) {
            result.noisy(settings + ": a side swings by more than " + Abba.NOISY);
        }
        Calibration.take().check(result, rivalName, measured.medianB());
        books.check();
        rival.check();
        result.measure("time, " + settings, measured.ratio());
        result.measure("bytes, " + settings, forestBytes / bookBytes);
    }

    /** Heap of a series of the full tier, B; as a checkpoint leaves its book. */
    private double bytesOfBooks() {
        long before = Fleet.liveHeap();
        Books books = new Books(SERIES_FOR_BYTES);
        books.take(TICKS_FOR_BYTES);
        books.copy();
        double bytes = (double) (Fleet.liveHeap() - before) / SERIES_FOR_BYTES;
        books.check();
        return bytes;
    }

    private double value(int series, int tick) {
        return load.value(series / GAUGES % ENTITIES, series % GAUGES, tick);
    }

    /** The entities of some series: one record of a hundred points each a tick, as the walk would give it. */
    private final class Books implements EntityBook.Output {
        private final List<EntityBook> books = new ArrayList<>();
        private final List<EntityRows> rows = new ArrayList<>();
        private final PointCounts counts = new PointCounts();
        private final Catalogue catalogue = Catalogue.of(List.of("*"), List.of());
        private final int series;
        private int tick;
        private long given;

        Books(int series) {
            this.series = series;
            for (int first = 0; first < series; first += PER_ENTITY) {
                books.add(new EntityBook("bench/load/service-" + first, "node-" + first));
                rows.add(rows(first));
            }
        }

        private static EntityRows rows(int first) {
            EntityRows rows = new EntityRows();
            rows.service = "bench/load/service-" + first;
            rows.owner = "node-" + first;
            rows.resource = first + 1L;
            rows.facts = Map.of("service.instance.id", "i-" + first);
            rows.size = PER_ENTITY;
            rows.stream = new long[PER_ENTITY];
            rows.series = new long[PER_ENTITY];
            rows.type = new byte[PER_ENTITY];
            rows.startMillis = new long[PER_ENTITY];
            rows.timeMillis = new long[PER_ENTITY];
            rows.value = new double[PER_ENTITY];
            rows.count = new long[PER_ENTITY];
            rows.bucketFrom = new int[PER_ENTITY];
            rows.bucketCount = new int[PER_ENTITY];
            rows.boundFrom = new int[PER_ENTITY];
            List<SeriesDefinition> definitions = new ArrayList<>();
            for (int i = 0; i < PER_ENTITY; i++) {
                rows.series[i] = (i + 1) * 0x9E3779B97F4A7C15L;
                rows.stream[i] = (first + i + 1) * 0xD1342543DE82EF95L;
                rows.type[i] = PointType.GAUGE;
                rows.bucketFrom[i] = -1;
                definitions.add(new SeriesDefinition(
                        rows.series[i], "bench.gauge", "1", PointType.GAUGE, "http.route=/api/v1,series=" + i));
            }
            rows.definitions = definitions;
            return rows;
        }

        /** Judges the points of so many ticks; what one costs. */
        Abba.Cost take(int ticks) {
            double[] values = new double[series * ticks];
            for (int t = 0; t < ticks; t++) {
                for (int i = 0; i < series; i++) {
                    values[t * series + i] = value(i, tick + t);
                }
            }
            long stepsBefore = counts.judgedSteps;
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int t = 0; t < ticks; t++) {
                long time = load.timeMillis(tick + t);
                for (int book = 0; book < books.size(); book++) {
                    EntityRows record = rows.get(book);
                    for (int i = 0; i < PER_ENTITY; i++) {
                        record.timeMillis[i] = time;
                        record.value[i] = values[t * series + book * PER_ENTITY + i];
                    }
                    books.get(book).accept(record, time, catalogue, counts, this);
                    record.definitions = List.of();
                }
            }
            double points = (double) series * ticks;
            double nanos = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / points;
            given += (long) points;
            if (tick > 2 && counts.judgedSteps - stepsBefore != (long) points) {
                result.wrong(counts.judgedSteps - stepsBefore + " verdicts for " + (long) points + " points");
            }
            tick += ticks;
            return new Abba.Cost(nanos, nanos);
        }

        void copy() {
            books.replaceAll(EntityBook::copy);
        }

        void check() {
            if (counts.accepted != given) {
                result.wrong(counts.accepted + " of " + given + " points accepted");
            }
        }

        @Override
        public void finding(Finding finding) {
            sink++;
        }

        @Override
        public void rollup(Rollup rollup) {
            sink += rollup.count();
        }

        @Override
        public void red(SlotRed red) {}

        @Override
        public void heartbeat(Heartbeat heartbeat) {}

        @Override
        public void doubt(MetricDoubt doubt) {}
    }

    /** A forest for each series, with full samples, asked in turn: some are trained, the others restored from their state. */
    private final class Rival {
        private final List<ThresholdedRandomCutForest> forests = new ArrayList<>();
        private int tick;

        /** Heap of a trained forest, B. */
        private final double bytes;

        Rival(Forests make) {
            long before = Fleet.liveHeap();
            for (int series = 0; series < TRAINED_FORESTS; series++) {
                ThresholdedRandomCutForest forest = make.make(series);
                for (int t = 0; t < TRAINED; t++) {
                    process(forest, series, t);
                }
                forests.add(forest);
            }
            bytes = (double) (Fleet.liveHeap() - before) / TRAINED_FORESTS;
            ThresholdedRandomCutForestMapper mapper = new ThresholdedRandomCutForestMapper();
            for (int series = TRAINED_FORESTS; series < SERIES; series++) {
                forests.add(
                        mapper.toModel(mapper.toState(forests.get(series % TRAINED_FORESTS)), result.seed() + series));
            }
            tick = TRAINED;
        }

        /** One point for each series. */
        Abba.Cost take() {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int series = 0; series < SERIES; series++) {
                process(forests.get(series), series, tick);
            }
            double nanos = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / (double) SERIES;
            tick++;
            return new Abba.Cost(nanos, nanos);
        }

        private void process(ThresholdedRandomCutForest forest, int series, int at) {
            sink += forest.process(new double[] {value(series, at)}, load.timeMillis(at) / 1000)
                    .getRCFScore();
        }

        void check() {
            for (ThresholdedRandomCutForest forest : forests) {
                // a shingled forest begins with its first full shingle
                long least = tick - 8L;
                if (forest.getForest().getTotalUpdates() < least) {
                    result.wrong("a forest was updated " + forest.getForest().getTotalUpdates() + " times with " + tick
                            + " points");
                    return;
                }
            }
        }
    }
}
