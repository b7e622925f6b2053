package io.evenkeel.benchmarks;

import com.dynatrace.hash4j.hashing.Hashing;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.MetricsWalk;
import io.evenkeel.wire.otlp.SpanRows;
import io.evenkeel.wire.otlp.SpansWalk;
import io.evenkeel.wire.otlp.Undecodable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * P1 of PERFORMANCE.md 4: from OTLP bytes to rows with series ids, our walk against generated classes with the same ids,
 * for numbers, histograms and spans. Both sides' checksums are compared before anything is timed.
 *
 * <p>{@code DecodeBench [--seed N] [--rounds N] [--payloads N] [--millis N] [--json FILE]}; exits 1 when a goal is missed,
 * a result is noisy, or the rival has become slower than recorded.
 */
public final class DecodeBench {
    private static final double GOAL = 5;
    /** The rival may be this much slower, relative to the calibration loop, than when it was recorded. */
    private static final double BASELINE_SLACK = 1.2;

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    private final int rounds;
    private final int millis;
    private final int payloads;
    private final long seed;
    private final Map<String, Object> results = new LinkedHashMap<>();
    private final double calibration;
    private boolean passed = true;
    /** Keeps the JIT from dropping what nobody reads. */
    private long sink;

    private DecodeBench(long seed, int rounds, int payloads, int millis) {
        this.seed = seed;
        this.rounds = rounds;
        this.payloads = payloads;
        this.millis = millis;
        calibration = calibrate();
    }

    public static void main(String[] args) throws IOException {
        long seed = Long.parseLong(option(args, "--seed", Long.toString(new SecureRandom().nextInt(1_000_000))));
        int rounds = Integer.parseInt(option(args, "--rounds", "7"));
        int payloads = Integer.parseInt(option(args, "--payloads", "64"));
        int millis = Integer.parseInt(option(args, "--millis", "400"));
        DecodeBench bench = new DecodeBench(seed, rounds, payloads, millis);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        System.out.printf(
                "decode: seed %d, %d payloads of %d, %d rounds, load average %.2f, JDK %s, XXH3 %.3f ns/B%n",
                seed, payloads, Payloads.ITEMS, rounds, load, Runtime.version(), bench.calibration);
        bench.metrics("metrics", new Payloads(seed)::numbers);
        bench.metrics("histograms", new Payloads(seed)::histograms);
        bench.spans();
        bench.misses();
        bench.write(option(args, "--json", ""), load);
        System.out.println(bench.passed ? "P1 passed" : "P1 not passed");
        System.exit(bench.passed ? 0 : 1);
    }

    private void metrics(String name, IntFunction<byte[]> make) throws IOException {
        List<byte[]> requests = requests(make);
        MetricsWalk walk = new MetricsWalk(CLOCK);
        GeneratedMetrics rival = new GeneratedMetrics();
        for (byte[] request : requests) {
            long[] own = new long[1];
            requireRead(walk.walk(request, 0, request.length, rows -> own[0] += Checksums.of(rows)));
            rival.read(request);
            requireEqual(name, own[0], Checksums.of(rival));
        }
        Turns turns = new Turns(requests);
        Abba.Result result = Abba.measure(
                () -> {
                    byte[] request = turns.next();
                    requireRead(walk.walk(request, 0, request.length, this::consume));
                },
                () -> {
                    rival.read(turns.next());
                    sink += rival.size + rival.series[0];
                },
                rounds,
                Payloads.ITEMS,
                millis);
        report(name, result, requests);
    }

    private void spans() throws IOException {
        List<byte[]> requests = requests(new Payloads(seed)::spans);
        // One call end a second: thinned out as under any load worth measuring.
        SpansWalk walk = new SpansWalk(CLOCK, SpansWalk.DEFAULT_NAMES, 1);
        GeneratedSpans rival = new GeneratedSpans();
        for (byte[] request : requests) {
            long[] own = new long[1];
            requireRead(walk.walk(request, 0, request.length, rows -> own[0] += Checksums.of(rows)));
            rival.read(request);
            long other = 0;
            for (Map<GeneratedSpans.Key, GeneratedSpans.Sum> resource : rival.resources) {
                other += Checksums.of(resource);
            }
            requireEqual("spans", own[0], other);
        }
        Turns turns = new Turns(requests);
        Abba.Result result = Abba.measure(
                () -> {
                    byte[] request = turns.next();
                    requireRead(walk.walk(request, 0, request.length, this::consume));
                },
                () -> {
                    rival.read(turns.next());
                    sink += rival.resources[0].size();
                },
                rounds,
                Payloads.ITEMS,
                millis);
        report("spans", result, requests);
    }

