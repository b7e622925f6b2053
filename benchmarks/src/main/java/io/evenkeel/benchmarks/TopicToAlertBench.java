package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.TopicRun.Noted;
import io.evenkeel.benchmarks.TopicRun.Outcome;
import io.evenkeel.benchmarks.TopicRun.Side;
import io.evenkeel.detection.StoredSeries;
import io.evenkeel.detection.flink.StoredBooks;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.learning.baseline.BaselineBank;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * From a Kafka topic (OTLP, lz4) to the finding in its topic: P4 judged points a second, P4b the same against an ordinary
 * job, P5 the time from the deciding point to the finding at half of P4's rate. What was counted is compared with the
 * generator's table, what was learned with a scalar reference.
 *
 * <p>{@code TopicToAlertBench --goal P4|P4b|P5 [--seed N] [--entities 1000] [--warm TICKS] [--ticks TICKS] [--rate 750000]
 * [--rounds 5] [--turn-millis 6000] [--job-heap 2048] [--job-flags FLAGS] [--json FILE]}
 */
public final class TopicToAlertBench {
    private static final int JOB_HEAP_MB = 2048;
    /** Rounds of P4b that count, each of four turns, behind two that do not. */
    private static final int ROUNDS = 5;
    /**
     * Length of a turn, the same for both sides whatever they get done in it: 28 turns and what comes before and after them
     * take less than five minutes, and counters told every 50 ms say how many points it was to a hundredth.
     */
    private static final int TURN_MILLIS = 6000;
    /** What each side does in one piece before the rounds, in turns: the compiler needs some thirty million points of ours. */
    private static final int WARM_TURNS = 3;
    /** More than any job takes in its 14 turns; the load ends with the last one. */
    private static final int MOST_TICKS_OF_TURNS = 6000;

    /** Share of series that may have come to wider steps by their late points. */
    private static final double MOST_MEANS = 0.01;

    private static final int REFERENCE_SERIES = 200;
    private static final double REFERENCE_ERROR = 1e-3;
    private static final double FALSE_PER_SERIES_HOUR = 1e-4;
    /** Of the 200; a young series has no baseline yet, or steps of another width. */
    private static final int LEAST_COMPARED = 180;
    /** An unknown gauge is noted after five strange steps of six: this many ticks after the first of them. */
    private static final int DECIDING_TICK = 4;
    /** A late one of the five is no step of its own: the job then needs another point, and seldom two or three. */
    private static final int MOST_TICKS_TO_NOTE = DECIDING_TICK + 4;

    private final GoalResult result;
    private final Arguments arguments;

    private TopicToAlertBench(GoalResult result, Arguments arguments) {
        this.result = result;
        this.arguments = arguments;
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        Goal goal = Goal.of(arguments.text("--goal", "P4")).orElseThrow();
        GoalResult result = GoalResult.start(goal, arguments);
        TopicToAlertBench bench = new TopicToAlertBench(result, arguments);
        switch (goal) {
            case P4 -> bench.rate();
            case P4B -> bench.ratio();
            case P5 -> bench.latency();
            default -> throw new IllegalArgumentException(goal.id() + " is not measured here");
        }
        System.exit(result.finish());
    }

    private LoadPlan plan(int warm, int ticks, int faults) {
        int wanted = arguments.number("--ticks", ticks);
        long start = System.currentTimeMillis() - wanted * MetricLoad.TICK_MILLIS;
        return new LoadPlan(
                result.seed(),
                arguments.number("--entities", 1000),
                true,
                arguments.number("--warm", warm),
                wanted,
                faults,
                start);
    }

    private List<String> jobFlags() {
        List<String> flags = ChildJvm.flags(arguments.number("--job-heap", JOB_HEAP_MB));
        flags.addAll(Arrays.asList(
                arguments.text("--job-flags", "-XX:+UseParallelGC").split(" ")));
        return flags;
    }

