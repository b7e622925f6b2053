package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.TopicRun.Noted;
import io.evenkeel.benchmarks.TopicRun.Outcome;
import io.evenkeel.detection.StoredSeries;
import io.evenkeel.detection.flink.StoredBooks;
import io.evenkeel.domain.finding.Finding;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * From a Kafka topic (OTLP, lz4) to the finding in its topic: P4 judged points a second, P4b the same against an ordinary
 * job, P5 the time from the deciding point to the finding at half of P4's rate. What was counted is compared with the
 * generator's table, what was learned with a scalar reference.
 */
public final class TopicToAlertBench {
    private static final int JOB_HEAP_MB = 2048;
    /** Pairs of runs for the ratio; a run takes the better part of a minute. */
    private static final int PAIRS = 3;

    private static final double NOISY = 1.4;
    private static final int REFERENCE_SERIES = 200;
    private static final double REFERENCE_ERROR = 1e-3;
    private static final double FALSE_PER_SERIES_HOUR = 1e-4;
    /** An unknown gauge is noted after five strange steps of six. */
    private static final int MOST_TICKS_TO_NOTE = 6;

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
        try (TopicRun run = TopicRun.open(plan)) {
            Outcome outcome = run.run("", 0, jobFlags(), List.of());
            tell(plan, outcome);
            check(plan, outcome);
            result.measure("judged", outcome.rate());
        }
    }

    private void ratio() throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> twins = new ArrayList<>();
        for (int pair = 0; pair < PAIRS; pair++) {
            boolean oursFirst = pair % 2 == 0;
            for (boolean isOurs : new boolean[] {oursFirst, !oursFirst}) {
                LoadPlan plan = isOurs ? plan(360, 840, 50) : plan(120, 240, 50);
                try (TopicRun run = TopicRun.open(plan)) {
                    Outcome outcome = run.run(isOurs ? "" : "twin", 0, jobFlags(), List.of());
                    (isOurs ? ours : twins).add(outcome.rate());
                    if (isOurs) {
                        check(plan, outcome);
                    } else if (outcome.count("received") != outcome.count("sent")) {
                        result.wrong("the twin took " + outcome.count("received") + " of " + outcome.count("sent"));
                    }
                }
            }
        }
        result.figure("ours", ours);
        result.figure("twin", twins);
        noisy("ours", ours);
        noisy("twin", twins);
        result.measure("rate", median(ours) / median(twins));
    }

    private void latency() throws Exception {
        LoadPlan plan = plan(240, 840, 1000);
        int rate = arguments.number("--rate", 750_000);
        try (TopicRun run = TopicRun.open(plan)) {
            Outcome outcome = run.run("", rate, jobFlags(), List.of("--checkpoint", "2000"));
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
     * finding could be read; both by the host's monotonic clock.
     */
    private static double[] delays(LoadPlan plan, Outcome outcome) throws IOException {
        Table table = Table.read(outcome.table());
        MetricLoad load = plan.load();
        int most = load.requests(0);
        return outcome.findings().stream()
                .filter(noted -> isPlanted(plan, noted.finding()))
                .mapToDouble(noted -> {
                    var evidence = Objects.requireNonNull(noted.finding().evidence());
                    long last = evidence.start().toEpochMilli()
                            + (evidence.values().size() - 1L) * evidence.stepSeconds() * 1000;
                    int tick = (int) Math.floorDiv(
                            last + MetricLoad.TICK_MILLIS - 1 - plan.startMillis(), MetricLoad.TICK_MILLIS);
                    int request = entity(noted.finding()) / MetricLoad.ENTITIES_PER_REQUEST;
                    return (noted.readableNanos() - table.dueAt[tick * most + request]) / 1e6;
                })
                .sorted()
                .toArray();
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
        checkFindings(plan, outcome.findings());
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

    private void checkFindings(LoadPlan plan, List<Noted> findings) {
        Set<Integer> found = new HashSet<>();
        int others = 0;
        int slow = 0;
        MetricLoad load = plan.load();
        for (Noted noted : findings) {
            if (!isPlanted(plan, noted.finding())) {
                others++;
                continue;
            }
            int entity = entity(noted.finding());
            long begun = plan.timeMillis(load.faultTick(entity));
            long onset = noted.finding().onset().toEpochMilli();
            found.add(entity);
            slow += onset - begun > MOST_TICKS_TO_NOTE * MetricLoad.TICK_MILLIS || begun - onset > 90_000 ? 1 : 0;
        }
        double hours = (double) plan.entities()
                * MetricLoad.SERIES
                * (plan.ticks() - plan.warmTicks())
                * MetricLoad.TICK_MILLIS
                / 3_600_000;
        result.figure("faultsFound", found.size());
        result.figure("otherFindings", others);
        if (found.size() < plan.faults()) {
            result.wrong(found.size() + " of " + plan.faults() + " planted faults were found");
        }
        if (slow > 0) {
            result.wrong(slow + " planted faults have another onset than when they began");
        }
        if (others > Math.max(1, hours * FALSE_PER_SERIES_HOUR)) {
            result.wrong(others + " findings about series without a fault in " + Math.round(hours) + " series-hours");
        }
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
            boolean lastIsSame = known.lastTimeMillis() == table.lastTime[series]
                    && Float.compare((float) known.lastValue(), (float) table.lastValue[series]) == 0;
            differing += lastIsSame ? 0 : 1;
            // A step is over when the next point comes, or is known to be a while off: a single point is no step yet.
            long steps = table.points[series] < 2 ? 0 : table.points[series];
            if (kind >= MetricLoad.HISTOGRAMS_TO && kind < MetricLoad.SPARSE_TO && known.steps() != steps) {
                miscounted++;
            }
        }
        result.figure("seriesCompared", table.names.length);
        if (missing + differing + miscounted > 0) {
            result.wrong("of " + table.names.length + " series " + missing + " are unknown to the job, " + differing
                    + " have another last point, " + miscounted + " another number of steps");
        }
        checkLearned(plan, stored, table);
    }

    /** What 200 series have learned, against a plain average over the same values. */
    private void checkLearned(LoadPlan plan, Map<String, StoredSeries> stored, Table table) {
        Map<Integer, Reference> references = new HashMap<>();
        SplittableRandom random = new SplittableRandom(plan.seed());
        while (references.size() < REFERENCE_SERIES) {
            int series = random.nextInt(plan.entities()) * MetricLoad.SERIES
                    + MetricLoad.SPARSE_TO
                    + random.nextInt(MetricLoad.SERIES - MetricLoad.SPARSE_TO);
            if (plan.load().faultySeries(series / MetricLoad.SERIES) != series % MetricLoad.SERIES) {
                references.put(series, new Reference());
            }
        }
        plan.load().replay(plan, (series, generation, value) -> {
            Reference reference = references.get(series);
            if (reference != null) {
                reference.learn(generation, value);
            }
        });
        double worst = 0;
        int wider = 0;
        for (Map.Entry<Integer, Reference> entry : references.entrySet()) {
            int series = entry.getKey();
            StoredSeries known = stored.get(series / MetricLoad.SERIES + "|" + table.names[series]);
            double expected = entry.getValue().level();
            // Where points came late three times in a row the exporter counts as slower, and a step is the mean of two.
            if (known == null || known.binMillis() != MetricLoad.TICK_MILLIS) {
                wider++;
            } else if (!Double.isNaN(known.expected())) {
                worst = Math.max(worst, Math.abs(known.expected() - expected) / Math.abs(expected));
            }
        }
        result.figure("worstDifferenceFromReference", worst);
        result.figure("ofThemWithWiderSteps", wider);
        if (!(worst <= REFERENCE_ERROR) || wider > REFERENCE_SERIES / 10) {
            result.wrong("a baseline differs from the reference by " + worst);
        }
    }

    /** An average whose memory grows to a hundred steps, over all but the newest six steps, which are not learned yet. */
    private static final class Reference {
        private static final int LAG = 6;
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
            if (waiting.size() > LAG) {
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

    private void noisy(String side, List<Double> rates) {
        double spread = rates.stream().mapToDouble(Double::doubleValue).max().orElse(1)
                / rates.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        if (spread > NOISY) {
            result.noisy(side + " swings by " + Math.round(spread * 100) / 100.0);
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
