package io.evenkeel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code Bench GOAL... | all [--seed N] [--json FILE]}: each goal in a process of its own, pinned to two processors where the
 * system can, with a heap of its own and the serial collector, one after another. Prints a table and writes all results;
 * exits 1 when a goal is missed or noisy, 2 for words it does not know.
 */
public final class Bench {
    private static final String USAGE = "usage: evenkeel bench GOAL...|all [--seed N] [--json FILE]";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int TWO_PROCESSORS = 2;
    /** The one-minute average forgets nine tenths of a load of two in this time. */
    private static final long QUIET_SECONDS = 180;

    private static final long MOST_MINUTES = 20;

    private final int seed;
    private final Map<Goal, @Nullable JsonNode> results = new LinkedHashMap<>();
    private final Map<Goal, String> verdicts = new LinkedHashMap<>();

    private Bench(int seed) {
        this.seed = seed;
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        Set<Goal> goals;
        int seed;
        String file;
        try {
            Arguments arguments = Arguments.of(words);
            goals = goals(words);
            seed = arguments.seed();
            file = arguments.text("--json", "");
            requireWritable(file);
        } catch (IllegalArgumentException wrong) {
            System.err.println("evenkeel bench: " + wrong.getMessage());
            System.err.println(USAGE);
            for (Goal goal : Goal.values()) {
                System.err.printf("  %-4s %s%n", goal.id(), goal.title);
            }
            System.exit(2);
            return;
        }
        Bench bench = new Bench(seed);
        for (Goal goal : goals) {
            bench.run(goal);
            if (!file.isEmpty()) {
                // after each: an hour's results outlive what ends the next minute
                bench.write(Path.of(file));
            }
        }
        bench.print();
        System.exit(bench.verdicts.values().stream().allMatch("passed"::equals) ? 0 : 1);
    }

    private static Set<Goal> goals(String[] words) {
        Set<Goal> goals = new LinkedHashSet<>();
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (word.equals("--seed") || word.equals("--json")) {
                i++;
            } else if (word.equals("all")) {
                goals.addAll(Arrays.asList(Goal.values()));
            } else {
                goals.add(Goal.of(word)
                        .orElseThrow(() -> new IllegalArgumentException("no goal is called \"" + word + "\"")));
            }
        }
        if (goals.isEmpty()) {
            throw new IllegalArgumentException("which goal?");
        }
        return goals;
    }

    private static void requireWritable(String file) {
        Path directory = file.isEmpty() ? null : Path.of(file).toAbsolutePath().getParent();
        if (directory != null && !Files.isWritable(directory)) {
            throw new IllegalArgumentException("--json " + file + ": " + directory + " is not a place to write to");
        }
    }

    private void run(Goal goal) throws IOException, InterruptedException {
        results.put(goal, null);
        System.out.println();
        if (goal.room.isQuiet()) {
            String busy = Machine.waitUntilQuiet(QUIET_SECONDS);
            if (!busy.isEmpty()) {
                System.out.println(goal.id() + " noisy: rerun; " + busy);
                verdicts.put(goal, "noisy: rerun (" + busy + ")");
                return;
            }
        }
        Path report = Files.createTempFile("evenkeel-bench-", ".json");
        try {
            String ended = child(goal, report);
            if (Files.size(report) > 0) {
                JsonNode result = JSON.readTree(Files.readAllBytes(report));
                results.put(goal, result);
                verdicts.put(goal, verdict(result));
            } else {
                verdicts.put(goal, "no result: " + ended);
            }
        } finally {
            Files.delete(report);
        }
    }

    /** What is wrong comes first: a run that lost points stays wrong, however busy the machine was. */
    static String verdict(JsonNode result) {
        if (result.get("passed").booleanValue()) {
            return "passed";
        }
        String wrongs = joined(result.get("wrongs"));
        if (!wrongs.isEmpty()) {
            return "wrong: " + wrongs;
        }
        String noise = joined(result.get("noise"));
        return noise.isEmpty() ? "missed" : "noisy: rerun (" + noise + ")";
    }

    private static String joined(JsonNode reasons) {
        return String.join(
                "; ", reasons.valueStream().map(JsonNode::stringValue).toList());
    }

    /** How the child ended, in words. */
    private String child(Goal goal, Path report) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(goal, report)).inheritIO().start();
        Thread end = new Thread(() -> stop(process));
        Runtime.getRuntime().addShutdownHook(end);
        try {
            if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                return "not done after " + MOST_MINUTES + " minutes, ended";
            }
            return "exit status " + process.exitValue();
        } finally {
            stop(process);
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private static void stop(Process process) {
        // children first seen, then ended: a dead parent no longer knows them
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private List<String> command(Goal goal, Path report) {
        List<String> command = new ArrayList<>();
        if (canPin()) {
            command.addAll(List.of("taskset", "-c", "0,1"));
        }
        command.addAll(ChildJvm.command(
                goal.bench(),
                ChildJvm.flags(goal.room.heapMb(), "-XX:+UseSerialGC"),
                List.of("--goal", goal.id(), "--seed", Integer.toString(seed), "--json", report.toString())));
        return command;
    }

    private static boolean canPin() {
        return Runtime.getRuntime().availableProcessors() >= TWO_PROCESSORS
                && Arrays.stream(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "taskset")));
    }

    private void print() {
        System.out.printf("%n%-4s %-30s %18s %10s %10s%n", "", "measure", "value", "goal", "stretch");
        results.forEach((goal, result) -> {
            String verdict = verdicts.getOrDefault(goal, "");
            System.out.printf("%-4s %s: %s%n", goal.id(), goal.title, verdict);
            for (Measure measure : goal.measures) {
                @Nullable Double value = value(result, measure);
                System.out.printf(
                        "%-4s %-30s %18s %10s %10s  %s%n",
                        "",
                        measure.name(),
                        value == null ? "-" : measure.text(value),
                        measure.goalText(),
                        measure.stretchText(),
                        value == null ? "" : reached(measure, value));
            }
        });
        System.out.println("seed " + seed);
    }

    private static String reached(Measure measure, double value) {
        if (measure.isStretchReached(value)) {
            return "stretch";
        }
        return measure.isReached(value) ? "goal" : "missed";
    }

    private static @Nullable Double value(@Nullable JsonNode result, Measure measure) {
        if (result == null) {
            return null;
        }
        return result.get("measures")
                .valueStream()
                .filter(row -> row.get("name").stringValue().equals(measure.name()))
                .map(row -> row.get("value"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::doubleValue)
                .findFirst()
                .orElse(null);
    }

    private void write(Path file) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seed", seed);
        all.put(
                "verdicts",
                verdicts.entrySet().stream()
                        .collect(
                                LinkedHashMap::new,
                                (map, entry) -> map.put(entry.getKey().id(), entry.getValue()),
                                Map::putAll));
        all.put(
                "results",
                results.values().stream().filter(result -> result != null).toList());
        Files.write(file, JSON.writeValueAsBytes(all));
    }
}
