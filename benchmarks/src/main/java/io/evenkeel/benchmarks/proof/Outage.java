package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.Arguments;
import io.evenkeel.benchmarks.proof.postgres.PipelineReader;
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
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Proof: while the broker is away for a minute (once frozen with its connections open, once killed and started again) and
 * over {@code kill -9} of the receiver under load, nothing that a sender was told is stored is lost, and nothing is counted
 * twice. Senders are the OpenTelemetry Java SDK with its own exporter and retries, and a client that, as a Collector does,
 * sends the same request until it is acknowledged. Meanwhile the door says in time that senders are to come back, in
 * bounded memory, though a flood of large bodies comes too.
 *
 * <p>Broker, receiver and the rest are three processes of the product, each by its own command.
 */
public final class Outage {
    private static final String CATALOGUE = """
        apiVersion: io.evenkeel/2026-11-01
        kind: Catalogue
        services: []
        metrics:
          - {name: "load.*"}
        endpoints: {}
        """;
    private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");
    private static final int RECEIVER_HEAP_MEBIBYTES = 512;
    /** The heap and as much again: classes, threads and the buffers of connections. */
    private static final long RECEIVER_BYTES = 2L * RECEIVER_HEAP_MEBIBYTES * 1024 * 1024;
    /** An exporter gives up after 10 s; the door answers before. */
    private static final Duration ANSWER_LIMIT = Door.PATIENCE;
    /** Requests that the broker still took when it was stopped, and those it takes when it is back. */
    private static final Duration EDGE = Duration.ofSeconds(3);