    private void rate() throws Exception {
        LoadPlan plan = plan(360, 1080, 50);
        try (Broker broker = Broker.start();
                TopicRun run = new TopicRun(broker, Side.OURS, plan, 0, jobFlags(), List.of())) {
            Outcome outcome = run.timed();
            tell(plan, outcome);
            check(plan, outcome);
            result.measure("judged", outcome.rate());
        }
    }

    /** Both jobs live from start to end beside one broker and work in turns of the same length, A B B A. */
    private void ratio() throws Exception {
        LoadPlan plan = plan(0, MOST_TICKS_OF_TURNS, arguments.number("--entities", 1000) / 5);
        Duration turn = Duration.ofMillis(arguments.number("--turn-millis", TURN_MILLIS));
        Calibration calibration = Calibration.take();
        try (Broker broker = Broker.start();
                TopicRun ours = new TopicRun(broker, Side.OURS, plan, 0, jobFlags(), List.of());
                TopicRun twin = new TopicRun(broker, Side.TWIN, plan, 0, jobFlags(), List.of())) {
            Duration warm = turn.multipliedBy(WARM_TURNS);
            ours.turn(warm);
            twin.turn(warm);
            Abba.Result measured =
                    Abba.measure(() -> ours.turn(turn), () -> twin.turn(turn), arguments.number("--rounds", ROUNDS));
            result.figure("wall", measured.figures("ours", "twin"));
            calibration.check(result, "ordinaryTwin", measured.processB());
            if (measured.isNoisy()) {
                result.noisy("a side swings by more than " + Abba.NOISY);
            }
            result.measure("rate", measured.ratio());
            check(plan, ours.end());
            Outcome twins = twin.end();
            if (twins.count("received") != twins.count("sent")) {
                result.wrong("the twin took " + twins.count("received") + " of " + twins.count("sent"));
            }
        }
    }

    private void latency() throws Exception {
        LoadPlan plan = plan(240, 840, 1000);
        int rate = arguments.number("--rate", 750_000);
        try (Broker broker = Broker.start();
                TopicRun run =
                        new TopicRun(broker, Side.OURS, plan, rate, jobFlags(), List.of("--checkpoint", "2000"))) {
            Outcome outcome = run.timed();
            tell(plan, outcome);
            check(plan, outcome);
            double[] millis = delays(plan, outcome);
            if (millis.length < plan.faults()) {
                result.wrong(millis.length + " of " + plan.faults() + " alerts could be timed");
            }
            result.figure("rate", rate);
            result.figure("alerts", millis.length);
            result.figure("p50Millis", millis[millis.length / 2]);
            result.figure("maxMillis", millis[millis.length - 1]);
            result.measure("p99", millis[millis.length * 99 / 100]);
        }
    }

    /**
     * From when the deciding point's request was due by the clock (before Kafka had it, so never too short) to when the
     * finding could be read; both by the host's monotonic clock. Which point decides is the generator's word alone: the
     * fifth since the fault began. Where one of the five came late the job needs another, and waiting for it counts.
     */
    private static double[] delays(LoadPlan plan, Outcome outcome) throws IOException {
        Table table = Table.read(outcome.table());
        MetricLoad load = plan.load();
        int most = load.requests(0);
        return planted(plan, outcome.findings()).entrySet().stream()
                .mapToDouble(noted -> {
                    int tick = load.faultTick(noted.getKey()) + DECIDING_TICK;
                    int request = noted.getKey() / MetricLoad.ENTITIES_PER_REQUEST;
                    return (noted.getValue().readableNanos() - table.dueAt[tick * most + request]) / 1e6;
                })
                .sorted()
                .toArray();
    }

    /** The first finding about each planted fault, by entity. */
    static Map<Integer, Noted> planted(LoadPlan plan, List<Noted> findings) {
        Map<Integer, Noted> planted = new HashMap<>();
        for (Noted noted : findings) {
            if (isPlanted(plan, noted.finding())) {
                planted.putIfAbsent(entity(noted.finding()), noted);
            }
        }
        return planted;
    }

