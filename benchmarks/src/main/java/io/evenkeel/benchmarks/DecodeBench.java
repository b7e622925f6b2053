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
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@link Goal#P1}: from OTLP bytes to rows with series ids, our walk against generated classes with the same ids, for
 * numbers, histograms and spans. Both sides' checksums are compared on every payload before anything is timed and after it,
 * and on 10,000 payloads with small damage. Before each turn, outside the clock, every time and value changes.
 *
 * <p>{@code DecodeBench [--seed N] [--rounds 7] [--payloads 64] [--millis 400] [--mutations 3400] [--json FILE]}
 */
public final class DecodeBench {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    private final GoalResult result;
    private final Calibration calibration = Calibration.take();
    private final int rounds;
    private final int millis;
    private final int payloads;
    /** Damaged payloads of each of the three kinds. */
    private final int mutations;

    private final long seed;
    private final Random random;
    /** Keeps the JIT from dropping what nobody reads. */
    private long sink;

    private DecodeBench(Arguments arguments) {
        result = GoalResult.start(Goal.P1, arguments);
        seed = result.seed();
        random = new Random(~seed);
        mutations = arguments.number("--mutations", 3400);
        rounds = arguments.number("--rounds", 7);
        payloads = arguments.number("--payloads", 64);
        millis = arguments.number("--millis", 400);
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        DecodeBench bench = new DecodeBench(Arguments.of(words));
        bench.metrics("metrics", LivePayload.Kind.NUMBERS, new Payloads(bench.seed)::numbers);
        bench.metrics("histograms", LivePayload.Kind.HISTOGRAMS, new Payloads(bench.seed)::histograms);
        bench.spans();
        bench.misses();
        bench.result.figure("sink", bench.sink);
        System.exit(bench.result.finish());
    }

    private void metrics(String name, LivePayload.Kind kind, IntFunction<byte[]> make)
            throws IOException, InterruptedException {
        List<LivePayload> payloads = payloads(kind, make);
        MetricsWalk walk = new MetricsWalk(CLOCK);
        GeneratedMetrics rival = new GeneratedMetrics();
        Comparison comparison = new Comparison(name, payloads, request -> sum(walk, request), request -> {
            rival.read(request);
            return Checksums.of(rival);
        });
        comparison.templates();
        Turns turns = new Turns(payloads);
        Abba.Result measured = Abba.measure(
                () -> change(payloads),
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
        comparison.templates();
        comparison.mutations();
        report(name, measured, payloads);
    }

    private void spans() throws IOException, InterruptedException {
        List<LivePayload> payloads = payloads(LivePayload.Kind.SPANS, new Payloads(seed)::spans);
        SpansWalk walk = spansWalk();
        GeneratedSpans rival = new GeneratedSpans();
        // Names are capped per walk; each payload is judged by one that has not heard those of the damaged ones before.
        Comparison comparison = new Comparison("spans", payloads, request -> sum(spansWalk(), request), request -> {
            rival.read(request);
            long sum = 0;
            for (Map<GeneratedSpans.Key, GeneratedSpans.Sum> resource : rival.resources) {
                sum += Checksums.of(resource);
            }
            return sum;
        });
        comparison.templates();
        Turns turns = new Turns(payloads);
        Abba.Result measured = Abba.measure(
                () -> change(payloads),
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
        comparison.templates();
        comparison.mutations();
        report("spans", measured, payloads);
    }

    /** One call end a second: thinned out as under any load worth measuring. */
    private static SpansWalk spansWalk() {
        return new SpansWalk(CLOCK, SpansWalk.DEFAULT_NAMES, 1);
    }

    private static OptionalLong sum(MetricsWalk walk, byte[] request) {
        long[] sum = new long[1];
        boolean isRead = walk.walk(request, 0, request.length, rows -> sum[0] += Checksums.of(rows)) == null;
        return isRead ? OptionalLong.of(sum[0]) : OptionalLong.empty();
    }

    private static OptionalLong sum(SpansWalk walk, byte[] request) {
        long[] sum = new long[1];
        boolean isRead = walk.walk(request, 0, request.length, rows -> sum[0] += Checksums.of(rows)) == null;
        return isRead ? OptionalLong.of(sum[0]) : OptionalLong.empty();
    }

    /**
     * Whether both sides read the same.
     *
     * @param own checksum of what the walk gives out; empty when it refuses the request
     * @param rival the same of the generated classes; throws IllegalArgumentException when they refuse it
     */
    private final class Comparison {
        private final String name;
        private final List<LivePayload> payloads;
        private final Function<byte[], OptionalLong> own;
        private final ToLongFunction<byte[]> rival;

        Comparison(
                String name,
                List<LivePayload> payloads,
                Function<byte[], OptionalLong> own,
                ToLongFunction<byte[]> rival) {
            this.name = name;
            this.payloads = payloads;
            this.own = own;
            this.rival = rival;
        }

        void templates() {
            for (LivePayload payload : payloads) {
                OptionalLong generated = generated(payload.bytes());
                if (generated.isEmpty() || !own.apply(payload.bytes()).equals(generated)) {
                    result.wrong(name + ": the two sides do not read the same");
                    return;
                }
            }
        }

        void mutations() {
            int differing = 0;
            int refused = 0;
            for (int i = 0; i < mutations; i++) {
                byte[] request = payloads.get(i % payloads.size()).mutated(random);
                OptionalLong generated = generated(request);
                refused += generated.isEmpty() ? 1 : 0;
                differing += own.apply(request).equals(generated) ? 0 : 1;
            }
            result.figure(name + "Mutations", Map.of("read", mutations - refused, "refused", refused));
            if (differing > 0) {
                result.wrong(name + ": the two sides read " + differing + " of " + mutations
                        + " damaged requests differently");
            }
        }

        private OptionalLong generated(byte[] request) {
            try {
                return OptionalLong.of(rival.applyAsLong(request));
            } catch (IllegalArgumentException refused) {
                return OptionalLong.empty();
            }
        }
    }

    /** What it costs when no series is remembered: every id taken anew, every definition sent. Told, not judged. */
    private void misses() throws IOException, InterruptedException {
        List<LivePayload> payloads = payloads(LivePayload.Kind.NUMBERS, new Payloads(seed)::numbers);
        MetricsWalk remembering = new MetricsWalk(CLOCK);
        MetricsWalk forgetting = new MetricsWalk(CLOCK, 512, 0);
        Turns turns = new Turns(payloads);
        Abba.Result measured = Abba.measure(
                () -> change(payloads),
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

    private List<LivePayload> payloads(LivePayload.Kind kind, IntFunction<byte[]> make) {
        List<LivePayload> all = new ArrayList<>();
        for (int payload = 0; payload < payloads; payload++) {
            all.add(new LivePayload(kind, make.apply(payload)));
        }
        return all;
    }

    private void change(List<LivePayload> all) {
        all.forEach(payload -> payload.change(random));
    }

    private void report(String name, Abba.Result measured, List<LivePayload> requests) throws IOException {
        double bytes =
                requests.stream().mapToInt(r -> r.bytes().length).average().orElse(0) / Payloads.ITEMS;
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

    /** The requests round and round. */
    private static final class Turns {
        private final List<LivePayload> requests;
        private int at;

        Turns(List<LivePayload> requests) {
            this.requests = requests;
        }

        byte[] next() {
            at = at + 1 == requests.size() ? 0 : at + 1;
            return requests.get(at).bytes();
        }

        int length() {
            return requests.get(at).bytes().length;
        }
    }
}