    /** What it costs when no series is remembered: every id taken anew, every definition sent. Told, not judged. */
    private void misses() throws IOException {
        List<byte[]> requests = requests(new Payloads(seed)::numbers);
        MetricsWalk remembering = new MetricsWalk(CLOCK);
        MetricsWalk forgetting = new MetricsWalk(CLOCK, 512, 0);
        Turns turns = new Turns(requests);
        Abba.Result result = Abba.measure(
                () -> remembering.walk(turns.next(), 0, turns.length(), this::consume),
                () -> forgetting.walk(turns.next(), 0, turns.length(), this::consume),
                rounds,
                Payloads.ITEMS,
                millis);
        System.out.printf("%-11s %s%n", "all misses", result.text());
        results.put("allMisses", figures(result));
    }

    private void consume(EntityRows rows) {
        sink += rows.size + rows.series[0];
    }

    private void consume(SpanRows rows) {
        sink += rows.reds.size();
    }

    private List<byte[]> requests(IntFunction<byte[]> make) {
        List<byte[]> requests = new ArrayList<>();
        for (int payload = 0; payload < payloads; payload++) {
            requests.add(make.apply(payload));
        }
        return requests;
    }

    private void report(String name, Abba.Result result, List<byte[]> requests) throws IOException {
        double bytes = requests.stream().mapToInt(r -> r.length).average().orElse(0) / Payloads.ITEMS;
        System.out.printf("%-11s %s   %.0f B each%n", name, result.text(), bytes);
        Map<String, Object> figures = figures(result);
        figures.put("bytesPerItem", bytes);
        double recorded = recorded(name);
        double now = result.medianB() / calibration;
        figures.put("rivalPerCalibration", now);
        figures.put("rivalPerCalibrationRecorded", recorded);
        if (now > recorded * BASELINE_SLACK) {
            System.out.printf(
                    "%-11s the rival has become slower: %.0f calibration units, recorded %.0f%n", name, now, recorded);
            passed = false;
        }
        boolean reached = result.ratio() >= GOAL && !result.isNoisy();
        figures.put("goal", GOAL);
        figures.put("reached", reached);
        passed &= reached;
        results.put(name, figures);
    }

    private static Map<String, Object> figures(Abba.Result result) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("ownNs", result.medianA());
        figures.put("ownNsRange", new double[] {result.a()[0], result.a()[result.a().length - 1]});
        figures.put("rivalNs", result.medianB());
        figures.put("rivalNsRange", new double[] {result.b()[0], result.b()[result.b().length - 1]});
        figures.put("ratio", result.ratio());
        figures.put("ratioRange", new double[] {result.ratios()[0], result.ratios()[result.ratios().length - 1]});
        figures.put("ownProcessNs", result.processA());
        figures.put("rivalProcessNs", result.processB());
        figures.put("noisy", result.isNoisy());
        return figures;
    }

    private void write(String file, double load) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("bench", "P1 decode");
        report.put("seed", seed);
        report.put("payloads", payloads);
        report.put("rounds", rounds);
        report.put("loadAverage", load);
        report.put("jdk", Runtime.version().toString());
        report.put("processors", Runtime.getRuntime().availableProcessors());
        report.put("jvmArguments", ManagementFactory.getRuntimeMXBean().getInputArguments());
        report.put("calibrationNsPerByte", calibration);
        report.put("results", results);
        report.put("passed", passed);
        report.put("sink", sink);
        byte[] json = JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsBytes(report);
        Files.write(Path.of(file), json);
    }

    /** ns per byte of XXH3 over 1 MB: a unit that moves with the machine and not with our code. */
    private static double calibrate() {
        byte[] block = new byte[1 << 20];
        double[] turns = new double[9];
        long keep = 0;
        for (int turn = 0; turn < turns.length; turn++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < 400; i++) {
                block[i] = (byte) keep;
                keep ^= Hashing.xxh3_64().hashBytesToLong(block);
            }
            turns[turn] =
                    (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / (400.0 * block.length);
        }
        java.util.Arrays.sort(turns);
        return turns[0] + (keep == 42 ? 1e-12 : 0);
    }

    private static double recorded(String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = DecodeBench.class.getResourceAsStream("decode-baselines.properties")) {
            properties.load(in);
        }
        return Double.parseDouble(properties.getProperty(name));
    }

    private static void requireRead(@Nullable Undecodable undecodable) {
        if (undecodable != null) {
            throw new IllegalStateException("our own payload is not readable: " + undecodable);
        }
    }

    private static void requireEqual(String name, long own, long rival) {
        if (own != rival) {
            throw new IllegalStateException(name + ": the two sides do not read the same: " + own + " and " + rival);
        }
    }

    private static String option(String[] args, String name, String otherwise) {
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals(name)) {
                return args[i + 1];
            }
        }
        return otherwise;
    }

    /** The requests round and round. */
    private static final class Turns {
        private final List<byte[]> requests;
        private int at;

        Turns(List<byte[]> requests) {
            this.requests = requests;
        }

        byte[] next() {
            at = at + 1 == requests.size() ? 0 : at + 1;
            return requests.get(at);
        }

        int length() {
            return requests.get(at).length;
        }
    }
}