    private void tell(LoadPlan plan, Outcome outcome) {
        double points = outcome.points();
        result.figure("series", plan.entities() * MetricLoad.SERIES);
        result.figure("timedPoints", outcome.points());
        result.figure("timedSeconds", outcome.seconds());
        result.figure("jobCpuNsPerPoint", outcome.jobCpu() / points);
        result.figure("brokerCpuNsPerPoint", outcome.brokerCpu() / points);
        result.figure("generatorCpuNsPerPoint", outcome.generatorCpu() / points);
        result.figure("counters", outcome.counters());
    }

    private void check(LoadPlan plan, Outcome outcome) throws Exception {
        checkTotals(outcome);
        checkFindings(plan, outcome);
        checkSeries(plan, outcome);
    }

    private void checkTotals(Outcome outcome) {
        long sent = outcome.count("sent");
        long repeated = outcome.count("repeated");
        if (outcome.count("received") != sent
                || outcome.count("accepted") != sent - repeated
                || outcome.count("duplicates") != repeated) {
            result.wrong("of " + sent + " points sent, " + repeated + " of them twice, the job counted "
                    + outcome.counters());
        }
    }

    private void checkFindings(LoadPlan plan, Outcome outcome) {
        MetricLoad load = plan.load();
        Map<Integer, Noted> found = planted(plan, outcome.findings());
        Set<Integer> missing = new HashSet<>(plan.faultsToFind(outcome.ticks()));
        int faults = missing.size();
        missing.removeAll(found.keySet());
        int displaced = 0;
        Map<Integer, Integer> notedAfterTicks = new TreeMap<>();
        for (Map.Entry<Integer, Noted> each : found.entrySet()) {
            Finding finding = each.getValue().finding();
            long begun = plan.timeMillis(load.faultTick(each.getKey()));
            long onset = finding.onset().toEpochMilli();
            displaced += onset - begun > 6 * MetricLoad.TICK_MILLIS || begun - onset > 90_000 ? 1 : 0;
            notedAfterTicks.merge(ticksSeen(finding, begun), 1, Integer::sum);
        }
        int unfit = notedAfterTicks.entrySet().stream()
                .filter(ticks -> ticks.getKey() < DECIDING_TICK || ticks.getKey() > MOST_TICKS_TO_NOTE)
                .mapToInt(Map.Entry::getValue)
                .sum();
        long others = outcome.findings().stream()
                .filter(noted -> !isPlanted(plan, noted.finding()))
                .count();
        double hours = (double) plan.entities()
                * MetricLoad.SERIES
                * (outcome.ticks() - plan.warmTicks())
                * MetricLoad.TICK_MILLIS
                / 3_600_000;
        result.figure("faults", faults);
        result.figure("faultsFound", found.size());
        result.figure("notedAfterTicks", notedAfterTicks);
        result.figure("otherFindings", others);
        if (!missing.isEmpty()) {
            result.wrong(missing.size() + " of " + faults + " planted faults were not found");
        }
        if (displaced > 0) {
            result.wrong(displaced + " planted faults have another onset than when they began");
        }
        if (unfit > 0) {
            result.wrong(unfit + " planted faults were noted on other points than " + DECIDING_TICK + " to "
                    + MOST_TICKS_TO_NOTE + " ticks after they began: " + notedAfterTicks);
        }
        if (others > Math.max(1, hours * FALSE_PER_SERIES_HOUR)) {
            result.wrong(others + " findings about series without a fault in " + Math.round(hours) + " series-hours");
        }
    }

    /** Ticks from a fault's first to the newest point that the finding was judged on. */
    private static int ticksSeen(Finding finding, long begunMillis) {
        var evidence = Objects.requireNonNull(finding.evidence());
        long newest = evidence.start().toEpochMilli() + (evidence.values().size() - 1L) * evidence.stepSeconds() * 1000;
        return (int) Math.floorDiv(newest + MetricLoad.TICK_MILLIS - 1 - begunMillis, MetricLoad.TICK_MILLIS);
    }

