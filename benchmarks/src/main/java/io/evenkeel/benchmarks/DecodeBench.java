package io.evenkeel.benchmarks;

import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.MetricsWalk;
import io.evenkeel.wire.otlp.SpanRows;
import io.evenkeel.wire.otlp.SpansWalk;
import io.evenkeel.wire.otlp.Undecodable;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@link Goal#P1}: from OTLP bytes to rows with series ids, our walk against generated classes with the same ids, for
 * numbers, histograms and spans. Both sides' checksums are compared before anything is timed.
 *
 * <p>{@code DecodeBench [--seed N] [--rounds 7] [--payloads 64] [--millis 400] [--json FILE]}
 */
public final class DecodeBench {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    private final GoalResult result;
    private final Calibration calibration = Calibration.take();
    private final int rounds;
    private final int millis;
    private final int payloads;
    private final long seed;
    /** Keeps the JIT from dropping what nobody reads. */
    private long sink;

    private DecodeBench(Arguments arguments) {
        result = GoalResult.start(Goal.P1, arguments);
        seed = result.seed();
        rounds = arguments.number("--rounds", 7);
        payloads = arguments.number("--payloads", 64);
        millis = arguments.number("--millis", 400);
    }

    public static void main(String[] words) throws IOException {
        DecodeBench bench = new DecodeBench(Arguments.of(words));
        bench.metrics("metrics", new Payloads(bench.seed)::numbers);
        bench.metrics("histograms", new Payloads(bench.seed)::histograms);
        bench.spans();
        bench.misses();
        bench.result.figure("sink", bench.sink);
        System.exit(bench.result.finish());
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
        Abba.Result measured = Abba.measure(
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
        report(name, measured, requests);
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
        Abba.Result measured = Abba.measure(
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
        report("spans", measured, requests);
    }

    /** What it costs when no series is remembered: every id taken anew, every definition sent. Told, not judged. */
    private void misses() throws IOException {
        List<byte[]> requests = requests(new Payloads(seed)::numbers);
        MetricsWalk remembering = new MetricsWalk(CLOCK);
        MetricsWalk forgetting = new MetricsWalk(CLOCK, 512, 0);
        Turns turns = new Turns(requests);
        Abba.Result measured = Abba.measure(
                () -> remembering.walk(turns.next(), 0, turns.length(), this::consume),
                () -> forgetting.walk(turns.next(), 0, turns.length(), this::consume),
                rounds,
                Payloads.ITEMS,
                millis);
        System.out.printf("%-11s %s%n", "all misses", measured.text());
        result.figure("allMisses", measured.figures("own", "allMisses"));
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

    private void report(String name, Abba.Result measured, List<byte[]> requests) throws IOException {
        double bytes = requests.stream().mapToInt(r -> r.length).average().orElse(0) / Payloads.ITEMS;
        System.out.printf("%-11s %s   %.0f B each%n", name, measured.text(), bytes);
        result.figure(name, measured.figures("own", "rival"));
        result.figure(name + "BytesPerItem", bytes);
        calibration.check(result, name, measured.medianB());
        if (measured.isNoisy()) {
            result.noisy(name + " swings by more than " + Abba.NOISY);
        }
        result.measure(name, measured.ratio());
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
