package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.TopicRun.Noted;
import io.evenkeel.benchmarks.TopicRun.Outcome;
import io.evenkeel.benchmarks.TopicRun.Side;
import io.evenkeel.domain.finding.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    private static final double FALSE_PER_SERIES_HOUR = 1e-4;
    /** An unknown gauge is noted after five strange steps of six: this many ticks after the first of them. */
    private static final int DECIDING_TICK = 4;

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
        LoadPlan plan = plan(720, 1440, 50);
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
        LoadTable table = LoadTable.read(outcome.table());
        MetricLoad load = plan.load();
        int most = load.requests(0);
        return planted(plan, outcome.findings()).entrySet().stream()
                .mapToDouble(noted -> {
                    int tick = load.faultTick(noted.getKey()) + DECIDING_TICK;
                    int request = noted.getKey() / MetricLoad.ENTITIES_PER_REQUEST;
                    return (noted.getValue().readableNanos() - table.dueAt()[tick * most + request]) / 1e6;
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
        DecidingTicks deciding = new DecidingTicks(plan);
        StoredComparison stored = new StoredComparison(result, plan);
        plan.load().replay(plan, outcome.ticks(), (series, generation, value) -> {
            deciding.point(series, value);
            stored.point(series, generation, value);
        });
        checkFindings(plan, outcome, deciding);
        stored.check(outcome);
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

    private void checkFindings(LoadPlan plan, Outcome outcome, DecidingTicks deciding) {
        MetricLoad load = plan.load();
        Map<Integer, Noted> found = planted(plan, outcome.findings());
        Set<Integer> missing = new HashSet<>(plan.faultsToFind(outcome.ticks()));
        int faults = missing.size();
        missing.removeAll(found.keySet());
        int displaced = 0;
        Map<Integer, Integer> notedAfterTicks = new TreeMap<>();
        Map<String, Integer> unfit = new TreeMap<>();
        for (Map.Entry<Integer, Noted> each : found.entrySet()) {
            Finding finding = each.getValue().finding();
            long begun = plan.timeMillis(load.faultTick(each.getKey()));
            long onset = finding.onset().toEpochMilli();
            displaced += onset - begun > 6 * MetricLoad.TICK_MILLIS || begun - onset > 90_000 ? 1 : 0;
            int seen = ticksSeen(finding, begun);
            notedAfterTicks.merge(seen, 1, Integer::sum);
            if (seen != deciding.of(each.getKey())) {
                unfit.merge(seen + " not " + deciding.of(each.getKey()), 1, Integer::sum);
            }
        }
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
        if (!unfit.isEmpty()) {
            result.wrong("planted faults were noted on another tick than on the one that decides: " + unfit);
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

    /** Number of the entity that a finding is about, -1 when it is none of the load's. */
    static int entity(Finding finding) {
        return entity(finding.signal().service().name());
    }

    static int entity(String service) {
        int at = service.lastIndexOf("service-");
        return at < 0 ? -1 : Integer.parseInt(service.substring(at + "service-".length()));
    }

    static boolean isPlanted(LoadPlan plan, Finding finding) {
        int entity = entity(finding);
        String name = name(finding.signal().attributes());
        return entity >= 0 && !name.isEmpty() && Integer.parseInt(name.substring(0, 5)) == plan.planted(entity);
    }

    /** The value of the attribute that names a series, empty when there is none. */
    static String name(String attributes) {
        int at = attributes.indexOf("series=");
        if (at < 0) {
            return "";
        }
        int from = at + "series=".length();
        return attributes.substring(from, from + 9);
    }
}