    private void checkSeries(LoadPlan plan, Outcome outcome) throws Exception {
        Table table = Table.read(outcome.table());
        Map<String, StoredSeries> stored = new HashMap<>();
        StoredBooks.read(
                outcome.savepoint(),
                book -> StoredSeries.of(book)
                        .forEach(series ->
                                stored.put(entity(series.service()) + "|" + name(series.attributes()), series)));
        int missing = 0;
        int differing = 0;
        int miscounted = 0;
        int means = 0;
        for (int series = 0; series < table.names.length; series++) {
            int kind = series % MetricLoad.SERIES;
            StoredSeries known = stored.get(series / MetricLoad.SERIES + "|" + table.names[series]);
            if (table.points[series] == 0) {
                continue;
            }
            if (known == null) {
                missing++;
                continue;
            }
            boolean hasLastTime = known.lastTimeMillis() == table.lastTime[series];
            boolean hasLastValue = Float.compare((float) known.lastValue(), (float) table.lastValue[series]) == 0;
            // Three late points, one behind every punctual one, count as a slower exporter: its step is the mean of
            // two.
            boolean isMean = kind >= MetricLoad.SPARSE_TO && known.binMillis() > MetricLoad.TICK_MILLIS;
            means += !hasLastValue && isMean ? 1 : 0;
            differing += hasLastTime && (hasLastValue || isMean || isNoStepYet(table, series)) ? 0 : 1;
            if (kind < MetricLoad.SPARSE_TO && known.steps() != steps(table, series)) {
                miscounted++;
            }
        }
        result.figure("seriesCompared", table.names.length);
        result.figure("ofThemWithAMeanForLastValue", means);
        if (means > table.names.length * MOST_MEANS) {
            result.wrong("of " + means + " series the last value is a mean, of " + table.names.length);
        }
        if (missing + differing + miscounted > 0) {
            result.wrong("of " + table.names.length + " series " + missing + " are unknown to the job, " + differing
                    + " have another last point, " + miscounted + " another number of steps");
        }
        checkLearned(plan, outcome.ticks(), stored, table);
    }

    /**
     * Steps that a series has been judged on that is never late. A single point is no step yet: it may be the first of
     * several that share one. What a total had counted before the job first saw it is no increment of any step; a total
     * that begins before the job's eyes counts from its start.
     */
    private static int steps(Table table, int series) {
        int points = table.points[series];
        if (points < 2) {
            return 0;
        }
        return isTotal(series) && table.names[series].endsWith(MetricLoad.FIRST_GENERATION) ? points - 1 : points;
    }

    /** The job knows the time of a gauge's single point, but judges, and so keeps, its value only when its step is over. */
    private static boolean isNoStepYet(Table table, int series) {
        return table.points[series] == 1 && !isTotal(series);
    }

    private static boolean isTotal(int series) {
        return series % MetricLoad.SERIES < MetricLoad.HISTOGRAMS_TO;
    }