    private static final Duration QUIET = Duration.ofSeconds(40);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);

    private final Settings settings;
    private final Installation.Place place;
    private final InstantSource clock;
    private final PrintStream terminal;
    private final RandomGenerator random;
    private final RoleProcess broker;
    private final RoleProcess receiver;
    private final RoleProcess house;
    private final List<Away> outages = new ArrayList<>();
    private long peakResidentBytes;

    private record Settings(
            Path home,
            Path data,
            int port,
            long seed,
            Duration outage,
            int receiverKills,
            int processes,
            int series,
            Path result) {}

    /**
     * What the door said while the broker was away.
     *
     * @param how the broker went
     * @param answers how often each kind of answer came, to HTTP and gRPC together
     * @param slowestMillis longest until an answer
     * @param floodRequests large requests that came besides
     * @param storedAgainMillis from the broker's return to the first request that was stored
     */
    private record Away(
            String how, Map<String, Long> answers, long slowestMillis, long floodRequests, long storedAgainMillis) {
        boolean holds() {
            return answers.keySet().equals(Set.of("come-back")) && slowestMillis <= ANSWER_LIMIT.toMillis();
        }
    }

    /**
     * What was seen.
     *
     * @param sentAgain requests that the retrying clients sent again although they had been acknowledged
     * @param sdkAcknowledged points whose export the SDKs' exporters report as done
     * @param sdkGivenUp points whose export they report as failed
     * @param receiverPeakResidentMebibytes the most memory that any of the receiver's processes held
     * @param kafka the load's points in the topic
     * @param job what the job says became of all metric points it read, flood and probe included
     * @param rollups the load's points in the one-minute rollups
     */
    private record Result(
            boolean holds,
            long seed,
            long outageSeconds,
            int receiverKills,
            long sentAgain,
            long sdkAcknowledged,
            long sdkGivenUp,
            long receiverPeakResidentMebibytes,
            List<Away> outages,
            KafkaCopies.Tally kafka,
            Map<String, Long> job,
            CountComparison.Tally rollups) {
        /** Everything that the job read has an outcome. */
        static boolean isWhole(Map<String, Long> job) {
            long outcomes = job.values().stream().mapToLong(Long::longValue).sum();
            long read = job.getOrDefault("read", 0L);
            return read > 0 && outcomes == 2 * read;
        }
    }

    private Outage(Settings settings, InstantSource clock, PrintStream terminal) {
        this.settings = settings;
        this.clock = clock;
        this.terminal = terminal;
        this.random = new SplittableRandom(settings.seed());
        this.place = new Installation.Place(settings.home(), settings.data().resolve("house"), settings.port());
        String base = Integer.toString(place.portBase());
        this.broker = new RoleProcess(
                settings.home(), "kafka", settings.data().resolve("broker"), "-Xmx512m", "--port-base", base);
        this.receiver = new RoleProcess(
                settings.home(),
                "ingest",
                settings.data().resolve("receiver"),
                "-Xmx" + RECEIVER_HEAP_MEBIBYTES + "m",
                "--kafka-bootstrap",
                bootstrap(),
                "--otlp-grpc-port",
                Integer.toString(place.otlpGrpc()),
                "--otlp-http-port",
                Integer.toString(place.otlpHttp()));
        this.house = new RoleProcess(
                settings.home(),
                "detection,correlation,control",
                place.data(),
                "",
                "--kafka-bootstrap",
                bootstrap(),
                "--port-base",
                base,
                "--console-port",
                Integer.toString(place.console()));
    }

    private String bootstrap() {
        return "127.0.0.1:" + (place.portBase() + 2);
    }

    /**
     * Options: {@code --home --data-dir --result --port --seed --outage-seconds --receiver-kills --processes --series}.
     */
    public static void main(String[] options) throws Exception {
        Arguments arguments = Arguments.known(
                options,
                Set.of(
                        "--home",
                        "--data-dir",
                        "--result",
                        "--port",
                        "--seed",
                        "--outage-seconds",
                        "--receiver-kills",
                        "--processes",
                        "--series"));
        Path home = arguments.path("--home", Path.of("."));
        Path work = home.resolve("benchmarks/target/proof");
        Settings settings = new Settings(
                home,
                arguments.path("--data-dir", work.resolve("outage")),
                arguments.number("--port", 19600),
                arguments.number("--seed", 1),
                Duration.ofSeconds(arguments.number("--outage-seconds", 60)),
                arguments.number("--receiver-kills", 3),
                arguments.number("--processes", 8),
                arguments.number("--series", 25),
                arguments.path("--result", work.resolve("outage.json")));
        // the SDK tells of every export that fails; here most are meant to
        SDK_LOG.setLevel(Level.OFF);
        boolean holds = new Outage(settings, InstantSource.system(), System.out).run();
        System.exit(holds ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException, SQLException {
        if (Files.exists(settings.data())) {
            throw new IOException(settings.data() + " exists; a proof starts from nothing: choose another --data-dir");
        }
        Files.createDirectories(place.config());
        Files.writeString(place.config().resolve("catalogue.yaml"), CATALOGUE);
        try (house;
                receiver;
                broker) {
            terminal.printf("broker ready after %s%n", broker.start());
            terminal.printf("receiver ready after %s%n", receiver.start());
            terminal.printf("the rest ready after %s%n", house.start());
            Result result = underLoad();
            ResultFile.write(settings.result(), result, terminal);
            return result.holds();
        }
    }

    private Result underLoad() throws IOException, InterruptedException, SQLException {
        List<LoadProcess> load = load();
        List<Thread> threads =
                load.stream().flatMap(process -> process.start().stream()).toList();
        List<SdkSender> sdks = new ArrayList<>();
        for (SdkSender.Kind kind : SdkSender.Kind.values()) {
            sdks.add(new SdkSender(kind, place, settings.series() / 3, random.nextLong()));
        }
        try (DoorProbe probe = new DoorProbe(place, Flood.body("probe", 1, clock.millis()))) {
            pause(Duration.ofMillis(15_000 + random.nextInt(5_000)));
            away("frozen", probe, broker::freeze, broker::thaw);
            pause(Duration.ofMillis(15_000 + random.nextInt(10_000)));
            away("killed", probe, broker::kill, broker::start);
            pause(Duration.ofMillis(15_000 + random.nextInt(10_000)));
            for (int i = 0; i < settings.receiverKills(); i++) {
                killReceiver();
                pause(Duration.ofMillis(1_000 + random.nextInt(14_000)));
            }
        }
        sdks.forEach(SdkSender::close);
        stop(load, threads);
        List<Export> sdk =
                sdks.stream().flatMap(sender -> sender.exports().stream()).toList();
        List<Export> all = new ArrayList<>(sdk);
        load.forEach(process -> all.addAll(process.requests()));
        return result(load, sdk, all);
    }

    private Result result(List<LoadProcess> load, List<Export> sdk, List<Export> all)
            throws IOException, InterruptedException, SQLException {
        KafkaCopies.Tally kafka = KafkaCopies.read(bootstrap()).compare(all);
        SenderTable table = new SenderTable();
        table.add(all);
        CountComparison.Tally rollups = SettledCounts.of(place, table, QUIET, SETTLE_LIMIT);
        notePeak();
        Map<String, Long> job =
                new PipelineReader(place.jdbcUrl(), "evenkeel", place.databasePassword()).items("metrics");
        boolean bounded = receiver.isAlive() && peakResidentBytes <= RECEIVER_BYTES;
        return new Result(
                kafka.holds()
                        && rollups.holds()
                        && Result.isWhole(job)
                        && outages.stream().allMatch(Away::holds)
                        && bounded,
                settings.seed(),
                settings.outage().toSeconds(),
                settings.receiverKills(),
                load.stream().mapToLong(LoadProcess::sentAgain).sum(),
                points(sdk, true),
                points(sdk, false),
                peakResidentBytes >> 20,
                outages,
                kafka,
                job,
                rollups);
    }

    private static long points(List<Export> exports, boolean acknowledged) {
        return exports.stream()
                .filter(export -> export.isAcknowledged() == acknowledged)
                .mapToLong(export -> export.points().size())
                .sum();
    }

    private List<LoadProcess> load() {
        List<LoadProcess> load = new ArrayList<>();
        for (int i = 0; i < settings.processes(); i++) {
            load.add(new LoadProcess(
                    i,
                    settings.series(),
                    Duration.ofSeconds(1 + i % 2),
                    clock,
                    random.nextLong(),
                    new Door(place.otlpHttp())));
        }
        return load;
    }

    /** What takes the broker away or brings it back. */
    private interface Move {
        void make() throws IOException, InterruptedException;
    }

    private void away(String how, DoorProbe probe, Move go, Move comeBack) throws IOException, InterruptedException {
        terminal.println("the broker is " + how);
        long began = System.nanoTime();
        go.make();
        Flood flood = new Flood(new Door(place.otlpHttp()), clock.millis());
        pause(settings.outage().minus(ANSWER_LIMIT));
        flood.close();
        long left = settings.outage().toNanos() - (System.nanoTime() - began);
        pause(Duration.ofNanos(Math.max(0, left)));
        long ended = System.nanoTime();
        comeBack.make();
        Installation.await("something is stored again", Duration.ofMinutes(1), () -> stored(probe, ended) >= 0);
        List<DoorProbe.Answer> answers = probe.between(
                began + EDGE.toNanos(), ended - ANSWER_LIMIT.plus(EDGE).toNanos());
        outages.add(new Away(
                how,
                answers.stream()
                        .collect(Collectors.groupingBy(DoorProbe.Answer::outcome, TreeMap::new, Collectors.counting())),
                answers.stream().mapToLong(DoorProbe.Answer::tookMillis).max().orElse(-1),
                flood.requests(),
                stored(probe, ended)));
        notePeak();
    }

    /** Milliseconds until the first request asked since then was stored, -1 when none was. */
    private static long stored(DoorProbe probe, long sinceNanos) {
        return probe.between(sinceNanos, Long.MAX_VALUE).stream()
                .filter(answer -> answer.outcome().equals("stored"))
                .mapToLong(answer -> (answer.askedNanos() - sinceNanos) / 1_000_000 + answer.tookMillis())
                .min()
                .orElse(-1);
    }

    private void killReceiver() throws IOException, InterruptedException {
        notePeak();
        terminal.println("kill -9 of the receiver");
        receiver.kill();
        terminal.printf("receiver ready after %s%n", receiver.start());
    }

    private void notePeak() throws IOException {
        peakResidentBytes = Math.max(peakResidentBytes, receiver.peakResidentBytes());
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
