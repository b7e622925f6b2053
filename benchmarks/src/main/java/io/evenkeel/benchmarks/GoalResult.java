package io.evenkeel.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one bench found out about one goal. A goal is passed when every measure of it was given and keeps its bound,
 * nothing was noisy, and nothing was wrong. For one thread.
 *
 * <pre>{@code
 * GoalResult result = GoalResult.start(Goal.P4, Arguments.of(words));
 * if (counted != sent) {
 *     result.wrong("counted " + counted + " of " + sent + " points");
 * }
 * result.figure("brokerCpuNsPerPoint", 33.0);
 * result.measure("judged", rate);
 * System.exit(result.finish());
 * }</pre>
 */
final class GoalResult {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Goal goal;
    private final int seed;
    private final String file;
    private final double loadBefore = Machine.loadAverage();
    private final long startNanos = System.nanoTime();
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<String> noise = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();

    private GoalResult(Goal goal, int seed, String file) {
        this.goal = goal;
        this.seed = seed;
        this.file = file;
    }

    /** Begins a run of a goal: seed and result file are read from {@code --seed N} and {@code --json FILE}. */
    static GoalResult start(Goal goal, Arguments arguments) {
        GoalResult result = new GoalResult(goal, arguments.seed(), arguments.text("--json", ""));
        System.out.printf(
                "%s: %s; seed %d, load average %.2f, Java %s%n",
                goal.id(), goal.title, result.seed, result.loadBefore, Runtime.version());
        return result;
    }

    int seed() {
        return seed;
    }

    /** The value of one of the goal's measures; throws for a name that the goal does not have. */
    void measure(String name, double value) {
        Measure measure = goal.measures.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(goal.id() + " has no measure " + name));
        values.put(measure.name(), value);
    }

    /** Something that explains the values: a number, text, boolean, or arrays, lists and maps of them. */
    void figure(String name, Object value) {
        figures.put(name, value);
    }

    /** Says that the machine, not the program, made this result: neither passed nor failed, run it again. */
    void noisy(String why) {
        noise.add(why);
        System.out.println(goal.id() + " noisy: " + why);
    }

    /** Says that the bench did not do the work it claims: a point lost, a count that differs, a baseline crippled. */
    void wrong(String why) {
        wrongs.add(why);
        System.out.println(goal.id() + " wrong: " + why);
    }

    boolean passed() {
        return wrongs.isEmpty() && noise.isEmpty() && goal.measures.stream().allMatch(this::isReached);
    }

    /** Writes the result where it was asked for, prints it; the exit status, 0 when the goal is passed. */
    int finish() throws IOException {
        for (Measure measure : goal.measures) {
            Double value = values.get(measure.name());
            System.out.printf(
                    "%s %s: %s (goal %s, stretch %s)%n",
                    goal.id(),
                    measure.name(),
                    value == null ? "no value" : measure.text(value),
                    measure.goalText(),
                    measure.stretchText());
        }
        if (!file.isEmpty()) {
            Files.write(Path.of(file), JSON.writeValueAsBytes(report()));
        }
        System.out.println(goal.id() + " " + ending());
        return passed() ? 0 : 1;
    }

    private String ending() {
        if (passed()) {
            return "passed";
        }
        if (!wrongs.isEmpty()) {
            return "wrong";
        }
        return noise.isEmpty() ? "not passed" : "noisy: rerun";
    }

    private boolean isReached(Measure measure) {
        Double value = values.get(measure.name());
        return value != null && measure.isReached(value);
    }

    Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("id", goal.id());
        report.put("title", goal.title);
        Measure first = goal.measures.get(0);
        report.put("value", values.get(first.name()));
        report.put("unit", first.unit());
        report.put("goal", first.goalText());
        report.put("stretch", first.stretchText());
        report.put("passed", passed());
        report.put("noisy", !noise.isEmpty());
        report.put("measures", goal.measures.stream().map(this::row).toList());
        report.put("wrongs", wrongs);
        report.put("noise", noise);
        report.put("seed", seed);
        report.put("figures", figures);
        report.put("seconds", (System.nanoTime() - startNanos) / 1e9);
        report.put("java", Runtime.version().toString());
        report.put("jvmArguments", ManagementFactory.getRuntimeMXBean().getInputArguments());
        report.put("processors", Runtime.getRuntime().availableProcessors());
        report.put("loadAverageBefore", loadBefore);
        report.put("loadAverageAfter", Machine.loadAverage());
        report.put("maxHeapMb", Runtime.getRuntime().maxMemory() >> 20);
        report.put("versions", versions());
        return report;
    }

    private Map<String, Object> row(Measure measure) {
        Map<String, Object> row = new LinkedHashMap<>();
        Double value = values.get(measure.name());
        row.put("name", measure.name());
        row.put("value", value);
        row.put("unit", measure.unit());
        row.put("goal", measure.goalText());
        row.put("stretch", measure.stretchText());
        row.put("reached", isReached(measure));
        row.put("stretchReached", value != null && measure.isStretchReached(value));
        return row;
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("evenkeel", version(io.evenkeel.detection.flink.DetectionJob.class));
        versions.put("flink", version(org.apache.flink.streaming.api.environment.StreamExecutionEnvironment.class));
        versions.put("kafka", org.apache.kafka.common.utils.AppInfoParser.getVersion());
        versions.put("protobuf", version(com.google.protobuf.Message.class));
        return versions;
    }

    private static String version(Class<?> type) {
        @Nullable String version = type.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, "from classes");
    }
}