    /** What 200 series have learned, against a plain average over the same values. */
    private void checkLearned(LoadPlan plan, int ticks, Map<String, StoredSeries> stored, Table table) {
        MetricLoad load = plan.load();
        Map<Integer, Reference> references = new HashMap<>();
        SplittableRandom random = new SplittableRandom(plan.seed());
        while (references.size() < REFERENCE_SERIES) {
            int series = random.nextInt(plan.entities()) * MetricLoad.SERIES
                    + MetricLoad.SPARSE_TO
                    + random.nextInt(MetricLoad.SERIES - MetricLoad.SPARSE_TO);
            if (load.faultySeries(series / MetricLoad.SERIES) != series % MetricLoad.SERIES) {
                references.put(series, new Reference());
            }
        }
        load.replay(plan, ticks, (series, generation, value) -> {
            Reference reference = references.get(series);
            if (reference != null) {
                reference.learn(generation, value);
            }
        });
        double worst = 0;
        int wider = 0;
        int young = 0;
        int compared = 0;
        for (Map.Entry<Integer, Reference> entry : references.entrySet()) {
            int series = entry.getKey();
            StoredSeries known = stored.get(series / MetricLoad.SERIES + "|" + table.names[series]);
            double expected = entry.getValue().level();
            // Where points came late three times in a row the exporter counts as slower, and a step is the mean of two.
            if (known == null || known.binMillis() != MetricLoad.TICK_MILLIS) {
                wider++;
            } else if (Double.isNaN(known.expected())) {
                young++;
            } else {
                compared++;
                worst = Math.max(worst, Math.abs(known.expected() - expected) / Math.abs(expected));
            }
        }
        result.figure("baselinesCompared", compared);
        result.figure("worstDifferenceFromReference", worst);
        result.figure("ofThemWithWiderSteps", wider);
        result.figure("ofThemWithoutBaseline", young);
        if (!(worst <= REFERENCE_ERROR)) {
            result.wrong("a baseline differs from the reference by " + worst);
        }
        if (compared < LEAST_COMPARED) {
            result.wrong("only " + compared + " of " + REFERENCE_SERIES + " baselines could be compared: " + wider
                    + " have wider steps or are unknown, " + young + " expect nothing");
        }
    }

    /**
     * An average whose memory grows to a hundred steps, over all but the newest six steps, which are not learned yet; only
     * the first nine are learned at once, as nothing can deviate before anything is expected.
     */
    private static final class Reference {
        private static final int LAG = 6;
        private static final int AT_ONCE = BaselineBank.FIRST_BAND_BINS;
        private final List<Double> waiting = new ArrayList<>();
        private int generation;
        private double level;
        private int steps;

        void learn(int newGeneration, double value) {
            if (newGeneration != generation) {
                generation = newGeneration;
                steps = 0;
                waiting.clear();
            }
            waiting.add(value);
            if (steps < AT_ONCE || waiting.size() > LAG) {
                float x = waiting.remove(0).floatValue();
                if (Float.isNaN(x)) {
                    return;
                }
                level = steps == 0 ? x : level + Math.max(0.01f, 3f / (steps + 3f)) * (x - level);
                steps++;
            }
        }

        double level() {
            return level;
        }
    }

    /** What the generator wrote down. */
    private record Table(String[] names, int[] points, long[] lastTime, double[] lastValue, long[] dueAt) {
        static Table read(Path file) throws IOException {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                in.readLong();
                in.readLong();
                int series = in.readInt();
                Table table = new Table(
                        new String[series], new int[series], new long[series], new double[series], new long[0]);
                for (int i = 0; i < series; i++) {
                    table.names[i] = in.readUTF();
                    table.points[i] = in.readInt();
                    table.lastTime[i] = in.readLong();
                    table.lastValue[i] = in.readDouble();
                }
                long[] dueAt = new long[in.readInt()];
                for (int i = 0; i < dueAt.length; i++) {
                    dueAt[i] = in.readLong();
                }
                return new Table(table.names, table.points, table.lastTime, table.lastValue, dueAt);
            }
        }
    }

    /** Number of the entity that a finding is about, -1 when it is none of the load's. */
    static int entity(Finding finding) {
        return entity(finding.signal().service().name());
    }

    private static int entity(String service) {
        int at = service.lastIndexOf("service-");
        return at < 0 ? -1 : Integer.parseInt(service.substring(at + "service-".length()));
    }

    static boolean isPlanted(LoadPlan plan, Finding finding) {
        int entity = entity(finding);
        String name = name(finding.signal().attributes());
        return entity >= 0 && !name.isEmpty() && Integer.parseInt(name.substring(0, 5)) == plan.planted(entity);
    }

    /** The value of the attribute that names a series, empty when there is none. */
    private static String name(String attributes) {
        int at = attributes.indexOf("series=");
        if (at < 0) {
            return "";
        }
        int from = at + "series=".length();
        return attributes.substring(from, from + 9);
    }
}
