package io.evenkeel.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs Jazzer over one fuzz target for some minutes, in a JVM of its own with a small heap, and writes what it saw:
 * executions, coverage, inputs that broke a promise, and the live bytes of that heap minute by minute. Started from its
 * source by {@code benchmarks/fuzz}, so it needs nothing but the JDK.
 */
public final class FuzzRun {
    private static final int KEPT_BYTES = 60_000;
    /** Compiled code, coverage maps and the corpus settle in the first minutes; afterwards only this much may come on top. */
    private static final long GROWTH_BYTES = 24L << 20;

    /** So that the four that have settled and the four at the end are not the same: four minutes. */
    private static final int LEAST_SAMPLES = 8;

    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units: (\\d+)");
    private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+) ft: (\\d+)");

    /** What can be fuzzed: the class with {@code fuzzerTestOneInput}, where its corpus is kept, and in what heap it runs. */
    private enum Target {
        otlp("io.evenkeel.wire.otlp.OtlpFuzz", "models/wire/src/test/resources/fuzz/otlp.corpus", 4096, 192),
        json("io.evenkeel.wire.otlp.OtlpJsonFuzz", "models/wire/src/test/resources/fuzz/json.corpus", 4096, 192),
        unpack("io.evenkeel.ingest.BodyUnpackerFuzz", "ingest/src/test/resources/fuzz/unpack.corpus", 8192, 192);

        final String className;
        final Path corpus;
        final int maxInputBytes;
        final int heapMegabytes;

        Target(String className, String corpus, int maxInputBytes, int heapMegabytes) {
            this.className = className;
            this.corpus = Path.of(corpus);
            this.maxInputBytes = maxInputBytes;
            this.heapMegabytes = heapMegabytes;
        }
    }

    private final Path home;
    private final Target target;
    private final Path work;

    private FuzzRun(Path home, Target target) throws IOException {
        this.home = home;
        this.target = target;
        this.work = home.resolve("benchmarks/target/fuzz").resolve(target.name());
        if (Files.exists(work)) {
            try (Stream<Path> old = Files.walk(work)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(work.resolve("corpus"));
    }

    /** Exit status 0 when nothing was found, 1 when something was, 2 for a bad command line. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        String name = "";
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--keep")) {
                options.put("--keep", "");
            } else if (arguments[i].startsWith("--") && i + 1 < arguments.length) {
                options.put(arguments[i], arguments[++i]);
            } else {
                name = arguments[i];
            }
        }
        String wanted = name;
        Target target = Stream.of(Target.values())
                .filter(each -> each.name().equals(wanted))
                .findFirst()
                .orElse(null);
        if (target == null) {
            System.err.println(
                    "usage: benchmarks/fuzz otlp|json|unpack [--minutes N] [--seeds DIR] [--keep] [--result FILE]");
            System.exit(2);
            return;
        }
        Path home = Path.of(options.getOrDefault("--home", "."));
        FuzzRun run = new FuzzRun(home, target);
        run.seed(options.getOrDefault("--seeds", ""));
        Map<String, Object> result = run.fuzz(Integer.parseInt(options.getOrDefault("--minutes", "10")));
        if (options.containsKey("--keep") && Boolean.TRUE.equals(result.get("holds"))) {
            result.put("keptInputs", run.keep());
        }
        Path file = Path.of(options.getOrDefault(
                "--result",
                home.resolve("benchmarks/results/fuzz-" + target + ".json").toString()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        String json = json(result);
        Files.writeString(file, json);
        System.out.print(json);
        System.exit(Boolean.TRUE.equals(result.get("holds")) ? 0 : 1);
    }

    /** The kept corpus, and any files somebody names. */
    private void seed(String directory) throws IOException {
        Path kept = home.resolve(target.corpus);
        int number = 0;
        if (Files.exists(kept)) {
            for (String line : Files.readAllLines(kept)) {
                Files.write(
                        corpus().resolve("kept-" + number++),
                        Base64.getDecoder().decode(line));
            }
        }
        if (!directory.isEmpty()) {
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, corpus().resolve("seed-" + number++));
                }
            }
        }
    }

    private Path corpus() {
        return work.resolve("corpus");
    }

    private List<String> jazzer(String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-Xmx" + target.heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.className,
                "--instrumentation_includes=io.evenkeel.**:tools.jackson.core.**",
                "-max_len=" + target.maxInputBytes));
        command.addAll(List.of(arguments));
        return command;
    }

    private String classPath() throws IOException {
        String wire = Files.readString(home.resolve("models/wire/target/test.classpath"));
        String ingest = Files.readString(home.resolve("ingest/target/test.classpath"));
        Path root = home.toAbsolutePath();
        return String.join(
                ":",
                wire.strip(),
                ingest.strip(),
                root.resolve("models/wire/target/test-classes").toString(),
                root.resolve("models/wire/target/classes").toString(),
                root.resolve("ingest/target/test-classes").toString(),
                root.resolve("ingest/target/classes").toString());
    }

    private Map<String, Object> fuzz(int minutes) throws IOException, InterruptedException {
        Path said = work.resolve("jazzer.log");
        Process process = new ProcessBuilder(
                        jazzer("-max_total_time=" + minutes * 60L, "-timeout=30", "-print_final_stats=1", "corpus"))
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Instant began = Instant.now();
        List<Long> live = new ArrayList<>();
        while (!process.waitFor(30, TimeUnit.SECONDS)) {
            long bytes = liveBytes(process.pid());
            if (bytes > 0) {
                live.add(bytes);
            }
        }
        String log = Files.readString(said, StandardCharsets.ISO_8859_1);
        List<String> found;
        try (Stream<Path> files = Files.list(work)) {
            found = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches("(crash|timeout|oom|slow-unit)-.*"))
                    .sorted()
                    .toList();
        }
        long settled = live.stream().limit(4).mapToLong(Long::longValue).max().orElse(0);
        long last = live.stream()
                .skip(Math.max(0, live.size() - 4))
                .mapToLong(Long::longValue)
                .min()
                .orElse(0);
        Map<String, Object> result = new LinkedHashMap<>();
        boolean isGrowthJudged = live.size() >= LEAST_SAMPLES;
        boolean hasGrown = last - settled > GROWTH_BYTES;
        result.put("holds", process.exitValue() == 0 && found.isEmpty() && isGrowthJudged && !hasGrown);
        result.put("growth", !isGrowthJudged ? "growth not judged" : hasGrown ? "kept growing" : "settled");
        result.put("target", target.name());
        result.put("began", began.toString());
        result.put("minutes", minutes);
        result.put("executions", last(EXECUTIONS, log, 1));
        result.put("coveredEdges", last(COVERAGE, log, 1));
        result.put("features", last(COVERAGE, log, 2));
        result.put("found", found);
        result.put("heapLimitMegabytes", target.heapMegabytes);
        result.put(
                "liveMegabytesEveryHalfMinute",
                live.stream().map(bytes -> bytes >> 20).toList());
        result.put("jazzerExitStatus", process.exitValue());
        result.put(
                "log", home.toAbsolutePath().relativize(said.toAbsolutePath()).toString());
        return result;
    }

    /** Bytes that are reachable, after a collection; 0 when the process has just ended. */
    private static long liveBytes(long pid) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher total = LIVE.matcher(said);
        return total.find() ? Long.parseLong(total.group(1)) : 0;
    }

    private static long last(Pattern pattern, String log, int group) {
        long value = 0;
        for (Matcher matcher = pattern.matcher(log); matcher.find(); ) {
            value = Long.parseLong(matcher.group(group));
        }
        return value;
    }

    /** Replaces the kept corpus by the smallest inputs that still reach what all of them reach, up to a size. */
    private int keep() throws IOException, InterruptedException {
        Path merged = Files.createDirectories(work.resolve("merged"));
        new ProcessBuilder(jazzer("-merge=1", "merged", "corpus"))
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("merge.log").toFile())
                .start()
                .waitFor();
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(merged)) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        inputs.sort(Comparator.comparingInt(input -> input.length));
        List<String> lines = new ArrayList<>();
        long size = 0;
        for (byte[] input : inputs) {
            String line = Base64.getEncoder().encodeToString(input);
            size += line.length() + 1;
            if (size <= KEPT_BYTES) {
                lines.add(line);
            }
        }
        Path kept = home.resolve(target.corpus);
        Files.createDirectories(kept.toAbsolutePath().getParent());
        Files.write(kept, lines);
        return lines.size();
    }

    private static String json(Map<String, Object> result) {
        StringBuilder json = new StringBuilder("{\n");
        result.forEach((key, value) -> {
            boolean text = value instanceof String;
            String shown = value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof String
                    ? list.stream()
                            .map(item -> '"' + item.toString() + '"')
                            .toList()
                            .toString()
                    : value.toString();
            json.append("  \"")
                    .append(key)
                    .append("\": ")
                    .append(text ? '"' + shown + '"' : shown)
                    .append(",\n");
        });
        return json.replace(json.length() - 2, json.length() - 1, "")
                .append("}\n")
                .toString();
    }
}
