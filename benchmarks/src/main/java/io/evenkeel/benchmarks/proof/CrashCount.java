package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Proof: over {@code kill -9} of the whole product under load, and of its PostgreSQL, every acknowledged point is counted
 * once in the one-minute rollups and an unacknowledged one at most once, by the sender's own table per series.
 *
 * <p>The sender lives in this process, outside the product's. Kills come at moments drawn from the seed, between one and
 * twenty seconds after the product is ready again; one of them takes PostgreSQL with it, and one more takes PostgreSQL
 * alone while the product lives.
 */
public final class CrashCount {
    private static final String CATALOGUE = """
        apiVersion: io.evenkeel/2026-11-01
        kind: Catalogue
        services: []
        metrics:
          - {name: "load.*"}
        endpoints: {}
        """;
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(4);
    /** A window is sent at the latest 10 s after its source went quiet, and written within seconds of that. */
    private static final Duration QUIET = Duration.ofSeconds(25);

    private final Settings settings;
    private final InstantSource clock;
    private final PrintStream terminal;
    private final RandomGenerator random;
    private final List<Double> restartSeconds = new ArrayList<>();
    private int kills;
    private int postgresKills;

    private record Settings(
            Installation.Place place, long seed, int kills, int processes, int seriesPerProcess, Path result) {}

    /**
     * What was seen; {@code points} holds the law.
     *
     * @param kills of the whole JVM
     * @param postgresKills of PostgreSQL, one of them together with the JVM
     * @param series sent
     * @param acknowledged points
     * @param counted points in the rollups
     * @param sentAgain requests sent again although they had been acknowledged
     * @param restartSeconds from each start command to the open door, the first start first
     * @param loadSeconds from the first point to the last
     */
    private record Result(
            boolean holds,
            long seed,
            int kills,
            int postgresKills,
            int series,
            long acknowledged,
            long counted,
            long missing,
            long doubled,
            long unacknowledged,
            long unacknowledgedCounted,
            long sentAgain,
            double loadSeconds,
            List<Double> restartSeconds,
            CountComparison.Tally points) {}

    private CrashCount(Settings settings, InstantSource clock, PrintStream terminal) {
        this.settings = settings;
        this.clock = clock;
        this.terminal = terminal;
        this.random = new SplittableRandom(settings.seed());
    }

    /** Options: {@code --home --data-dir --result --port --seed --kills --processes --series}. */
    public static void main(String[] options) throws Exception {
        Arguments arguments = Arguments.known(
                options,
                Set.of("--home", "--data-dir", "--result", "--port", "--seed", "--kills", "--processes", "--series"));
        Path home = arguments.path("--home", Path.of("."));
        Path work = home.resolve("benchmarks/target/proof");
        Settings settings = new Settings(
                new Installation.Place(
                        home,
                        arguments.path("--data-dir", work.resolve("crash-count")),
                        arguments.number("--port", 19500)),
                arguments.number("--seed", 1),
                arguments.number("--kills", 5),
                arguments.number("--processes", 12),
                arguments.number("--series", 25),
                arguments.path("--result", work.resolve("crash-count.json")));
        boolean holds = new CrashCount(settings, InstantSource.system(), System.out).run();
        System.exit(holds ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException, SQLException {
        Installation.Place place = settings.place();
        if (Files.exists(place.data())) {
            throw new IOException(place.data() + " exists; a proof starts from nothing: choose another --data-dir");
        }
        Files.createDirectories(place.config());
        Files.writeString(place.config().resolve("catalogue.yaml"), CATALOGUE);
        try (Installation product = new Installation(place)) {
            start(product);
            List<LoadProcess> load = load(place);
            List<Thread> threads =
                    load.stream().flatMap(process -> process.start().stream()).toList();
            long began = clock.millis();
            killAsDrawn(product);
            pause(Duration.ofSeconds(10));
            long ended = clock.millis();
            stop(load, threads);
            SenderTable table = new SenderTable();
            load.forEach(process -> table.add(process.requests()));
            CountComparison.Tally tally = SettledCounts.of(place, table, QUIET, SETTLE_LIMIT);
            Result result = new Result(
                    tally.holds() && kills == settings.kills(),
                    settings.seed(),
                    kills,
                    postgresKills,
                    settings.processes() * settings.seriesPerProcess(),
                    tally.acknowledged(),
                    tally.counted(),
                    tally.missing(),
                    tally.doubled(),
                    tally.unacknowledged(),
                    tally.unacknowledgedCounted(),
                    load.stream().mapToLong(LoadProcess::sentAgain).sum(),
                    (ended - began) / 1000.0,
                    List.copyOf(restartSeconds),
                    tally);
            ResultFile.write(settings.result(), result, terminal);
            return result.holds();
        }
    }

    private void start(Installation product) throws IOException, InterruptedException {
        Duration took = product.start(Map.of());
        restartSeconds.add(took.toMillis() / 1000.0);
        terminal.printf("ready after %.1f s%n", took.toMillis() / 1000.0);
    }

    private List<LoadProcess> load(Installation.Place place) {
        List<LoadProcess> load = new ArrayList<>();
        for (int i = 0; i < settings.processes(); i++) {
            Duration interval = Duration.ofSeconds(1 + i % 2);
            load.add(new LoadProcess(
                    i, settings.seriesPerProcess(), interval, clock, random.nextLong(), new Door(place.otlpHttp())));
        }
        return load;
    }

    private void killAsDrawn(Installation product) throws IOException, InterruptedException {
        int withPostgres = random.nextInt(settings.kills());
        int postgresAlone = random.nextInt(settings.kills());
        for (int i = 0; i < settings.kills(); i++) {
            pause(Duration.ofMillis(1_000 + random.nextInt(19_000)));
            if (i == postgresAlone) {
                terminal.println("kill -9 of PostgreSQL");
                product.killPostgres();
                postgresKills++;
                pause(Duration.ofMillis(5_000 + random.nextInt(10_000)));
            }
            boolean postgresToo = i == withPostgres;
            terminal.println("kill -9 of the product" + (postgresToo ? " and of PostgreSQL" : ""));
            product.kill();
            kills++;
            if (postgresToo) {
                product.killPostgres();
                postgresKills++;
            }
            start(product);
        }
    }

    private static void stop(List<LoadProcess> load, List<Thread> threads) throws InterruptedException {
        load.forEach(LoadProcess::stopCollecting);
        Installation.await(
                "all that waits is exported",
                Duration.ofMinutes(2),
                () -> load.stream().noneMatch(LoadProcess::hasWaiting));
        load.forEach(LoadProcess::stopExporting);
        for (Thread thread : threads) {
            thread.join(Door.PATIENCE.toMillis() * 2);
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }
}
